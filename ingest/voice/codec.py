"""Actions and states as JSON: a state is kept on the call's row, an answer beside the event that it answers.

What an older version wrote is read as well: a field that is missing has its default, one that is gone is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from ingest.voice.event import (
    Action,
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

Json = dict[str, Any]

_ACTIONS: Mapping[str, type[Action]] = {
    "speak": Speak,
    "read": Read,
    "pause": Pause,
    "listen": Listen,
    "wait": Wait,
    "leave_queue": LeaveQueue,
    "record": Record,
    "put_through": PutThrough,
    "hang_up": HangUp,
}
_NAMES = {kind: name for name, kind in _ACTIONS.items()}
_STATE = {one.name for one in fields(State)}


def encode_state(state: State) -> Json:
    """A state as JSON, every field by its name."""
    return {name: _plain(getattr(state, name)) for name in _STATE}


def decode_state(document: Mapping[str, Any]) -> State:
    """The state that `encode_state` wrote."""
    return State(**{name: _tupled(value) for name, value in document.items() if name in _STATE})


def encode_actions(actions: Sequence[Action]) -> list[Json]:
    """Actions as JSON, each with its name under `do`."""
    return [_encode(action) for action in actions]


def decode_actions(documents: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
    """The actions that `encode_actions` wrote. Raises KeyError for an action that this version does not know."""
    return tuple(_decode(document) for document in documents)


def _encode(action: Action) -> Json:
    own = {one.name: _plain(getattr(action, one.name)) for one in fields(action)}
    if isinstance(action, Listen):
        own["prompts"] = encode_actions(action.prompts)
    return {"do": _NAMES[type(action)], **own}


def _decode(document: Mapping[str, Any]) -> Action:
    kind = _ACTIONS[document["do"]]
    known = {one.name for one in fields(kind)}
    own = {name: _tupled(value) for name, value in document.items() if name in known}
    if kind is Listen:
        own["prompts"] = decode_actions(document["prompts"])
    return kind(**own)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
