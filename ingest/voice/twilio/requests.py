"""What Twilio's requests say, in the words of no provider (twilio.com/docs/voice/twiml, each verb's own page).

Fields that we do not know are kept with the rest. Every key is made from signed parts only: fields, path and query.
"""

import math
import re
from collections.abc import Mapping

from ingest.voice.calls import Message, Ring
from ingest.voice.event import Event, Keyed, LeftQueue, Recorded, Silence, Spoke, TransferEnded, Waits
from ingest.voice.legs import Heard
from ingest.voice.provider import Outcome

_SID = re.compile("[A-Za-z0-9_-]{1,64}")
_KEYS = re.compile("[0-9*#]{1,64}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_SPEECH = 1_000
_LONGEST_NUMBER = 64
_LONGEST_CALLER = 128
_LONGEST_TIME = 10_000_000
_UNKNOWN = -1

Fields = Mapping[str, str]


def storable(fields: Fields) -> dict[str, str]:
    """The fields without what no database stores: NUL and halves of surrogate pairs."""
    return {_UNSTORABLE.sub("\ufffd", name): _UNSTORABLE.sub("\ufffd", value) for name, value in fields.items()}


def sid(fields: Fields, name: str) -> str:
    """An id of the provider. Raises ValueError where it is none."""
    if not _SID.fullmatch(fields.get(name, "")):
        raise ValueError(f"{name} is no id")
    return fields[name]


def ring(fields: Fields) -> Ring:
    """A call that comes in."""
    return Ring(
        call_sid=sid(fields, "CallSid"),
        called=fields.get("To", "")[:_LONGEST_NUMBER],
        caller_raw=fields.get("From", "")[:_LONGEST_CALLER],
        raw=fields,
    )


def said(fields: Fields) -> Event:
    """What a caller keyed or said in a Gather; the first of both that was heard."""
    if _KEYS.fullmatch(fields.get("Digits", "")):
        return Keyed(fields["Digits"])
    if fields.get("SpeechResult", "").strip():
        return Spoke(fields["SpeechResult"][:_LONGEST_SPEECH], _confidence(fields.get("Confidence", "")))
    return Silence()


def waits(fields: Fields) -> Event:
    """A waiting caller keyed something, or the queue asks for the next round."""
    heard = said(fields)
    return heard if isinstance(heard, Keyed) else Waits(queue_seconds(fields))


def wait_key(step: int, rounds: int, fields: Fields) -> str:
    """The provider begins the rounds again where a document fails: the time in the queue tells such requests apart."""
    return f"wait:{step}:{rounds}:{queue_seconds(fields)}"


def queue_seconds(fields: Fields) -> int:
    """How long the caller has been in the provider's queue."""
    return _whole(fields.get("QueueTime", ""))


def left_queue(fields: Fields) -> LeftQueue:
    """For `bridged` it comes only after the talk."""
    return LeftQueue(answered=fields.get("QueueResult", "") == "bridged")


def recorded(fields: Fields) -> Recorded:
    """Without a duration nothing was recorded: the verb fell through."""
    return Recorded(_whole(fields.get("RecordingDuration", "")), hung_up=fields.get("Digits", "") == "hangup")


def transferred(fields: Fields) -> TransferEnded:
    return TransferEnded(answered=fields.get("DialCallStatus", "") in ("completed", "answered"))


def message(fields: Fields) -> Message:
    """A recording, as its own callback reports it."""
    identity, duration = sid(fields, "RecordingSid"), fields.get("RecordingDuration", "")
    if fields.get("RecordingStatus", "") != "completed":
        return Message(recording_sid=identity, status="absent", seconds=0)
    return Message(recording_sid=identity, status="completed", seconds=_whole(duration) if duration else _UNKNOWN)


def heard(leg_id: int, fields: Fields, call_sid: str = "CallSid") -> Heard:
    """A request about a leg; `call_sid` names the field that holds the id of the leg's own call."""
    return Heard(leg_id=leg_id, call_sid=sid(fields, call_sid), raw=fields)


def outcome(fields: Fields) -> Outcome | None:
    """How a call ended, or None where it has not."""
    try:
        return Outcome(fields.get("CallStatus", ""))
    except ValueError:
        return None


def call_seconds(fields: Fields) -> int:
    return _whole(fields.get("CallDuration", ""))


def _confidence(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return min(max(number, 0.0), 1.0) if math.isfinite(number) else None


def _whole(text: str) -> int:
    return min(int(text), _LONGEST_TIME) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
