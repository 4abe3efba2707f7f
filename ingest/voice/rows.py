"""The rows that requests of a call become."""

from typing import Any

from ingest.voice.call import Call
from ingest.voice.codec import encode_state
from ingest.voice.event import State
from ingest.voice.exchange import Message, Ring
from ingest.voice.recordings import ABSENT, Taken
from store.calls import Request


def call_row(request: Request, ring: Ring, line: str, state: State) -> dict[str, Any]:
    """The row of a call that comes in, as long as its columns allow."""
    return {
        "provider": request.provider,
        "call_sid": request.call_sid,
        "line": line,
        "called": _cut(ring.called, 64),
        "caller_raw": _cut(ring.caller_raw, 128),
        "lang": state.lang,
        "tools": list(state.tools),
        "state": encode_state(state),
        "started_at": request.at,
    }


def _cut(text: str, length: int) -> str:
    return "".join(filter(str.isprintable, text))[:length]


def taken(message: Message, request: Request, call: Call | None) -> Taken:
    """A recording that the provider has, of a call that may not be known yet."""
    return Taken(
        provider=request.provider,
        recording_sid=message.recording_sid,
        call_sid=request.call_sid,
        seconds=message.seconds,
        recorded_at=request.at,
        absent=message.status == ABSENT,
        call_id=call.id if call else None,
        case_id=call.case_id if call else None,
        person_key=call.person_key if call else None,
    )
