"""A call as it goes on: each request of a provider is one transaction, answered the same however often it comes.

A driver makes the keys from signed fields only, such as `step:3` or `status:completed`: they are unique within a call.
What goes wrong inside is kept with what the provider said, and raised as CallFailedError; the driver then answers with
words that need no database.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import structlog

from cases.clock import Calendar
from cases.masking import masked
from cases.phone import Line, Menu
from cases.probe import FLAG
from cases.profile import Profile
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.voice import menu
from ingest.voice.call import Call
from ingest.voice.codec import decode_actions, encode_actions, encode_state
from ingest.voice.consequences import Consequences
from ingest.voice.event import Action, Event, HangUp, LeftQueue, Recorded, Started, Waits
from ingest.voice.exchange import CallFailedError, Message, Raw, Reply, Ring
from ingest.voice.facts import Surroundings
from ingest.voice.filing import Filing
from ingest.voice.numbers import e164
from ingest.voice.recordings import noted
from ingest.voice.rows import call_row, taken
from ingest.voice.standing import Standings
from store.calls import Request
from store.engine import UNAVAILABLE
from store.tx import Kind, Store, Transaction

log = structlog.get_logger()

__all__ = ["CallFailedError", "Calls", "Message", "Reply", "Ring"]

UNSEEN = "nobody has seen this call"


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls of one provider. `calendars` has one for each of the profile's `hours`; `clock` is real time and
    `office_clock` the one by which the office is open, which a rehearsal may set. Every method raises CallFailedError
    and nothing else."""

    provider: str
    store: Store
    profile: Profile
    signer: Signer
    calendars: Mapping[str, Calendar]
    clock: Callable[[], datetime]
    office_clock: Callable[[], datetime]

    def start(self, ring: Ring, key: str) -> Reply:
        """A call comes in. One that has ended already, which providers may tell first, is hung up."""
        request = self._request(ring.call_sid, key, "started", ring.raw)
        with self._guarded(request):
            return self.store.run("voice.start", lambda tx: self._start(tx, request, ring))

    def step(self, call_sid: str, n: int, event: Event, raw: Raw, key: str) -> Reply:
        """The caller did something in answer to step `n`, or the queue asks what to play (Waits does not raise `n`).

        A repeat gets the same answer, a stale `n` the answer to where the call is now, a call that has ended HangUp.
        One that nobody has seen is kept and raised.
        """
        request = self._request(call_sid, key, "step", raw)
        with self._guarded(request):
            reply = self.store.run("voice.step", lambda tx: self._step(tx, request, n, event))
        if reply is None:
            raise CallFailedError(UNSEEN)
        return reply

    def answered(self, call_sid: str, leg_id: int, raw: Raw, key: str) -> None:
        """A seat and the caller are joined now: the exact moment. It may come late, even after the end."""
        request = self._request(call_sid, key, "answered", raw)
        with self._guarded(request):
            self.store.run("voice.answered", lambda tx: self._answered(tx, request, leg_id))

    def recording(self, call_sid: str, message: Message, raw: Raw, key: str) -> None:
        """A recording is there, or is known to be empty. It may come before the step that says so, or after the end,
        and of a call that nobody has seen."""
        request = self._request(call_sid, key, "recording", raw)
        with self._guarded(request):
            self.store.run("voice.recording", lambda tx: self._recording(tx, request, message))

    def ended(self, call_sid: str, status: str, seconds: int, raw: Raw, key: str) -> None:
        """The provider's final word on a call. It may come before anything else of that call."""
        request = self._request(call_sid, key, "status", raw)
        with self._guarded(request):
            self.store.run("voice.ended", lambda tx: self._ended(tx, request, status, seconds))

    def _start(self, tx: Transaction, request: Request, ring: Ring) -> Reply:
        line = self._line_called(ring.called)
        known = tx.calls.known(request, line.name, self.office_clock())
        caller = e164(ring.caller_raw, self.profile.country)
        facts = self._surroundings.facts(line, caller, known.banner)
        state, actions = menu.step(self._menu(line), menu.begin(self._menu(line), line.language), Started(), facts)
        row = (
            None
            if known.answer
            else tx.calls.add_once(
                call_row(request, ring, line.name, state) | self._whose(caller) | {"in_hours": facts.open}
            )
        )
        if row is None:
            return self._again(tx, request, line)
        first = Call.of(row)
        probe = self._probe(tx, first, request)
        call = first.moved(Started(), state, actions, request.at)
        if known.recorded:
            call = _with_message(call)
        if known.final:
            call, actions = self._over(call, known.final["seconds"], request.at), (HangUp(),)
        call = self._draw(tx, first, call, request)
        return self._tell(tx, request, call, actions, line=line.name, open=facts.open, **probe)

    def _probe(self, tx: Transaction, call: Call, request: Request) -> dict[str, bool]:
        """The mark of a call that we placed to our own line (`cases.probe`), which is awaited."""
        rules = self.profile.probe
        if not rules.caller or call.caller != rules.caller:
            return {}
        awaited = tx.probes.awaited_call(call.line, request.at - timedelta(seconds=rules.seconds))
        if awaited is None:
            return {}
        tx.probes.arrived(awaited, request.at, call_id=call.id)
        return {FLAG: True}

    def _again(self, tx: Transaction, request: Request, line: Line) -> Reply:
        """The answer to a call that has come in before; where it comes twice at once, the other one is waited for."""
        call = self._found(tx, request)
        known = tx.calls.known(request, line.name, self.office_clock())
        return _reply(known.answer) if known.answer or not call else self._repeat(tx, request, call)

    def _step(self, tx: Transaction, request: Request, n: int, event: Event) -> Reply | None:
        call = self._found(tx, request)
        line = self._filing.line(call.line if call else "")
        known = tx.calls.known(request, line.name, self.office_clock())
        if known.answer:
            return _reply(known.answer)
        if call is None:
            tx.calls.keep(request, None, error=UNSEEN)
            return None
        if call.ended_at:
            return self._too_late(tx, request, call, event)
        if n != call.step and not isinstance(event, Waits | LeftQueue):
            return self._repeat(tx, request, call)
        return self._go_on(tx, request, call, event, known.banner)

    def _go_on(self, tx: Transaction, request: Request, call: Call, event: Event, banner: Raw | None) -> Reply:
        line = self._filing.line(call.line)
        facts = self._surroundings.at_step(tx, line, call, event, banner)
        if isinstance(event, LeftQueue) and call.answered_at:
            event = LeftQueue(answered=True)
        state, actions = menu.step(self._menu(line), call.state, event, facts)
        moved = self._draw(tx, call, call.moved(event, state, actions, request.at), request)
        return self._tell(tx, request, moved, actions)

    def _answered(self, tx: Transaction, request: Request, leg_id: int) -> None:
        call, leg, settles = self._found(tx, request), tx.legs.find(leg_id), ""
        if call and not call.answered_at:
            at, label = call.ended_at or request.at, leg.label if leg else None
            answered = self._draw(tx, call, replace(call, answered_at=at, answered_by=label), request)
            settles = self._consequences.settle_promise(tx, answered, request.at)
        self._keep(tx, request, call, {"leg": leg_id, "settles": settles})

    def _recording(self, tx: Transaction, request: Request, message: Message) -> None:
        call = self._found(tx, request)
        if call and message.is_heard:
            call = self._draw(tx, call, _with_message(call), request)
        noted(tx, taken(message, request, call), request.at)
        self._keep(tx, request, call, {"recording": message.recording_sid, "seconds": message.seconds})

    def _ended(self, tx: Transaction, request: Request, status: str, seconds: int) -> None:
        call = self._found(tx, request)
        if call and not call.ended_at:
            call = self._draw(tx, call, self._over(call, seconds, request.at), request)
        result = {"result": call.result, "state": encode_state(call.state)} if call else {}
        self._keep(tx, request, call, {"status": status, "seconds": seconds, **result})

    def _too_late(self, tx: Transaction, request: Request, call: Call, event: Event) -> Reply:
        """Nobody listens any more, but what was recorded before the end counts."""
        if isinstance(event, Recorded) and event.seconds:
            call = self._draw(tx, call, _with_message(call), request)
        return self._tell(tx, request, call, (HangUp(),))

    def _repeat(self, tx: Transaction, request: Request, call: Call) -> Reply:
        """What the caller was told last, once more."""
        told = tx.calls.last_answer(request.provider, request.call_sid)
        return self._tell(tx, request, call, _reply(told).actions if told else (HangUp(),))

    def _draw(self, tx: Transaction, before: Call, call: Call, request: Request) -> Call:
        return self._consequences.draw(tx, before, call, request.at)

    def _over(self, call: Call, seconds: int, now: datetime) -> Call:
        """The call after its end, which the provider may tell late: so long after its beginning, at the latest now."""
        graph = self._menu(self._filing.line(call.line))
        end = min(now, call.started_at + timedelta(seconds=seconds)) if seconds else now
        return replace(
            call,
            state=menu.hung_up(graph, call.state, answered=call.answered_at is not None),
            ended_at=max(end, call.answered_at or end),
            left_at_node=call.state.node,
            seconds=seconds,
        )

    def _found(self, tx: Transaction, request: Request) -> Call | None:
        row = tx.calls.lock(request.provider, request.call_sid)
        return Call.of(row) if row else None

    def _tell(self, tx: Transaction, request: Request, call: Call, actions: Sequence[Action], **told: Any) -> Reply:
        """Keep the answer with its request, and give it."""
        answer = {"actions": encode_actions(actions), "step": call.step, "state": encode_state(call.state), **told}
        self._keep(tx, request, call, answer)
        return Reply(tuple(actions), call.step)

    def _keep(self, tx: Transaction, request: Request, call: Call | None, answer: dict[str, Any]) -> None:
        tx.calls.keep(request, answer, owner=call.person_key if call else None)
        if call is None:
            tx.wake(Kind.CALL)  # the provider's log says who it was

    def _line_called(self, called: str) -> Line:
        """The line with that number; the first one for a number that is none of ours."""
        digits = "".join(filter(str.isdecimal, called))
        for line in self.profile.lines:
            if line.number.removeprefix("+") == digits:
                return line
        log.warning("line_unknown")
        return self.profile.lines[0]

    def _menu(self, line: Line) -> Menu:
        return self.profile.menus[line.menu]

    def _whose(self, caller: str) -> dict[str, Any]:
        return {"caller": caller or None, "person_key": self.signer.person_key(caller) if caller else None}

    @cached_property
    def _surroundings(self) -> Surroundings:
        return Surroundings(
            profile=self.profile,
            calendars=self.calendars,
            clock=self.clock,
            office_clock=self.office_clock,
            standings=Standings(self.signer.codes),
        )

    @cached_property
    def _filing(self) -> Filing:
        calendars = Calendars(self.profile, self.calendars)
        return Filing(profile=self.profile, signer=self.signer, calendars=calendars)

    @cached_property
    def _consequences(self) -> Consequences:
        return Consequences(
            profile=self.profile, filing=self._filing, calendars=self.calendars, office_clock=self.office_clock
        )

    def _request(self, call_sid: str, key: str, kind: str, raw: Raw) -> Request:
        return Request(provider=self.provider, call_sid=call_sid, key=key, kind=kind, at=self.clock(), raw=dict(raw))

    @contextmanager
    def _guarded(self, request: Request) -> Iterator[None]:
        """Let nothing through but CallFailedError, and keep what the provider said. A database that does not answer is
        not asked again: the caller waits."""
        try:
            yield
        except UNAVAILABLE as error:
            log.warning("voice_database_unavailable", kind=request.kind, error=type(error).__name__)
            raise CallFailedError("the database does not answer") from error
        except Exception as error:
            log.error("voice_request_failed", kind=request.kind, error=type(error).__name__)
            self._keep_failed(request, error)
            raise CallFailedError("the request could not be worked") from error

    def _keep_failed(self, request: Request, error: Exception) -> None:
        words = masked("".join(filter(str.isprintable, f"{type(error).__name__}: {error}")))[:500]
        try:
            with self.store.transaction("voice.raw") as tx:
                tx.calls.keep(request, None, error=words)
        except Exception as again:  # noqa: BLE001 - the caller must hear something all the same
            log.error("voice_request_lost", kind=request.kind, error=type(again).__name__)


def _with_message(call: Call) -> Call:
    return replace(call, state=replace(call.state, recorded=True))


def _reply(answer: Mapping[str, Any]) -> Reply:
    return Reply(decode_actions(answer["actions"]), answer["step"])
