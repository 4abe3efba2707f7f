"""Carries out documents for one call: asks for them, does what each verb says, goes where it sends.

The verbs that listen, record, queue and dial have modules of their own.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from app.demo.telephone import twiml, voices
from app.demo.telephone.call import Call
from app.demo.telephone.grammar import ALL
from app.demo.telephone.process import Ended, Interruption, Signal, Steps, Until
from app.demo.telephone.twiml import RefusedError, Verb
from app.demo.telephone.web import Pairs

if TYPE_CHECKING:
    from app.demo.telephone.provider import Provider

MOST_DOCUMENTS = 10
"""How many documents in a row may be asked for while no time passes for the caller."""

APOLOGY = "We are sorry, an application error has occurred. Goodbye."


@dataclass(frozen=True, slots=True)
class Go:
    """Where a call goes on: an address and what it is told, or a document that was given beforehand."""

    url: str
    fields: Pairs = ()
    method: str = "POST"
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a verb stands: the address of its document and the verbs that are allowed there."""

    url: str
    allowed: frozenset[str] = ALL


class LeftQueue(Interruption):
    """The document says that the caller leaves the queue."""


class Diverted(Interruption):
    """The call is sent to another document over the API."""

    def __init__(self, go: Go) -> None:
        super().__init__(go.url)
        self.go = go


Handler = Callable[["Script", Verb, Place], Steps[Go | None]]


class Script:
    """One call's way through its documents."""

    def __init__(self, call: Call, provider: "Provider") -> None:
        self.call = call
        self.provider = provider
        self._documents = 0

    def top(self, go: Go) -> Steps[None]:
        """Follow from the first document to the last. What cannot be carried out goes to the fallback address."""
        failed = ""
        while True:
            try:
                yield from self.run(go)
                raise Ended
            except Diverted as diverted:
                go = diverted.go
            except LeftQueue as error:
                raise Ended from error
            except RefusedError as error:
                self.provider.alert(self.call.sid, error)
                if failed or not self.call.webhooks.fallback:
                    self.call.hears(text=APOLOGY, lang="en-US")
                    raise Ended from error
                failed = str(error.code)
                self._documents = 0
                go = Go(self.call.webhooks.fallback, (("ErrorCode", failed), ("ErrorUrl", self.call.webhooks.voice)))

    def run(self, go: Go | None, allowed: frozenset[str] = ALL) -> Steps[None]:
        """Documents, one after the other, until one ends without saying where to go on. Raises RefusedError."""
        while go is not None:
            go = yield from self._carry_out(self._document(go, allowed), Place(go.url, allowed))

    def until(self, seconds: float | None, *takes: type, speaking: bool = False) -> Steps[Signal | None]:
        """Let time pass or take a signal; either proves that the documents do not run in a circle."""
        before = self.provider.timeline.seconds
        signal = yield Until(seconds, takes, speaking)
        if signal is not None or self.provider.timeline.seconds > before:
            self._documents = 0
        return signal

    def address(self, place: Place, value: str) -> str:
        """An address as an absolute one. Raises RefusedError."""
        url = urljoin(place.url, value)
        if urlsplit(url).scheme not in ("http", "https"):
            raise RefusedError(11100, f"{value} is no address")
        return url

    def action(self, verb: Verb, place: Place, fields: Pairs) -> Go:
        """Where the verb's action goes; without one, to its own document again."""
        return Go(self.address(place, verb.get("action") or place.url), fields, verb.get("method", "POST"))

    def tell(self, go: Go) -> None:
        """A request whose answer nobody needs any more."""
        self.provider.post(self.call, go.url, go.fields, go.method)

    def sounds(self, verb: Verb) -> float:
        """Begin a Say, Play or Pause; returns its seconds."""
        if verb.name == "Pause":
            return verb.number("length", 1)
        times = verb.number("loop", 1) or math.inf
        if verb.name == "Say":
            lang = voices.language_of(verb.get("voice"), verb.get("language"))
            self.call.hears(text=verb.text, lang=lang, voice=verb.get("voice"))
            return len(verb.text) * self.provider.seconds_per_character * times
        self.call.hears(url=verb.text or verb.get("digits"))
        return self.provider.length_of(verb.text, self.call.sid) * times if verb.text else 0.0

    def _document(self, go: Go, allowed: frozenset[str]) -> tuple[Verb, ...]:
        self._documents += 1
        if self._documents > MOST_DOCUMENTS:
            raise RefusedError(11215, f"{self._documents} documents in a row took no time")
        if go.document:
            return twiml.read(go.document, "text/xml", allowed)
        answer = self.provider.post(self.call, go.url, go.fields, go.method)
        if not answer.good:
            raise RefusedError(11205 if answer.failure else 11200, f"{go.url} answered {answer.status}")
        return twiml.read(answer.body, answer.content_type, allowed)

    def _carry_out(self, verbs: tuple[Verb, ...], place: Place) -> Steps[Go | None]:
        for verb in verbs:
            self._answer(verb)
            handler = self.provider.handlers.get(verb.name)
            go = (yield from handler(self, verb, place)) if handler else self._turn(verb, place)
            if go is not None:
                return go
        return None

    def _turn(self, verb: Verb, place: Place) -> Go:
        """Redirect, Reject, Hangup, Leave: they take no time."""
        if verb.name == "Redirect":
            return Go(self.address(place, verb.text), (), verb.get("method", "POST"))
        if verb.name == "Leave":
            raise LeftQueue
        if verb.name == "Hangup":
            raise Ended
        if self.call.answered_at is not None:
            raise RefusedError(13610, "Reject is only for a call that was not answered yet")
        raise Ended("busy" if verb.get("reason") == "busy" else "no-answer")

    def _answer(self, verb: Verb) -> None:
        """An incoming call is answered by the first verb that is no Reject."""
        if self.call.answered_at is None and verb.name != "Reject":
            self.call.answered_at = self.provider.timeline.now
            self.call.status = "in-progress"


def speak(script: Script, verb: Verb, place: Place) -> Steps[None]:
    """Say, Play, Pause."""
    seconds = script.sounds(verb)
    yield from script.until(seconds if seconds < math.inf else None, speaking=verb.name != "Pause")
