"""`/desk/status`: how mailboxes, mail servers and second levels fare, as JSON for a monitor or a person in a hurry."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from cases.masking import masked
from desk.service import Service
from store.tx import Transaction


@dataclass(frozen=True)
class StatusPages:
    """What is connected to the service, and whether it answers."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/status", response_class=JSONResponse)(self.status)

    def status(self, request: Request) -> Response:
        """Everything at one moment."""
        now = self.service.clock()
        with self.service.store.reading() as tx:
            found = {
                "at": _text(now),
                "mailboxes": self._mailboxes(tx, now),
                "mail_servers": self._mail_servers(tx, now),
                "second_levels": self._second_levels(tx),
                "held": {row.kind: row.count for row in tx.watch.held()},
            }
        return JSONResponse(found)

    def _mailboxes(self, tx: Transaction, now: datetime) -> list[dict[str, Any]]:
        """One that was never polled has no row."""
        rows = {row.name: row for row in tx.mailboxes.all()}
        return [{"name": box.name, **_mailbox(rows.get(box.name), now)} for box in self.service.profile.mailboxes]

    def _mail_servers(self, tx: Transaction, now: datetime) -> list[dict[str, Any]]:
        """By mailbox: what left today, and what waits, with one of the reasons why."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        names = [box.name for box in self.service.profile.mailboxes]
        outcomes: dict[str, dict[str, int]] = {name: {} for name in names}
        for row in tx.watch.sent(midnight, names):
            outcomes[row.mailbox][row.outcome] = outcomes[row.mailbox].get(row.outcome, 0) + row.count
        waiting = {row.mailbox: row for row in tx.watch.waiting_mails()}
        return [{"mailbox": name, "today": counts, **_waiting(waiting.get(name))} for name, counts in outcomes.items()]

    def _second_levels(self, tx: Transaction) -> list[dict[str, Any]]:
        rows = {row.n2: row for row in tx.watch.second_levels()}
        return [{"name": level.id, **_second_level(rows.get(level.id))} for level in self.service.profile.second_level]


def _mailbox(row: Any, now: datetime) -> dict[str, Any]:
    if row is None:
        return {"state": "never polled", "polled_at": None, "failing_since": None, "error": None}
    polled = row.lease_until is not None and row.lease_until > now
    return {
        "state": "failing" if row.failing_since else "polled" if polled else "polled by nobody",
        "polled_at": _text(row.polled_at),
        "failing_since": _text(row.failing_since),
        "error": masked(row.last_error) if row.last_error else None,
    }


def _waiting(row: Any) -> dict[str, Any]:
    """An error of a mail server may quote an address: it is masked."""
    if row is None:
        return {"waiting": 0, "next_at": None, "error": None}
    return {"waiting": row.due, "next_at": _text(row.oldest), "error": masked(row.error) if row.error else None}


def _second_level(row: Any) -> dict[str, Any]:
    if row is None:
        return {"open": 0, "unanswered": 0, "unanswered_since": None}
    return {"open": row.due, "unanswered": row.unanswered, "unanswered_since": _text(row.oldest)}


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
