"""What leaves and why not: each reason can be reached, in the order of docs/mails.md."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Address, MessageKind
from cases.policy import RULES, Arrival, OutboundKind, Verdict, acknowledgement, notice, window, without_sub_address
from cases.profile import AutomaticMail, Profile
from tests.cases.values import NOW, OURS, PROFILE, TEAM, event, profile, with_mailbox
from tests.docs.tables import rows

ORDINARY = Arrival(event=event(), opened=True, now=NOW)
ONLY_ADDRESSED = profile(automatic_mail=replace(PROFILE.automatic_mail, only_addressed=True))


def arrival(**changes: object) -> Arrival:
    """An ordinary arrival; what `Arrival` does not have is changed on its event."""
    own = {name: value for name, value in changes.items() if name in Arrival.__slots__}
    return replace(ORDINARY, event=event(**{key: changes[key] for key in changes.keys() - own.keys()}), **own)


def test_an_ordinary_message_is_acknowledged() -> None:
    assert acknowledgement(ORDINARY, PROFILE) is Verdict.SENT


@pytest.mark.parametrize(
    ("verdict", "withheld", "rules"),
    [
        (Verdict.OWN, arrival(own=True), PROFILE),
        (Verdict.AUTOMATIC, arrival(kind=MessageKind.AUTO_REPLY), PROFILE),
        (Verdict.AUTOMATIC, arrival(kind=MessageKind.BOUNCE), PROFILE),
        (Verdict.AUTOMATIC, arrival(kind=MessageKind.LIST), PROFILE),
        (Verdict.AUTOMATIC, arrival(kind=MessageKind.SPAM_REPORT), PROFILE),
        (Verdict.SPAM, arrival(spam=True), PROFILE),
        (Verdict.SPOOFED_STAFF, arrival(spoofed_staff=True), PROFILE),
        (Verdict.NOT_A_NEW_CASE, arrival(opened=False), PROFILE),
        (Verdict.BACKFILL, arrival(backfill=True), PROFILE),
        (Verdict.NO_ADDRESS, arrival(address=""), PROFILE),
        (Verdict.NO_ADDRESS, arrival(address="an.peeters"), PROFILE),
        (Verdict.NO_ADDRESS, arrival(address="@example.com"), PROFILE),
        (Verdict.NO_ADDRESS, arrival(address="an\u202e@example.com"), PROFILE),
        (Verdict.OWN_ADDRESS, arrival(address=OURS), PROFILE),
        (Verdict.OWN_ADDRESS, arrival(address="info+c1.abc@example.org"), PROFILE),
        (Verdict.ROBOT_ADDRESS, arrival(address="mailer-daemon@example.com"), PROFILE),
        (Verdict.ROBOT_ADDRESS, arrival(address="owner-news@example.com"), PROFILE),
        (Verdict.ROBOT_ADDRESS, arrival(address="news-request@example.com"), PROFILE),
        (Verdict.BY_RULE, arrival(address="silent@example.com"), PROFILE),
        (Verdict.BY_RULE, ORDINARY, with_mailbox(acknowledge=False)),
        (Verdict.NOT_WANTED, arrival(no_auto_response=True), PROFILE),
        (Verdict.NOT_ADDRESSED_TO_US, arrival(recipients=("b@example.com",)), ONLY_ADDRESSED),
        (Verdict.NOT_ADDRESSED_TO_US, arrival(recipients=()), ONLY_ADDRESSED),
        (Verdict.STALE, arrival(received_at=NOW - timedelta(hours=72, seconds=1)), PROFILE),
        (Verdict.BUDGET, arrival(sent_to_sender=2), PROFILE),
        (Verdict.BREAKER, arrival(sent_by_mailbox=100), PROFILE),
    ],
)
def test_why_an_acknowledgement_is_withheld(verdict: Verdict, withheld: Arrival, rules: Profile) -> None:
    assert acknowledgement(withheld, rules) is verdict


@pytest.mark.parametrize(
    ("sent", "rules"),
    [
        (arrival(recipients=("b@example.com",)), PROFILE),
        (arrival(recipients=("help+c1.abc@example.org",)), ONLY_ADDRESSED),
        (arrival(address="someone@relay.example.com"), PROFILE),
        (arrival(received_at=NOW - timedelta(hours=72)), PROFILE),
        (arrival(sent_to_sender=1, sent_by_mailbox=99), PROFILE),
        (arrival(address="requester@example.com"), PROFILE),
    ],
    ids=["blind copy", "sub-address", "relay", "at the limit of age", "within budgets", "a person's name"],
)
def test_what_does_not_withhold_it(sent: Arrival, rules: Profile) -> None:
    assert acknowledgement(sent, rules) is Verdict.SENT


MENDS: tuple[tuple[Verdict, dict[str, object]], ...] = (
    (Verdict.OWN, {"own": False}),
    (Verdict.AUTOMATIC, {"kind": MessageKind.MESSAGE}),
    (Verdict.SPAM, {"spam": False}),
    (Verdict.SPOOFED_STAFF, {"spoofed_staff": False}),
    (Verdict.NOT_A_NEW_CASE, {"opened": True}),
    (Verdict.BACKFILL, {"backfill": False}),
    (Verdict.NO_ADDRESS, {"sender": Address("", OURS)}),
    (Verdict.OWN_ADDRESS, {"sender": Address("", "noreply@example.com")}),
    (Verdict.ROBOT_ADDRESS, {"sender": Address("", "silent@example.com")}),
    (Verdict.BY_RULE, {"sender": Address("", "an.peeters@example.com")}),
    (Verdict.NOT_WANTED, {"no_auto_response": False}),
    (Verdict.NOT_ADDRESSED_TO_US, {"recipients": (OURS,)}),
    (Verdict.STALE, {"received_at": NOW}),
    (Verdict.BUDGET, {"sent_to_sender": 0}),
    (Verdict.BREAKER, {"sent_by_mailbox": 0}),
)
"""Each reason with what takes it away."""


def test_the_first_reason_is_the_one_that_is_given() -> None:
    """Everything is wrong with this message; each mend uncovers the next reason, down to none."""
    everything: dict[str, object] = {
        "own": True,
        "kind": MessageKind.LIST,
        "spam": True,
        "spoofed_staff": True,
        "opened": False,
        "backfill": True,
        "sender": Address("", ""),
        "no_auto_response": True,
        "recipients": (),
        "received_at": NOW - timedelta(days=30),
        "sent_to_sender": 9,
        "sent_by_mailbox": 999,
    }
    for verdict, mend in MENDS:
        assert acknowledgement(arrival(**everything), ONLY_ADDRESSED) is verdict
        everything |= mend
    assert acknowledgement(arrival(**everything), ONLY_ADDRESSED) is Verdict.SENT


def test_the_page_lists_the_reasons_in_the_order_of_the_code() -> None:
    documented = [row["reason"] for row in rows("mails.md", "reason")]
    assert documented == [verdict.value for verdict, _ in RULES]
    assert {*documented, Verdict.SENT} == set(Verdict)


def test_the_page_lists_the_mails() -> None:
    documented = rows("mails.md", "kind")
    assert [row["kind"] for row in documented] == list(OutboundKind)
    assert all(all(row.values()) for row in documented)
    assert [row["row"] for row in rows("mails.md", "row")] == list(OutboundKind)


def test_the_team_is_told_of_a_new_case() -> None:
    assert notice(ORDINARY, PROFILE, sent_to_team=9) == TEAM


@pytest.mark.parametrize(
    ("untold", "rules", "sent_to_team"),
    [
        (arrival(opened=False), PROFILE, 0),
        (arrival(backfill=True), PROFILE, 0),
        (arrival(spam=True), PROFILE, 0),
        (ORDINARY, with_mailbox(team=""), 0),
        (ORDINARY, with_mailbox(team=OURS.upper()), 0),
        (ORDINARY, PROFILE, 10),
    ],
    ids=["a reply", "backfill", "spam", "no team", "a loop", "over budget"],
)
def test_why_the_team_is_not_told(untold: Arrival, rules: Profile, sent_to_team: int) -> None:
    assert notice(untold, rules, sent_to_team) == ""


def test_the_team_is_told_of_what_is_not_acknowledged() -> None:
    assert notice(arrival(spoofed_staff=True, no_auto_response=True), PROFILE, 0) == TEAM


def test_the_window_of_the_budget() -> None:
    assert window(AutomaticMail(window_hours=24)) == timedelta(days=1)


@given(st.emails(), st.from_regex(r"[a-z0-9.-]{0,20}", fullmatch=True))
def test_a_sub_address_is_the_address(address: str, detail: str) -> None:
    local, _, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    assert without_sub_address(f"{plain.partition('@')[0]}+{detail}@{domain}") == plain
    assert without_sub_address(plain) == plain
