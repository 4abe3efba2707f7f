"""Whatever people do with a case, one after the other: what must always be true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import escalation
from cases.acting import Acting, Effect, timed
from cases.actions import close, note, reopen, reply, resume, wait
from cases.amending import copy, requester
from cases.assigning import assign, hand_to, prioritise, take
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Message
from cases.mails import PRIVATE, Mail
from cases.policy import OutboundKind
from cases.refusal import RefusedError
from cases.routing import Queue
from cases.seconding import Wish, case_for, escalate, returned, tell
from cases.secondlevel import Outcome
from tests.cases.dossiers import CALENDARS, LETTER, MARIE, NOW, PAUL, RELAY, acting, after, case

SECRET = "between the two services only"
TEXT = "What the requester may read."
Do = Callable[[Dossier, Acting], Effect]

LEVELS = st.integers(1, 3)
DO: st.SearchStrategy[Do] = st.one_of(
    st.builds(lambda ask, end: lambda one, who: reply(one, who, TEXT, wait=ask, end=end), st.booleans(), st.booleans()),
    st.builds(lambda days: lambda one, who: wait(one, who, days), st.integers(0, 20)),
    st.builds(
        lambda text, silent, back: lambda one, who: close(one, who, text, silent=silent, withdraw=back),
        st.sampled_from(["", TEXT]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(lambda to: lambda one, who: assign(one, who, to), st.sampled_from(["marie", "paul", "alice"])),
    st.builds(lambda queue: lambda one, who: hand_to(one, who, queue), st.sampled_from(Queue)),
    st.builds(lambda high, soon: lambda one, who: prioritise(one, who, high, soon), LEVELS, LEVELS),
    st.builds(lambda to: lambda one, who: escalate(one, who, wish(to)), st.sampled_from(["", "rfa"])),
    st.builds(lambda how: lambda one, who: returned(one, who, how, SECRET), st.sampled_from(list(Outcome)[:2])),
    st.builds(lambda on: lambda one, who: copy(one, who, on=on), st.booleans()),
    st.sampled_from(
        [
            resume,
            reopen,
            take,
            lambda one, who: note(one, who, SECRET),
            lambda one, who: tell(one, who, SECRET),
            lambda one, who: requester(one, who, "jan@example.org"),
        ]
    ),
)
STEPS = st.lists(st.tuples(DO, st.sampled_from([MARIE, PAUL]), st.integers(0, 4000)), max_size=25)


def wish(to: str) -> Wish:
    return Wish(wording=f"{SECRET}: a blank page", to=to)


class History:
    """A case, and everything that was done with it."""

    def __init__(self) -> None:
        self.case = case(status=Status.NEW, agent="", submitter=RELAY, relay="1718")
        self.columns: dict[str, Any] = {"closed_at": None}
        self.mails: list[Mail] = []
        self._entries = count(1)
        self._stays = count(1)

    def do(self, act: Do, who: Acting) -> None:
        """One action; what is refused leaves everything as it was."""
        try:
            effect = act(self.case, who)
        except RefusedError:
            return
        timers = timed(self.case, effect, CALENDARS, who.now)
        entries = [next(self._entries) for _ in effect.lines]
        self.mails += [replace(one, key=one.key.replace("{entry}", str(entries[0]))) for one in effect.mails]
        if effect.escalated:
            self.mails += escalation.mails(effect.escalated, case_for(self.case), next(self._stays), who.now)
        self.columns |= effect.columns
        self.case = self._heard(after(self.case, effect))
        assert timers == timed(self.case, Effect(), CALENDARS, who.now)

    def _heard(self, now: Dossier) -> Dossier:
        """The second level answers everything, in private."""
        theirs: Message = replace(LETTER, id=now.version, text=SECRET, subject=SECRET, private=True)
        return replace(now, messages=(*now.messages, theirs)) if now.stay else now


@settings(max_examples=150)
@given(STEPS)
def test_whatever_is_done_a_case_stays_whole(steps: list[tuple[Do, Any, int]]) -> None:
    history, now = History(), NOW
    for act, agent, minutes in steps:
        now += timedelta(minutes=minutes)
        history.do(act, acting(agent, now=now))
        one = history.case
        assert (one.status is Status.CLOSED) == (history.columns["closed_at"] is not None)
        assert sum(stay.outcome is None for stay in one.stays) == (one.status is Status.ESCALATED)
        assert one.status is not Status.NEW or EntryKind.ANSWERED not in {line.kind for line in one.timeline}
    assert_mails_are_safe(history.mails)


def assert_mails_are_safe(mails: list[Mail]) -> None:
    """Each key once; nothing private but in private, or to who escalated; nobody is told of their own doing."""
    assert len({one.key for one in mails}) == len(mails)
    for one in mails:
        assert (one.escalation_id is not None) == (one.kind in PRIVATE)
        if one.kind not in PRIVATE and one.kind is not OutboundKind.ESCALATED:
            assert SECRET not in repr(one.context)
        if one.kind in PRIVATE:
            assert one.recipient in ("support@digital.example.be", "rfa@example.be")
        if one.kind is OutboundKind.EVENT:
            assert not one.recipient.startswith(str(one.context["by"]).lower())


@pytest.mark.parametrize("days", [0, 3])
def test_a_wait_ends_in_a_reminder_after_the_days_that_were_said(days: int) -> None:
    effect = wait(case(), acting(), days)
    expected = NOW + timedelta(days=days or CALENDARS.profile.reminders.silence_days)
    found = timed(case(), effect, CALENDARS, NOW).alarm_at
    assert found is not None
    assert abs(found - expected) <= timedelta(hours=1)  # days are those of the calendar on the wall
