"""An answer that is taken back before it leaves: the case is as it was, but for what others did meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.acting import Effect
from cases.actions import reply
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.mails import row
from cases.recalling import held_back, recall
from cases.refusal import RefusedError
from cases.timers import events, unrecalled
from cases.tokens import Signer
from tests.cases.dossiers import NOW, acting, case

WAIT = timedelta(seconds=10)


def after(before: Dossier, effect: Effect) -> Dossier:
    known = {"status": before.status, "agent": before.agent} | dict(effect.columns)
    own = {name: known[name] or "" for name in ("status", "agent")}
    return replace(before, **own, timeline=(*before.timeline, *effect.lines))


def answered(before: Dossier, *, wait: bool = False, end: bool = False) -> Dossier:
    return after(before, held_back(reply(before, acting(), "Try again.", wait=wait, end=end), before, WAIT))


@pytest.mark.parametrize(("wait", "end"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN, Status.WAITING])
def test_the_case_is_as_it_was(status: Status, wait: bool, end: bool) -> None:
    before = case(status=status, agent="")
    back = after(answered(before, wait=wait, end=end), recall(answered(before, wait=wait, end=end), acting()))
    assert (back.status, back.agent) == (status, "")
    assert events(before.opened_at, back.timeline) == events(before.opened_at, before.timeline)
    assert [one.kind for one in unrecalled(back.timeline)] == [EntryKind.RECALLED]


def test_what_somebody_did_meanwhile_stands() -> None:
    before = replace(answered(case(status=Status.NEW, agent="")), status=Status.WAITING, agent="paul")
    assert recall(before, acting()).columns == {}


def test_it_is_taken_back_once_and_by_its_writer_alone() -> None:
    sent = answered(case())
    with pytest.raises(RefusedError):
        recall(after(sent, recall(sent, acting())), acting())
    with pytest.raises(RefusedError):
        recall(sent, acting(replace(acting().agent, id="paul")))


def test_its_mails_may_leave_later_and_a_command_s_at_once() -> None:
    at_once = reply(case(), acting(), "Try again.")
    later = held_back(at_once, case(), WAIT)
    signer = Signer(b"a secret of the tests")
    due = [row(effect.mails[0], signer, "example.org", NOW, None)["due_at"] for effect in (at_once, later)]
    assert due == [NOW, NOW + WAIT]
    assert held_back(at_once, case(), timedelta()) is at_once
