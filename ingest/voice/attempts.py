"""What a try at a callback leads to: it is kept, called again later, or given up with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.case import Status
from cases.clock import Calendar
from cases.phone import Line
from cases.policy import OutboundKind, window
from cases.profile import Profile
from cases.tokens import Signer
from ingest.voice.callbacks import Now, Step, next_try, note
from ingest.voice.provider import Outcome
from store.known import Questions
from store.tx import Kind, Transaction

REACHED, UNREACHED = "reached", "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says of a try that they made: who, in what words, and when to call again, None for by rule."""

    by: str
    text: str = ""
    again: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The rules of callbacks for one service. `calendars` has one for each of the profile's `hours`."""

    profile: Profile
    signer: Signer
    calendars: Mapping[str, Calendar]
    clock: Callable[[], datetime]
    office_clock: Callable[[], datetime]

    def settle(self, tx: Transaction, leg: Any, outcome: str) -> None:
        """Write what the person's phone did. Where the seat hung up first, nothing was tried: it stays due."""
        row = tx.callbacks.lock(leg.callback_id)
        if not row.open or outcome == Outcome.CANCELED:
            return
        self._tried(tx, row, outcome, Told(by=leg.label))

    def by_hand(self, tx: Transaction, identity: int, outcome: str, told: Told) -> bool:
        """Write a try that somebody made on a phone of their own; False where the callback is open no longer."""
        row = tx.callbacks.lock(identity)
        if row.open:
            self._tried(tx, row, outcome, told)
        return bool(row.open)

    def _tried(self, tx: Transaction, row: Any, outcome: str, said: Told) -> None:
        now, tries = Now(self.clock(), self.office_clock()), row.tries + 1
        told = {"by": said.by, "try": tries, "outcome": outcome, **({"said": said.text} if said.text else {})}
        tx.callbacks.change(row.id, tries=tries, tried_at=now.office, outcome=outcome)
        if outcome == Outcome.COMPLETED:
            self._close(tx, row, REACHED, now, reached_at=now.office)
            note(tx, row, Step.REACHED, now.real, **told)
            _pick_up(tx, row.case_id, now.real)
        elif again := said.again or next_try(self.calendar(row.line), tries, now.office):
            tx.callbacks.change(row.id, call_at=again)
            note(tx, row, Step.TRIED, now.real, **told, call_at=again.isoformat())
        else:
            note(tx, row, Step.TRIED, now.real, **told)
            self._give_up(tx, row, now)

    def calendar(self, line: str) -> Calendar:
        """The opening hours of a line; of the first one, where the profile has it no longer."""
        return self.calendars[self._line(line).hours]

    def _give_up(self, tx: Transaction, row: Any, now: Now) -> None:
        """Close it after the last try: by mail where we know an address, with the reason on the timeline always."""
        self._close(tx, row, UNREACHED, now)
        address = tx.callbacks.address_of(row.case_id, row.number, self.signer.person_key(row.number))
        mailed = bool(address) and self._within_budget(tx, address, now.real)
        note(tx, row, Step.GIVEN_UP, now.real, tries=row.tries + 1, mailed=mailed)
        if mailed:
            tx.outbound.add_once([self._mail(tx, row, address, now.real)])
            tx.wake(Kind.OUTBOUND)

    def _close(self, tx: Transaction, row: Any, outcome: str, now: Now, **columns: Any) -> None:
        tx.callbacks.change(row.id, open=False, outcome=outcome, closed_at=now.office, **columns)

    def _within_budget(self, tx: Transaction, address: str, now: datetime) -> bool:
        """The bound on automatic mail holds here too: a caller's number proves nobody's identity."""
        rules = self.profile.automatic_mail
        asked = Questions(recipients=[address], window_start=now - window(rules), hour_start=now - timedelta(hours=1))
        return tx.known.ask(asked).sent_to.get(address, 0) < rules.budget

    def _mail(self, tx: Transaction, row: Any, address: str, now: datetime) -> dict[str, Any]:
        case = tx.cases.find(row.case_id)
        key = f"{OutboundKind.UNREACHED}:{row.id}"
        return {
            "key": key,
            "kind": OutboundKind.UNREACHED,
            "case_id": row.case_id,
            "mailbox": self._line(row.line).mailbox,
            "recipient": address,
            "lang": row.lang or self.profile.default_language,
            "message_id": self.signer.message_id(row.case_id, key, self.profile.mail_domain),
            "automatic": True,
            "context": {"number": case.number if case else "", "tool": row.tool, "phone": self._line(row.line).shown},
            "created_at": now,
            "due_at": now,
            "person_key": self.signer.person_key(address),
        }

    def _line(self, name: str) -> Line:
        return next((line for line in self.profile.lines if line.name == name), self.profile.lines[0])


def _pick_up(tx: Transaction, case_id: int, at: datetime) -> None:
    """Somebody works on a new case once its person was reached; what an agent made of it meanwhile stands."""
    case = tx.cases.find(case_id)
    if case and case.status == Status.NEW:
        tx.cases.touch([{"case_id": case_id, "read": Status.NEW, "status": Status.OPEN, "touched_at": at}])
