"""A person's data, to be given to them (GDPR articles 15 and 20): as values, and as a page in their language.

What others wrote in their cases is masked but for the person's own addresses and numbers; who they are is not told. The
thread with the second level is left out, as is what was noted in the house's own records of its work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cases.case import EntryKind
from cases.erasing import Person
from cases.errors import AiguillageError
from cases.masking import masked_but
from desk.attached import attached
from desk.mail import read
from store.tables import call, case, inbound, logged_call
from store.tx import Store, Transaction

Files = dict[str, bytes]
"""Names under which files are given -> their bytes."""


@dataclass(frozen=True)
class Giving:
    """Collects one person's data."""

    store: Store
    person: Person

    def data(self, now: datetime) -> tuple[dict[str, Any], Files]:
        """What there is of them, and their files."""
        files: Files = {}
        with self.store.reading() as tx:
            cases = [self._case(tx, row, files) for row in self._cases(tx)]
            calls = [self._call(row) for row in self._rows(tx, call, call.c.started_at)]
            logged = [self._logged(row) for row in self._rows(tx, logged_call, logged_call.c.at)]
        known = {name: values for name, values in self.person.as_dict().items() if name != "keys"}
        told = {"made_at": now.isoformat(), "person": known, "cases": cases, "calls": calls, "logged_calls": logged}
        return told, files

    def _cases(self, tx: Transaction) -> list[Any]:
        """Their cases, and those of others in which they wrote, oldest first."""
        wrote = select(inbound.c.case_id).where(inbound.c.person_key.in_(self.person.keys))
        theirs = case.c.person_key.in_(self.person.keys) | case.c.id.in_(wrote)
        return list(tx.connection.execute(select(case).where(theirs).order_by(case.c.id)).all())

    def _rows(self, tx: Transaction, table: Any, at: Any) -> list[Any]:
        mine = select(table).where(table.c.person_key.in_(self.person.keys))
        return list(tx.connection.execute(mine.order_by(at)).all())

    def _case(self, tx: Transaction, row: Any, files: Files) -> dict[str, Any]:
        own = row.person_key in self.person.keys
        lines = [*self._received(tx, row, own, files), *self._sent(tx, row, own), *self._spoken(tx, row, own)]
        return {
            "number": row.number,
            "channel": row.channel,
            "subject": self._masked(row.subject) if own else "",
            "status": row.status,
            "lang": row.lang,
            "opened_at": row.opened_at.isoformat(),
            "closed_at": row.closed_at.isoformat() if row.closed_at else None,
            "fields": dict(row.fields or {}) if own else {},
            "messages": sorted(lines, key=lambda line: line["at"]),
        }

    def _received(self, tx: Transaction, row: Any, own: bool, files: Files) -> Iterator[dict[str, Any]]:
        for message in tx.cases.inbound(row.id):
            theirs = message.person_key in self.person.keys
            if message.escalation_id is not None or not (own or theirs):
                continue
            content = message.content or {}
            given = self._files(message, content, files) if theirs else []
            text = content.get("text", "")
            said = text if theirs else self._masked(content.get("reply_text") or text)
            yield _line(message.received_at, "you" if theirs else "another", said, given)

    def _files(self, message: Any, content: dict[str, Any], files: Files) -> list[str]:
        """The names under which the files of a message are given; what cannot be read is left out."""
        names = []
        for one in content.get("attachments", ()):
            try:
                body = attached(self.store, message.id, one["index"])
            except (LookupError, AiguillageError):
                continue
            name = f"{message.id}-{one['index']}-{one['filename']}"
            files[name] = body
            names.append(name)
        return names

    def _sent(self, tx: Transaction, row: Any, own: bool) -> Iterator[dict[str, Any]]:
        for mail in tx.cases.outbound(row.id):
            if mail.recipient in self.person.addresses and mail.escalation_id is None:
                raw = tx.bodies.sent(mail.id)
                yield _line(mail.sent_at or mail.created_at, "us", read(raw).text if raw else "", [])

    def _spoken(self, tx: Transaction, row: Any, own: bool) -> Iterator[dict[str, Any]]:
        if not own:
            return
        for spoken in tx.recordings.of_case(row.id):
            yield _line(spoken.recorded_at, "you", spoken.transcript or "", [])
        for entry in tx.cases.entries(row.id):
            if entry.kind == EntryKind.NOTE and entry.text:
                yield _line(entry.at, "note", self._masked(entry.text), [])

    def _call(self, row: Any) -> dict[str, Any]:
        moments = {name: at.isoformat() if (at := getattr(row, name)) else None for name in ("started_at", "ended_at")}
        return {**moments, "line": row.line, "number": row.caller, "result": row.result, "seconds": row.seconds}

    def _logged(self, row: Any) -> dict[str, Any]:
        said = {"at": row.at.isoformat(), "name": row.caller_name, "number": row.caller, "outcome": row.outcome}
        return {**said, "reason": self._masked(row.reason), "minutes": row.minutes}

    def _masked(self, text: str) -> str:
        return masked_but(text, self.person.is_in)


def _line(at: datetime, who: str, text: str, files: list[str]) -> dict[str, Any]:
    return {"at": at.isoformat(), "from": who, "text": text, "files": files}
