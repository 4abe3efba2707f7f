"""The demonstration's telephones: the provider in real time, with its API on loopback."""

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from threading import Event, Thread

from app.demo.telephone import sound
from app.demo.telephone.call import Call
from app.demo.telephone.process import HungUp, Key, PickedUp, Refused, Silent, Sound, Speech
from app.demo.telephone.provider import Provider
from app.demo.telephone.server import serving
from app.demo.telephone.web import Fetch, over_http
from desk.telephone import Act, Moment, Phrase, Receiver

TICK = 0.1
PATIENCE = 10.0
"""Whoever reads or types needs ten times as long as whoever hears and speaks (WCAG 2.2.1)."""
PACE = 0.03
"""Seconds for a character of the voice: whoever reads does not want to wait for it."""


class RunningTelephone:
    """Implements `desk.telephone.Telephone`. Account and token are invented at each start."""

    def __init__(self, public_url: str, fetch: Fetch = over_http) -> None:
        self.account_sid = f"AC{secrets.token_hex(16)}"
        self.token = secrets.token_hex(16)
        self._provider = Provider(public_url, self.account_sid, self.token, fetch=fetch)
        self._provider.patience = PATIENCE
        self._provider.seconds_per_character = PACE
        self._done: dict[str, list[tuple[int, Phrase]]] = {}
        self._stopping = Event()
        self._ticking = Thread(target=self._tick, name="demo-telephone-time", daemon=True)
        self._served = ExitStack()

    @property
    def api_url(self) -> str:
        return self._provider.api_url

    def start(self) -> None:
        self._served.enter_context(serving(self._provider))
        self._ticking.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._ticking.is_alive():
            self._ticking.join()
        self._served.close()

    def dial(self, to: str, caller: str) -> str:
        return self._provider.dial(to, caller).sid

    def find(self, sid: str) -> Receiver | None:
        call = self._provider.calls.get(sid)
        return self._receiver(call) if call else None

    def rung(self) -> Sequence[Receiver]:
        running = [one for one in list(self._provider.calls.values()) if one.direction != "inbound" and not one.ended]
        return [self._receiver(one) for one in running if one.status != "queued"]

    def act(self, sid: str, act: Act, text: str = "") -> None:
        call = self._provider.calls.get(sid)
        if call is None or call.ended:
            return
        match act:
            case Act.KEYS:
                self._note(call, Phrase(text=text, sign="keys", mine=True), heard=call.accepts(Key))
                for key in text:
                    call.act(Key(key))
            case Act.SPEECH:
                self._note(call, Phrase(text=text, mine=True), heard=call.accepts(Speech) or call.accepts(Sound))
                self._speak(call, text)
            case Act.SILENCE:
                self._note(call, Phrase(sign="silence", mine=True), heard=call.accepts(Silent))
                call.act(Silent())
            case Act.ANSWER:
                call.act(PickedUp())
            case Act.REFUSE:
                call.act(Refused())
            case Act.HANG_UP:
                call.interrupt(HungUp())
                call.wait(0)

    def _speak(self, call: Call, text: str) -> None:
        """A message is a tone as long as its text takes to say, and ends with a key; anything else is recognised."""
        if not call.accepts(Sound):
            call.act(Speech(text))
            return
        seconds = max(1.0, len(text) * PACE)
        call.act(Sound(sound.tone(seconds), seconds))
        self._provider.timeline.after(seconds, lambda: call.signal(Key("#")))

    def _note(self, call: Call, phrase: Phrase, *, heard: bool) -> None:
        """Remember what the person did, and after which of the phrases that were heard."""
        kept = phrase if heard else replace(phrase, sign="unheard")
        self._done.setdefault(call.sid, []).append((len(call.heard), kept))

    def _receiver(self, call: Call) -> Receiver:
        inbound = call.direction == "inbound"
        other = self._provider.calls.get(call.talks_with)
        return Receiver(
            sid=call.sid,
            number=call.from_ if inbound else call.to,
            called=call.to,
            moment=_moment(call),
            phrases=list(self._phrases(call)),
            other=(other.from_ if other.direction == "inbound" else other.to) if other else "",
            seconds=call.seconds,
        )

    def _phrases(self, call: Call) -> Iterator[Phrase]:
        done = iter(self._done.get(call.sid, ()))
        after, mine = next(done, (0, None))
        for position, heard in enumerate([*call.heard, None]):
            while mine is not None and after <= position:
                yield mine
                after, mine = next(done, (0, None))
            if heard is not None:
                yield Phrase(text=heard.text, lang=heard.lang, sign=heard.sign or ("sound" if heard.url else ""))

    def _tick(self) -> None:
        last = time.monotonic()
        while not self._stopping.wait(TICK):
            now = time.monotonic()
            self._provider.wait(now - last)
            last = now


def _moment(call: Call) -> Moment:
    if call.ended:
        return Moment.OVER
    if call.accepts(PickedUp):
        return Moment.RINGING
    if call.talks_with:
        return Moment.TALKING
    if call.accepts(Sound):
        return Moment.RECORDING
    if call.accepts(Key) or call.accepts(Speech):
        return Moment.LISTENING
    return Moment.SPEAKING if call.is_spoken_to else Moment.WAITING
