"""Actions and states survive being kept as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.codec import decode_actions, decode_state, encode_actions, encode_state
from ingest.voice.event import (
    HangUp,
    LeaveQueue,
    Listen,
    Pause,
    PutThrough,
    Read,
    Record,
    Speak,
    State,
    Wait,
)

words = st.text(max_size=8)
speaks = st.builds(Speak, prompt=words, lang=words, values=st.dictionaries(words, words, max_size=2))
prompts = st.lists(st.one_of(speaks, st.builds(Read), st.builds(Pause)), max_size=3).map(tuple)
actions = st.one_of(
    speaks,
    st.builds(Read),
    st.builds(Pause),
    st.builds(Listen, prompts=prompts, hints=st.lists(words, max_size=2).map(tuple)),
    st.builds(Record),
    st.builds(PutThrough),
    *(st.just(one()) for one in (Wait, LeaveQueue, HangUp)),
)


@given(st.lists(actions, max_size=4).map(tuple))
def test_actions_come_back(given_actions: tuple) -> None:
    assert decode_actions(json.loads(json.dumps(encode_actions(given_actions)))) == given_actions


@given(st.builds(State))
def test_a_state_comes_back(state: State) -> None:
    assert decode_state(json.loads(json.dumps(encode_state(state)))) == state


def test_a_state_of_another_version_is_read() -> None:
    assert decode_state({"node": "tool", "gone": 1, "tools": ["a"]}) == State(node="tool", tools=("a",))
