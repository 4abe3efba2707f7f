"""Which verbs there are, what they may say of themselves and what may stand in them.

From the page of each verb under twilio.com/docs/voice/twiml. Verbs that this service could not want (Connect, Pay,
Refer, Conference, ...) are left out, and therefore refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE = r"\d{1,5}"
POSITIVE = r"[1-9]\d{0,4}"
FLAG = r"true|false"
METHOD = r"GET|POST"
URL = r"\S+"
ANYTHING = r"(?s:.*)"
KEYS = r"[0-9*#]*"


def _words(*allowed: str) -> str:
    """A pattern for a list of words, separated by spaces."""
    one = "|".join(allowed)
    return rf"(?:{one})(?: (?:{one}))*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One element: its attributes and the pattern of each value, what stands in it, and whether text may."""

    attributes: Mapping[str, str]
    children: frozenset[str] = frozenset()
    text: bool = False


_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_CALLBACK = {"statusCallback": URL, "statusCallbackMethod": METHOD}
_RECORDING = {"recordingStatusCallback": URL, "recordingStatusCallbackMethod": METHOD}
_RECORDED = {**_RECORDING, "recordingStatusCallbackEvent": _words("in-progress", "completed", "absent")}

RULES: Mapping[str, Rule] = {
    "Say": Rule({"voice": r"\S+", "language": r"\S+", "loop": WHOLE}, _SSML, text=True),
    "Play": Rule({"loop": WHOLE, "digits": r"[0-9*#wW]+"}, text=True),
    "Pause": Rule({"length": WHOLE}),
    "Gather": Rule(
        {
            "input": _words("dtmf", "speech"),
            "action": URL,
            "method": METHOD,
            "timeout": rf"{WHOLE}|auto",
            "speechTimeout": rf"{POSITIVE}|auto",
            "maxSpeechTime": POSITIVE,
            "profanityFilter": FLAG,
            "finishOnKey": KEYS,
            "numDigits": POSITIVE,
            "partialResultCallback": URL,
            "partialResultCallbackMethod": METHOD,
            "language": r"\S+",
            "hints": ANYTHING,
            "bargeIn": FLAG,
            "actionOnEmptyResult": FLAG,
            "speechModel": r"\S+",
            "enhanced": FLAG,
        },
        frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": Rule(
        {
            "action": URL,
            "method": METHOD,
            "timeout": WHOLE,
            "finishOnKey": KEYS,
            "maxLength": POSITIVE,
            "playBeep": FLAG,
            "trim": "trim-silence|do-not-trim",
            **_RECORDED,
        }
    ),
    "Enqueue": Rule(
        {"action": URL, "method": METHOD, "maxQueueSize": WHOLE, "waitUrl": URL, "waitUrlMethod": METHOD}, text=True
    ),
    "Dial": Rule(
        {
            "action": URL,
            "method": METHOD,
            "timeout": WHOLE,
            "timeLimit": POSITIVE,
            "callerId": r"\S+",
            "hangupOnStar": FLAG,
            "answerOnBridge": FLAG,
            "record": r"do-not-record|record-from-(?:answer|ringing)(?:-dual)?",
            "trim": "trim-silence|do-not-trim",
            **_RECORDED,
            "ringTone": r"[a-z]{2}(?:-old|-tel)?",
            "sequential": FLAG,
        },
        frozenset({"Queue", "Number"}),
        text=True,
    ),
    "Queue": Rule({"url": URL, "method": METHOD}, text=True),
    "Number": Rule(
        {
            "url": URL,
            "method": METHOD,
            "sendDigits": r"[0-9*#wW]+",
            "statusCallbackEvent": _words("initiated", "ringing", "answered", "completed"),
            **_CALLBACK,
        },
        text=True,
    ),
    "Redirect": Rule({"method": METHOD}, text=True),
    "Reject": Rule({"reason": "rejected|busy"}),
    "Hangup": Rule({}),
    "Leave": Rule({}),
    "break": Rule({"strength": r"none|(?:x-)?weak|medium|(?:x-)?strong", "time": r"\d+(?:ms|s)"}),
    "emphasis": Rule({"level": "strong|moderate|reduced"}, _SSML, text=True),
    "lang": Rule({"xml:lang": r"\S+"}, _SSML, text=True),
    "p": Rule({}, _SSML, text=True),
    "phoneme": Rule({"alphabet": "ipa|x-sampa", "ph": ANYTHING}, text=True),
    "prosody": Rule({"volume": r"\S+", "rate": r"\S+", "pitch": r"\S+"}, _SSML, text=True),
    "s": Rule({}, _SSML, text=True),
    "say-as": Rule({"interpret-as": r"[a-z-]+", "format": r"\S+", "role": r"\S+"}, text=True),
    "sub": Rule({"alias": ANYTHING}, text=True),
    "w": Rule({"role": r"\S+"}, text=True),
}

ALL = frozenset(
    {"Say", "Play", "Pause", "Gather", "Record", "Enqueue", "Leave", "Dial", "Redirect", "Reject", "Hangup"}
)
WAITING = frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave"})
"""What the document of a `waitUrl` may hold."""

ANNOUNCING = frozenset({"Say", "Play", "Pause", "Redirect"})
"""What may be said to a caller who leaves the queue for somebody."""

SCREENING = frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup"})
"""What may be said to somebody who picks up, before the two are joined."""
