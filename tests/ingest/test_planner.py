"""Which side of a case a message belongs to, over values: what is private reaches nobody outside."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import Disposition, EntryKind, Status, case_id
from cases.event import Address, Dmarc, InboundEvent, MessageKind, Tags
from cases.matching import references
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.secondlevel import SecondLevel
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.arrived import Arrived
from ingest.email.screen import ROBOTS
from ingest.outgoing import Outgoing
from ingest.plan import Plan
from ingest.planner import TICKET_SYSTEM, Planner
from ingest.proposal import propose
from ingest.rows import Rows
from store.known import Answers, KnownCase, Stay
from tests.cases.values import EVENT, OURS
from tests.cases.values import profile as changed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIGNER = Signer(b"0123456789abcdef")
CASE = case_id(2026, 412)
CITIZEN, STRANGER = "an.peeters@example.com", "paul@example.net"
N2, COLLEAGUE = "n2@digital.example.be", "jan@digital.example.be"
DIGITAL = SecondLevel(
    id="digital", label="Digital", address=N2, senders=("@digital.example.be",), ticket=r"DIG-\d{1,9}"
)
PROFILE = changed(second_level=(DIGITAL,), case_prefix="TST")
TAGS = Tags(lang="fr", category="requete", motif="acces", tool="notice", scope="in")

EVIDENCE = {
    "thread": {"references": (SIGNER.thread_message_id(CASE, "escalation:7", "example.org"),)},
    "token": {"references": (SIGNER.message_id(CASE, "acknowledgement:1", "example.org"),)},
    "reference": {"references": ("<m1@example.com>",)},
    "ticket": {"subject": "[DIG-12] permit"},
    "number": {"subject": "TST-26-00412"},
    "nothing": {"subject": "Hello"},
}


def known(status: Status) -> Answers:
    """A case of the citizen's that is, or was, with the second level."""
    return Answers(
        cases={CASE: KnownCase(CASE, "TST-26-00412", status, NOW - timedelta(days=1))},
        stays={CASE: [Stay(7, CASE, "digital", "DIG-12")]},
        by_message_id={"<m1@example.com>": {CASE}},
        participants={CASE: {SIGNER.person_key(CITIZEN)}},
    )


def decided(event: InboundEvent, profile: Profile = PROFILE, status: Status = Status.ESCALATED) -> tuple[Plan, Rows]:
    arrived = Arrived(1, event, TAGS, references(event, profile, SIGNER), NOW.date())
    proposals = {1: propose(arrived, Calendars(profile, {}), NOW, ())} if event.kind is MessageKind.MESSAGE else {}
    planner = Planner(profile, SIGNER, NOW, known(status), proposals)
    plan = planner.plan(arrived)
    return plan, Rows(planner, {-1: CASE + 1})


@st.composite
def events(
    draw: st.DrawFn, senders: tuple[str, ...] = (CITIZEN, N2, "jan@digital.example.be", STRANGER)
) -> InboundEvent:
    """A message by anybody, of any kind, that refers to the case in any way."""
    sender = draw(st.sampled_from(senders))
    found = replace(
        EVENT,
        sender=Address("", sender),
        message_id="<new@example.net>",
        copied=tuple(Address("", one) for one in draw(st.lists(st.sampled_from([N2, STRANGER, OURS]), max_size=3))),
        kind=draw(st.sampled_from([MessageKind.MESSAGE, MessageKind.AUTO_REPLY, MessageKind.LIST])),
        screening=draw(st.sampled_from(["", "auto_generated", "auto_replied"])),
        dmarc=draw(st.sampled_from(Dmarc)),
        spoofed_staff=draw(st.booleans()),
        spam=draw(st.booleans()),
        own=draw(st.booleans()),
    )
    for evidence in draw(st.lists(st.sampled_from(sorted(EVIDENCE)), max_size=3)):
        found = replace(found, **EVIDENCE[evidence])
    return found


@given(events(), st.sampled_from(Status))
def test_a_private_mail_yields_no_receipt_no_participant_and_no_case(event: InboundEvent, status: Status) -> None:
    plan, rows = decided(event, status=status)
    if plan.thread is None:
        return
    kinds = [line["kind"] for line in rows.entries(plan)]
    assert (plan.case_id, plan.opened, plan.read, plan.status) == (CASE, False, status, status)
    assert [kind for kind, _, _ in rows.keys(plan) if kind == "participant"] == []
    assert kinds == ([] if event.own else [EntryKind.N2_WROTE])
    assert plan.notice_to == plan.confirm_to == ""
    assert plan.disposition in (Disposition.REPLY, Disposition.AUTOMATIC)


@given(events(senders=(CITIZEN,)), st.sampled_from(Status))
def test_what_a_public_participant_writes_is_never_private(event: InboundEvent, status: Status) -> None:
    assert decided(event, status=status)[0].thread is None


@given(events())
def test_where_nothing_was_escalated_nothing_is_private(event: InboundEvent) -> None:
    arrived = Arrived(1, event, TAGS, references(event, PROFILE, SIGNER), NOW.date())
    answers = known(Status.OPEN)
    answers.stays.clear()
    proposals = {1: propose(arrived, Calendars(PROFILE, {}), NOW, ())}
    assert Planner(PROFILE, SIGNER, NOW, answers, proposals).plan(arrived).thread is None


@given(events())
def test_a_second_level_takes_part_by_nothing_but_its_own_public_words(event: InboundEvent) -> None:
    plan, rows = decided(event)
    keys = {key for kind, key, _ in rows.keys(plan) if kind == "participant"}
    if event.sender.address != N2:
        assert SIGNER.person_key(N2) not in keys
    assert SIGNER.person_key(OURS) not in keys


@given(events())
def test_no_receipt_ever_carries_the_token_of_the_thread(event: InboundEvent) -> None:
    plan, rows = decided(event)
    if plan.opened:
        for mail in Outgoing(rows, ()).opened(plan):
            assert mail["kind"] in (OutboundKind.ACKNOWLEDGEMENT, OutboundKind.NOTICE)
            assert mail["escalation_id"] is None
            assert SIGNER.thread_of(mail["message_id"]) is None


@pytest.mark.parametrize("sender", [N2, COLLEAGUE])
@pytest.mark.parametrize("evidence", ["thread", "token", "reference", "ticket", "number"])
def test_the_second_level_finds_its_thread_by_any_evidence(sender: str, evidence: str) -> None:
    plan, _ = decided(replace(EVENT, sender=Address("", sender), **EVIDENCE[evidence]))
    assert (plan.thread, plan.n2, plan.reason) == (7, "digital", f"private_by_{evidence}")


def test_of_several_stays_the_one_with_who_writes_is_meant() -> None:
    supplier = replace(DIGITAL, id="supplier", address="desk@supplier.example.com", senders=())
    profile = changed(second_level=(DIGITAL, supplier))
    event = replace(EVENT, sender=Address("", N2), **EVIDENCE["token"])
    arrived = Arrived(1, event, TAGS, references(event, profile, SIGNER), NOW.date())
    answers = known(Status.ESCALATED)
    answers.stays[CASE] = [Stay(9, CASE, "supplier", ""), Stay(8, CASE, "digital", ""), Stay(7, CASE, "digital", "")]
    assert Planner(profile, SIGNER, NOW, answers, {}).plan(arrived).thread == 8


def test_what_a_ticket_system_sends_is_known_by_the_screening_s_names() -> None:
    assert {rule.__name__ for rule, _ in ROBOTS} == TICKET_SYSTEM
