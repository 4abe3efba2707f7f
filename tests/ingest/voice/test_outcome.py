"""What became of a call, as a table."""

import pytest

from cases.case import Status
from cases.phone import Announce, Callback, Choose, Goodbye, Menu, Option, Queue, Voicemail
from ingest.voice.event import Result, State
from ingest.voice.outcome import is_promised, result, status_after, wants_case

MENU = Menu(
    start="banner",
    started="banner",
    nodes={
        "banner": Announce(next="tool"),
        "tool": Choose(prompt="p", options=(Option(key="1", next="queue"),), otherwise="queue"),
        "closed": Choose(prompt="p", options=(Option(key="1", next="callback"),), otherwise="voicemail"),
        "queue": Queue(callback="callback", voicemail="voicemail"),
        "callback": Callback(next="bye", voicemail="voicemail"),
        "voicemail": Voicemail(prompt="p", next="bye"),
        "bye": Goodbye(prompt="p"),
    },
)


@pytest.mark.parametrize(
    ("state", "answered", "expected"),
    [
        (State(queued=True, recorded=True, callback="+32470001234"), True, Result.ANSWERED),
        (State(queued=True, recorded=True, callback="+32470001234"), False, Result.VOICEMAIL),
        (State(queued=True, callback="+32470001234", transferred=True), False, Result.CALLBACK),
        (State(transferred=True, banner_heard=True), False, Result.TRANSFERRED),
        (State(node="tool", banner_heard=True), False, Result.DEFLECTED),
        (State(node="bye", referred=True, chosen=True), False, Result.DEFLECTED),
        (State(node="tool", banner_heard=True, chosen=True), False, Result.ABANDONED),
        (State(node="queue", banner_heard=True, queued=True), False, Result.MISSED),
        (State(node="bye", referred=True, path=("closed", "bye")), False, Result.MISSED),
        (State(node="closed"), False, Result.MISSED),
        (State(node="bye", path=("tool", "voicemail", "bye")), False, Result.MISSED),
        (State(node="tool", closed=True), False, Result.ABANDONED),
        (State(node="gone since"), False, Result.ABANDONED),
    ],
)
def test_the_first_that_is_true(state: State, answered: bool, expected: Result) -> None:
    assert result(MENU, state, answered=answered) is expected


@pytest.mark.parametrize(
    ("found", "chosen", "status"),
    [
        (Result.ANSWERED, True, Status.OPEN),
        (Result.MISSED, False, Status.NEW),
        (Result.ABANDONED, True, Status.NEW),
        (Result.ABANDONED, False, Status.CLOSED),
        (Result.DEFLECTED, False, Status.CLOSED),
        (Result.TRANSFERRED, True, Status.CLOSED),
    ],
)
def test_where_nothing_was_asked_the_case_is_closed(found: Result, chosen: bool, status: Status) -> None:
    assert status_after(found, State(chosen=chosen)) is status


@pytest.mark.parametrize("state", [State(chosen=True), State(node="queue"), State(recorded=True)])
def test_who_has_said_enough_has_a_case(state: State) -> None:
    assert wants_case(MENU, state)
    assert not wants_case(MENU, State(node="tool", lang="fr"))


def test_a_callback_is_promised_once_the_hour_is_known_or_the_caller_gone() -> None:
    agreed = State(node="callback", callback="+32470001234")
    assert not is_promised(MENU, agreed, ended=False)
    assert is_promised(MENU, agreed, ended=True)
    assert is_promised(MENU, State(node="bye", callback="+32470001234"), ended=False)
    assert not is_promised(MENU, State(node="bye"), ended=True)
