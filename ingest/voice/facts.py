"""What is true at the moment of a request, gathered for the menu."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases.clock import Calendar
from cases.phone import Callback, Line, Stand
from cases.profile import Profile
from ingest.voice import queue
from ingest.voice.call import Call
from ingest.voice.directory import seats
from ingest.voice.event import Event, Facts, Keyed, Waits
from ingest.voice.graph import may_come_to
from ingest.voice.standing import Standings, is_code
from store.tx import Transaction


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The lines of a service and their hours. `office_clock` says when they are open, `clock` how long people wait."""

    profile: Profile
    calendars: Mapping[str, Calendar]
    clock: Callable[[], datetime]
    office_clock: Callable[[], datetime]
    standings: Standings

    def at_step(self, tx: Transaction, line: Line, call: Call, event: Event, banner: Mapping[str, str] | None) -> Facts:
        """What a step of that call may need; where a number may be taken next, also which ones are ours."""
        facts = self.facts(line, call.caller, banner)
        if isinstance(event, Waits):
            return self.in_queue(tx, facts, call, event.seconds)
        menu = self.profile.menus[line.menu]
        if isinstance(menu.nodes.get(call.state.node), Stand) and isinstance(event, Keyed) and is_code(event.digits):
            return replace(facts, standing=self.standings.of(tx, call, event.digits, self.clock()))
        if may_come_to(menu, call.state.node, Callback):
            return replace(facts, own_numbers=self._own_numbers(tx))
        return facts

    def _own_numbers(self, tx: Transaction) -> frozenset[str]:
        lines = [line.number for line in self.profile.lines]
        return frozenset((*lines, *(seat.number for seat in seats(tx, self.profile))))

    def facts(self, line: Line, caller: str | None, banner: Mapping[str, str] | None) -> Facts:
        """What any step may need; times are local to the line's hours."""
        calendar = self.calendars[line.hours]
        now = self.office_clock().astimezone(calendar.zone)
        is_open = calendar.is_open(now)
        opens_at = None if is_open else calendar.next_opening(now)
        return Facts(
            now=now,
            open=is_open,
            opens_at=opens_at and opens_at.astimezone(calendar.zone),
            banner=banner or {},
            caller=caller or "",
        )

    def in_queue(self, tx: Transaction, facts: Facts, call: Call, counted: int) -> Facts:
        """The same for who waits: the place in line, the wait to expect and the one that there was; `counted` is what
        the provider says of that."""
        since = call.arrived_at or self.clock()
        waited = max(round((self.clock() - since).total_seconds()), counted)
        rows = tx.calls.waiting()
        mine = next((row for row in rows if row.id == call.id), None)
        if mine is None:  # somebody has answered meanwhile
            return replace(facts, waited_seconds=waited)
        place = self._place(tx, mine, rows)
        return replace(
            facts, position=place.position, wait_seconds=round(place.wait.total_seconds()), waited_seconds=waited
        )

    def _place(self, tx: Transaction, mine: Any, rows: list[Any]) -> queue.Place:
        now = self.office_clock()
        lines = [line.name for line in self.profile.lines if self.calendars[line.hours].is_open(now)]
        hours = {line.name: self.calendars[line.hours] for line in self.profile.lines}
        due = tx.callbacks.due(now, lines)
        promised = [queue.promised_person(row, hours[row.line], self.clock()) for row in due]
        people = [*map(queue.waiting_person, rows), *promised]
        busy = {leg.number for leg in tx.legs.running() if leg.answered_at}  # one that rings is about to be free
        talk = queue.usual(tx.calls.talks(mine.line))
        return queue.place(queue.waiting_person(mine), people, seats(tx, self.profile), busy, talk)
