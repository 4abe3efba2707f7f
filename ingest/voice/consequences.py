"""What follows from where a call has come to: its case, its callback, its end. Called after every event of a call.

Each consequence is drawn once, when the call first gets there, whatever the order in which the provider told us.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases.case import EntryKind, Status
from cases.clock import Calendar
from cases.phone import Menu
from cases.profile import Profile
from ingest.voice import callbacks, outcome
from ingest.voice.call import Call
from ingest.voice.filing import Filing, entry
from store.tx import Kind, Transaction


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """The consequences for the calls of one service."""

    profile: Profile
    filing: Filing
    calendars: Mapping[str, Calendar]
    office_clock: Callable[[], datetime]

    def menu(self, call: Call) -> Menu:
        """The menu of a call's line."""
        return self.profile.menus[self.filing.line(call.line).menu]

    def draw(self, tx: Transaction, before: Call, call: Call, now: datetime) -> Call:
        """Draw what follows and write the call; the call as it is then."""
        if call.ended_at:
            answered = call.answered_at is not None
            call = replace(call, result=outcome.result(self.menu(call), call.state, answered=answered))
        if not self._is_probe(tx, call):
            if call.case_id is None and (call.ended_at or outcome.wants_case(self.menu(call), call.state)):
                call = self.filing.file(tx, call, now)
            self._write_case(tx, before, call, now)
        if self._is_promised(call) and not self._is_promised(before):
            self._promise(tx, call, now)
        tx.calls.change(call.id, call.changed(before))
        if call.queued_at != before.queued_at or bool(call.ended_at) != bool(before.ended_at):
            tx.wake(Kind.LEG)
        return call

    def settle_promise(self, tx: Transaction, call: Call, now: datetime) -> str:
        """Close the callback that is open for who is being answered; its number, or '' where none is."""
        for number in filter(None, (call.state.callback, call.caller)):
            row = tx.callbacks.find_open(number, call.tool)
            if row:
                office = self.office_clock()
                tx.callbacks.change(row.id, open=False, outcome=callbacks.SETTLED, closed_at=office, reached_at=office)
                callbacks.note(tx, row, callbacks.Step.SETTLED, now, by=call.answered_by)
                return str(number)
        return ""

    def _write_case(self, tx: Transaction, before: Call, call: Call, now: datetime) -> None:
        if call.state.recorded and not before.state.recorded:
            tx.cases.add_entries([entry(call, EntryKind.VOICEMAIL, now)])
        if call.answered_at and not before.answered_at and call.case_id:
            picked_up = {"case_id": call.case_id, "read": Status.NEW, "status": Status.OPEN, "touched_at": now}
            tx.cases.touch([picked_up])
        if call.result != before.result:
            self.filing.settle(tx, call, before.result, now)

    def _is_probe(self, tx: Transaction, call: Call) -> bool:
        """Whether it is a call of our own: nobody's request, and so no case."""
        return bool(call.caller) and call.caller == self.profile.probe.caller and tx.probes.of_call(call.id)

    def _is_promised(self, call: Call) -> bool:
        return outcome.is_promised(self.menu(call), call.state, ended=call.ended_at is not None)

    def _promise(self, tx: Transaction, call: Call, now: datetime) -> None:
        wanted = callbacks.Wanted(
            call_id=call.id,
            case_id=call.case_id or 0,
            number=call.state.callback,
            tool=call.tool,
            line=call.line,
            lang=call.state.lang,
            slot=call.state.slot,
            arrived_at=call.arrived_at or call.started_at,
            person_key=call.person_key,
        )
        calendar = self.calendars[self.filing.line(call.line).hours]
        callbacks.request(tx, wanted, calendar, callbacks.Now(now, self.office_clock()))
        tx.wake(Kind.LEG)
