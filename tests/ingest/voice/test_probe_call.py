"""A call of our own to our own line: answered as any other, and counted nowhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.probe import Probe
from ingest.voice.reporting import Reporting
from tests.ingest.voice.phone import CALLER, OPEN, Telephone

NUMBER = "+3281001999"


@pytest.fixture
def probed(telephone: Telephone) -> Telephone:
    telephone.profile = replace(telephone.profile, probe=Probe(caller=NUMBER))
    return telephone


def begin(telephone: Telephone) -> int:
    with telephone.store.transaction("test") as tx:
        return tx.probes.begin("call", "1718", telephone.now)


def counted(telephone: Telephone) -> int:
    """Calls of the day."""
    reporting = Reporting(store=telephone.store, profile=telephone.profile, calendars=telephone.calls.calendars)
    day = timedelta(days=1)
    return sum(sum(fates.values()) for fates in reporting.balance(OPEN - day, OPEN + day).values())


def test_it_is_answered_opens_no_case_and_is_in_no_figure(probed: Telephone) -> None:
    begun = begin(probed)
    probed.ring(NUMBER)
    probed.keys("1")
    probed.ended()
    assert probed.call().case_id is None
    assert (probed.cases(), probed.outbound(), counted(probed)) == ([], [], 0)
    with probed.store.reading() as tx:
        assert tx.probes.get(begun).arrived_at == OPEN


def test_a_call_from_that_number_that_nobody_awaits_is_as_any_other(probed: Telephone) -> None:
    begin(probed)
    probed.later(seconds=probed.profile.probe.seconds + 1)
    probed.ring(NUMBER)
    probed.ended()
    assert probed.call().case_id
    assert counted(probed) == 1


def test_a_citizen_who_calls_meanwhile_is_no_probe(probed: Telephone) -> None:
    begin(probed)
    probed.ring(CALLER)
    probed.ended()
    assert probed.call().case_id
    assert counted(probed) == 1
