"""Whatever happens in a call, something is always done, and a caller who falls silent comes to a good end."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.voice.event import (
    Action,
    Event,
    Facts,
    HangUp,
    Keyed,
    LeaveQueue,
    LeftQueue,
    Listen,
    PutThrough,
    Record,
    Recorded,
    Silence,
    Speak,
    Spoke,
    Started,
    State,
    TransferEnded,
    Wait,
    Waits,
)
from ingest.voice.menu import begin, hung_up, step
from tests.ingest.voice.walks import CLOSED, OPEN, profile

MENU = profile().menus["assistance"]
RETURNS = (Listen, Wait, LeaveQueue, Record, PutThrough, HangUp)
"""What the provider comes back from, or ends with."""

digits = st.sampled_from(["0", "1", "2", "3", "4", "5", "*", "#", "", "12", "2600412", "0470001234", "090012345"])
phrases = st.sampled_from(["NOTICe", "TWICE", "impôts", "oui", "nein", "message", "een medewerker", "encore une fois"])
events = st.one_of(
    st.builds(Keyed, digits),
    st.builds(Spoke, phrases | st.text(), st.none() | st.floats(0, 1)),
    st.builds(Silence),
    st.builds(Started),
    st.builds(Waits),
    st.builds(LeftQueue, st.booleans()),
    st.builds(Recorded, st.integers(0, 120), st.booleans()),
    st.builds(TransferEnded, st.booleans()),
)
callers = st.sampled_from(["+32470001234", "", "anonymous", "+266696687", "+393331234567", "0900 12345"])
facts = st.builds(
    replace,
    st.sampled_from([OPEN, CLOSED]),
    caller=callers,
    banner=st.sampled_from([{}, {"fr": "Panne."}]),
    position=st.integers(1, 40),
    wait_seconds=st.integers(0, 7200),
    waited_seconds=st.integers(0, 7200),
)


def well_formed(state: State, actions: tuple[Action, ...]) -> bool:
    """Every answer leaves the provider with one thing to come back from, and only one."""
    returning = [isinstance(action, RETURNS) for action in actions]
    languages = {action.lang for action in actions if isinstance(action, Speak)}
    return returning.count(True) == 1 and returning[-1] and "" not in languages and bool(state.lang or state.path)


def comes_next(actions: tuple[Action, ...]) -> Event:
    """What happens to somebody who says and keys nothing, and whom nobody answers."""
    last = actions[-1]
    if isinstance(last, Record):
        return Recorded(0)
    if isinstance(last, PutThrough):
        return TransferEnded(answered=False)
    if isinstance(last, LeaveQueue):
        return LeftQueue(answered=False)
    return Waits() if isinstance(last, Wait) else Silence()


@settings(max_examples=400)
@given(st.sampled_from(["", "de"]), st.lists(st.tuples(events, facts), max_size=25))
def test_there_is_always_something_to_do(language: str, happened: list[tuple[Event, Facts]]) -> None:
    state, actions = step(MENU, begin(MENU, language), Started(), OPEN)
    assert well_formed(state, actions)
    for event, true in happened:
        state, actions = step(MENU, state, event, true)
        assert well_formed(state, actions)
        assert state.node in MENU.nodes


@settings(max_examples=300)
@given(st.sampled_from(["", "de"]), st.lists(st.tuples(events, facts), max_size=15), callers)
def test_who_falls_silent_ends_well_once_the_line_closes(
    language: str, happened: list[tuple[Event, Facts]], caller: str
) -> None:
    state, actions = step(MENU, begin(MENU, language), Started(), OPEN)
    for event, true in happened:
        state, actions = step(MENU, state, event, true)
    closed = replace(CLOSED, caller=caller, waited_seconds=600)
    for _ in range(20):
        if state.ended:
            break
        state, actions = step(MENU, state, comes_next(actions), closed)
    assert state.ended
    assert isinstance(actions[-1], HangUp)
    assert served(state)


def served(state: State) -> bool:
    """A message could be left, a callback is agreed, another service was named, or somebody was there."""
    return "voicemail" in state.path or bool(state.callback) or state.referred or state.node == "queue"


@given(st.lists(st.tuples(events, facts), max_size=15))
def test_whoever_hangs_up_is_called_only_on_a_number_that_can_be_called(happened: list[tuple[Event, Facts]]) -> None:
    state = begin(MENU, "")
    for event, true in happened:
        state, _ = step(MENU, state, event, true)
    assert hung_up(MENU, state).callback in {"", "+32470001234"}
