"""Gather (twilio.com/docs/voice/twiml/gather): keys or speech, whichever comes first."""

from app.demo.telephone.grammar import ALL
from app.demo.telephone.process import Key, Signal, Silent, Speech, Steps
from app.demo.telephone.script import Go, Place, Script
from app.demo.telephone.twiml import Verb

PAUSE_AFTER_SPEECH = 1.0
"""Seconds of silence that end speech where the document leaves it to the provider."""


def gather(script: Script, verb: Verb, place: Place) -> Steps[Go | None]:
    """Go on to the action with what was keyed or said, or to the next verb where nothing was."""
    wanted = verb.get("input", "dtmf").split()
    takes = (Silent, *((Key,) if "dtmf" in wanted else ()), *((Speech,) if "speech" in wanted else ()))
    timeout = _timeout(script, verb, place)
    first = yield from _prompted(script, verb, takes, timeout)
    fields: list[tuple[str, str]] = []
    if isinstance(first, Key):
        fields = yield from _keyed(script, verb, first, timeout)
    elif isinstance(first, Speech):
        fields = yield from _said(script, verb, first)
    if not fields and verb.get("actionOnEmptyResult") == "true":
        fields = [("Digits", ""), ("msg", "Gather End")]
    return script.action(verb, place, fields) if fields else None


def _prompted(script: Script, verb: Verb, takes: tuple[type, ...], timeout: float) -> Steps[Signal | None]:
    """The first thing that came, during what is said or in the silence after it."""
    for prompt in verb.children:
        first = yield from script.until(script.sounds(prompt), *takes, speaking=prompt.name != "Pause")
        if first is not None:
            return first
    return (yield from script.until(timeout, *takes))


def _timeout(script: Script, verb: Verb, place: Place) -> float:
    """How long silence lasts; in a queue it is part of the music, and no person waits for it."""
    timeout = verb.get("timeout", "5")
    factor = script.provider.patience if place.allowed == ALL else 1.0
    return (5 if timeout == "auto" else int(timeout)) * factor


def _keyed(script: Script, verb: Verb, first: Key, timeout: float) -> Steps[list[tuple[str, str]]]:
    """Collect keys. The key that ends an entry, with nothing before it, counts as no input."""
    most, ends = verb.number("numDigits", 1_000), verb.get("finishOnKey", "#")
    digits, key, ended_by = "", first.key, ""
    while True:
        if key in ends:
            ended_by = key
            break
        digits += key
        if len(digits) == most:
            break
        following = yield from script.until(timeout, Key, Silent)
        if not isinstance(following, Key):
            break
        key = following.key
    finished = [("FinishedOnKey", ended_by)] if ended_by else []
    return [("Digits", digits), *finished, ("msg", "Gather End")] if digits else []


def _said(script: Script, verb: Verb, speech: Speech) -> Steps[list[tuple[str, str]]]:
    timeout = verb.get("speechTimeout", "auto")
    yield from script.until(PAUSE_AFTER_SPEECH if timeout == "auto" else int(timeout))
    if not speech.text:
        return []
    confidence = [] if speech.confidence is None else [("Confidence", str(speech.confidence))]
    return [("SpeechResult", speech.text), *confidence, ("Language", verb.get("language", "en-US"))]
