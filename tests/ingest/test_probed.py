"""A probe of ours walks the whole road and is nobody's request."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import Disposition, Status
from cases.policy import OutboundKind
from cases.probe import Probe, is_probe
from notify.marked import marked
from tests.ingest.conftest import QUESTION
from tests.mails import mail

ADDRESS = "sonde@example.com"


@pytest.fixture
def probed(road: Any) -> Any:
    road.profile = replace(road.profile, probe=Probe(address=ADDRESS))
    return road


def send(road: Any, address: str = ADDRESS, probe: int | None = None) -> tuple[int, Any]:
    """A probe's mail taken in: its id, and its inbound row."""
    with road.store.transaction("test") as tx:
        begun = tx.probes.begin("mail", "assistance", road.now)
    box = road.profile.mailbox("assistance")
    _, raw = marked(begun if probe is None else probe, box, address, road.signer, road.now)
    [identity] = road.receive(raw)
    road.intake.process()
    return begun, road.rows([identity])[0]


def test_its_case_is_hidden_and_closed_and_its_receipt_leaves(probed: Any) -> None:
    begun, row = send(probed)
    assert (row.disposition, row.acknowledgement) == (Disposition.PROBE, "new_case")
    with probed.store.reading() as tx:
        case = tx.cases.find(row.case_id)
        assert (case.hidden, case.status, case.closed_at is not None) == (True, Status.CLOSED, True)
        assert is_probe(case.flags)
        assert (case.response_due_at, case.alarm_at, case.agent) == (None, None, None)
        assert [(one.kind, one.recipient) for one in tx.outbound.latest()] == [(OutboundKind.ACKNOWLEDGEMENT, ADDRESS)]
        assert tx.probes.get(begun).case_id == row.case_id
        assert tx.probes.receipt(begun).sent_at is None
        assert tx.cases.latest() == []


def test_it_has_no_budget_and_heeds_no_rule(probed: Any) -> None:
    probed.tags = replace(QUESTION, scope="spam", review=True)
    for _ in range(probed.profile.automatic_mail.budget + 3):
        _, row = send(probed)
        assert row.acknowledgement == "new_case"


def test_a_mark_that_is_not_ours_or_comes_from_elsewhere_is_an_ordinary_mail(probed: Any) -> None:
    _, other = send(probed, "citizen@example.com")
    assert other.disposition == Disposition.CASE
    forged = mail("Probe\n", sender=ADDRESS, message_id="<p1.aaaaaaaaaaaaaaaa@example.com>")
    [identity] = probed.receive(forged)
    probed.intake.process()
    assert probed.rows([identity])[0].disposition == Disposition.CASE


def test_the_same_probe_again_is_a_duplicate(probed: Any) -> None:
    begun, _ = send(probed)
    _, raw = marked(begun, probed.profile.mailbox("assistance"), ADDRESS, probed.signer, probed.now)
    [again] = probed.receive(raw)
    probed.intake.process()
    assert probed.rows([again])[0].disposition == Disposition.DUPLICATE
    with probed.store.reading() as tx:
        assert len(tx.outbound.latest()) == 1
