"""Takes what is personal out of rows: whole cases, single messages, calls. The rows stay, for figures and balances.

Bytes go with them where no other row names them; a blob's row that others name, or by which a mail that comes again is
known, is emptied instead.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, String, Table, delete, select, update

from cases.case import Status
from cases.erasing import bare
from cases.secondlevel import Outcome
from store.anonymous import Anonymous
from store.emptying import Emptying, Wiped, keys_in
from store.search import Search
from store.tables import (
    call,
    call_event,
    callback,
    case,
    case_key,
    correction,
    draft,
    entry,
    escalation,
    inbound,
    leg,
    logged_call,
    looking,
    metadata,
    outbound,
    recording,
    satisfaction,
    shadow_tags,
    ticket,
)
from store.work import State

ERASED = "erased"
"""The key in a message's content that says when it was erased: {"at", "days"}, days null where a person asked."""

_CASE: Mapping[str, Any] = {
    **dict.fromkeys(("subject", "requester_name", "requester", "submitter", "relay"), ""),
    **dict.fromkeys(("phone", "fields", "person_key"), None),
}
_STOPPED: Mapping[str, Any] = dict.fromkeys(("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at"), None)
_INBOUND: Mapping[str, Any] = dict.fromkeys(("sender", "subject", "person_key", "last_error"), None)
_OUTBOUND: Mapping[str, Any] = {
    "recipient": "",
    **dict.fromkeys(("smtp_reply", "undelivered", "person_key", "last_error", "lease"), None),
}
_LOGGED: Mapping[str, Any] = {"caller_name": "", "caller": None, "reason": "", "person_key": None}
_SPOKEN: Mapping[str, Any] = dict.fromkeys(("transcript", "person_key", "sha256", "last_error"), None)
_BARE: Mapping[Table, tuple[str, ...]] = {
    case: ("tags", "assessment", "routing"),
    entry: ("data",),
    outbound: ("context",),
    escalation: ("details",),
}
"""The JSON columns of which the shape stays."""
_BLANK: Mapping[Table, Mapping[str, Any]] = {
    entry: {"text": "", "person_key": None},
    escalation: {"wording": "", "person_key": None},
    satisfaction: {"comment": "", "person_key": None},
    correction: {"why": "", "person_key": None},
    shadow_tags: {"person_key": None},
}
_OWN = frozenset({case, inbound, outbound, call, callback, recording, logged_call, case_key, looking, ticket, *_BLANK})
"""Tables of a case that are wiped by name, or hold nobody's data (a ticket's key); any other is by its columns."""


_ANONYMOUS = Anonymous()
"""For the life of this process: what was equal stays equal over many transactions."""


@dataclass
class Wiping:
    """The wiping of one transaction. `days` is the period that is over, None where a person asked to be forgotten:
    then nothing stays by which the same bytes would be known again."""

    connection: Connection
    now: datetime
    days: int | None = None
    anonymous: Anonymous = _ANONYMOUS
    counts: dict[str, int] = field(default_factory=dict)
    bytes: Emptying = field(init=False)

    def __post_init__(self) -> None:
        self.bytes = Emptying(self.connection, self.now)

    @property
    def gone(self) -> Wiped:
        """What went so far."""
        return Wiped(dict(self.counts), self.bytes.size)

    def count(self, kind: str, number: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + number

    def cases(self, identities: Collection[int]) -> None:
        """Wipe cases with everything that belongs to them."""
        for identity in identities:
            Search(self.connection).erase(identity)
            self.connection.execute(delete(draft).where(draft.c.key == f"case:{identity}"))
        self.files(identities)
        of_case = {table: table.c.case_id.in_(identities) for table in _tables_of_cases()}
        self.messages(self._ids(inbound, of_case[inbound]))
        self.mails(self._ids(outbound, of_case[outbound]))
        self.recordings(self._ids(recording, of_case[recording]))
        self.calls(self._ids(call, of_case[call]))
        self.logged(self._ids(logged_call, of_case[logged_call]))
        self._callbacks(of_case[callback])
        self._close(identities)
        self._rows(case, case.c.id.in_(identities), _CASE)
        for table, blank in _BLANK.items():
            if "case_id" in table.c:
                self._rows(table, of_case[table], blank)
        for table in of_case.keys() - _OWN:
            self._other(table, of_case[table])
        keys = delete(case_key).where(of_case[case_key])
        self._execute(keys.where(case_key.c.kind != "message_id") if self.days else keys)
        self.count("cases", len(identities))

    def _close(self, identities: Collection[int]) -> None:
        """Nobody waits for an answer any more, nor does a second level owe one."""
        of_open = case.c.id.in_(identities) & (case.c.status != Status.CLOSED)
        self._execute(update(case).where(of_open).values(status=Status.CLOSED, closed_at=self.now, **_STOPPED))
        stays = escalation.c.case_id.in_(identities) & escalation.c.ended_at.is_(None)
        self._execute(update(escalation).where(stays).values(ended_at=self.now, outcome=Outcome.WITHDRAWN))

    def messages(self, identities: Collection[int]) -> None:
        """Wipe messages that came in: who wrote, what, and the bytes."""
        self.raw_of_messages(identities)
        for row in self._read(inbound, identities, inbound.c.content, inbound.c.reason):
            kept = {"content": self._message(row.content), "reason": bare(row.reason) or None}
            self._set(inbound, row.id, {**_INBOUND, **kept})
        if self.days is None:
            mine = inbound.c.id.in_(identities)
            self._execute(update(inbound).where(mine).values(fingerprint=None, sha256=self.bytes.nothing()))
            self.bytes.drop_emptied()
        self.count("messages", len(identities))

    def _message(self, content: Any) -> dict[str, Any]:
        """What stays of a message for the page of its case: the tags, and that the rest was erased."""
        kept = bare({name: value for name, value in (content or {}).items() if name in _SHOWN})
        blank = {"from": {"name": "", "address": ""}, "text": "", "reply_text": "", "attachments": []}
        return {**kept, **blank, ERASED: self._said}

    @property
    def _said(self) -> dict[str, Any]:
        return {"at": self.now.isoformat(), "days": self.days}

    def raw_of_messages(self, identities: Collection[int]) -> None:
        """Erase the bytes of messages and of the files that came with a form; what can be read of them stays."""
        rows = self._read(inbound, identities, inbound.c.content, inbound.c.sha256, inbound.c.channel)
        uploads = {key for row in rows if row.channel == "form" for key in self.bytes.uploads(row.sha256)}
        self.bytes.empty({row.sha256 for row in rows}, inbound, identities)
        self.bytes.drop(uploads)
        for row in rows:
            if row.content is not None and ERASED not in row.content:
                self._set(inbound, row.id, {"content": {**row.content, ERASED: self._said}})

    def mails(self, identities: Collection[int]) -> None:
        """Wipe mails of ours; one that has not left yet never does."""
        self.raw_of_mails(identities)
        mine = outbound.c.id.in_(identities)
        waiting = mine & (outbound.c.state != State.DONE)
        self._execute(update(outbound).where(waiting).values(state=State.DONE, outcome=ERASED))
        self._rows(outbound, mine, _OUTBOUND)
        self.count("mails", len(identities))

    def raw_of_mails(self, identities: Collection[int]) -> None:
        """Erase the bytes of mails of ours that have left."""
        rows = self._read(outbound, identities, outbound.c.sha256)
        mine = outbound.c.id.in_(identities) & (outbound.c.state == State.DONE)
        self.bytes.empty({row.sha256 for row in rows if row.sha256}, outbound, identities)
        self._execute(update(outbound).where(mine).values(sha256=None))

    def recordings(self, identities: Collection[int]) -> None:
        """Wipe spoken messages: the sound and its text."""
        mine = recording.c.id.in_(identities)
        rows = self.connection.execute(select(recording.c.sha256).where(mine, recording.c.sha256.is_not(None)))
        hashes = set(rows.scalars())
        self._execute(update(recording).where(mine).values(**_SPOKEN, state=State.DONE))
        self.bytes.empty(hashes, recording, identities)
        self.count("recordings", len(identities))

    def transcripts(self, identities: Collection[int]) -> None:
        """Erase the texts of spoken messages, and their words in the search."""
        from cases.folding import folded

        columns = (recording.c.case_id, recording.c.transcript)
        for row in self._read(recording, identities, *columns):
            if row.transcript and row.case_id:
                Search(self.connection).erase_words(row.case_id, folded(row.transcript))
        self._rows(recording, recording.c.id.in_(identities), {"transcript": None})

    def calls(self, identities: Collection[int]) -> None:
        """Wipe calls and what the provider said of them; equal numbers stay equal, so that figures stay what they
        were."""
        for row in self.connection.execute(select(call).where(call.c.id.in_(identities))).all():
            mine = (call_event.c.provider == row.provider) & (call_event.c.call_sid == row.call_sid)
            self.events(self._ids(call_event, mine))
            blank = {"caller": None, "caller_raw": "", "state": self.anonymous.value(row.state)}
            self._set(call, row.id, blank | {"person_key": self.anonymous.key(row.person_key)})
        self._callbacks(callback.c.call_id.in_(identities))
        self.recordings(self._ids(recording, recording.c.call_id.in_(identities)))
        self.count("calls", len(identities))

    def events(self, identities: Collection[int]) -> None:
        """Wipe what a provider told us; figures read the answers alone."""
        for row in self._read(call_event, identities, call_event.c.answer, call_event.c.person_key):
            kept = {"raw": {}, "error": None, "answer": self.anonymous.value(row.answer)}
            self._set(call_event, row.id, kept | {"person_key": self.anonymous.key(row.person_key)})

    def _callbacks(self, where: Any) -> None:
        for row in self.connection.execute(select(callback).where(where)).all():
            stopped = {"open": False, "closed_at": self.now, "outcome": ERASED} if row.open else {}
            number = self.anonymous.number(row.number)
            self._set(callback, row.id, {"number": number, "person_key": self.anonymous.key(row.person_key), **stopped})
            rung = (leg.c.callback_id == row.id) & (leg.c.number == row.number)
            self._execute(update(leg).where(rung).values(number=number))

    def logged(self, identities: Collection[int]) -> None:
        """Wipe calls off the line."""
        self._rows(logged_call, logged_call.c.id.in_(identities), _LOGGED)
        self.count("logged_calls", len(identities))

    def files(self, identities: Collection[int]) -> None:
        """Drop the files that people of the house sent along; each has a key of its own, but for those that went to a
        second level, which other cases may have, too."""
        wanted = set[str]()
        for table, column in ((outbound, "context"), (entry, "data"), (escalation, "details")):
            found = self.connection.execute(select(table.c[column]).where(table.c.case_id.in_(identities)))
            wanted |= {key for value in found.scalars() for key in keys_in(value)}
        shared = select(escalation.c.details).where(escalation.c.case_id.not_in(identities)) if wanted else None
        others = self.connection.execute(shared).scalars() if shared is not None else ()
        self.bytes.drop(wanted - {key for value in others for key in keys_in(value)})

    def _other(self, table: Table, where: Any) -> None:
        """Wipe a table of a case that has no rule of its own: texts go, shapes stay, and nothing is left to be done."""
        free = [one for one in table.c if _is_free(one)]
        blank: dict[str, Any] = {one.name: None if one.nullable else "" for one in free}
        done = {"person_key": None, "state": State.DONE, "lease": None}
        self._rows(table, where, blank | {name: value for name, value in done.items() if name in table.c})

    def _rows(self, table: Table, where: Any, blank: Mapping[str, Any]) -> None:
        """Write the same into every row, and strip its JSON of words."""
        if blank:
            self._execute(update(table).where(where).values(**blank))
        named = (
            _BARE.get(table, ()) if table in _OWN else tuple(one.name for one in table.c if isinstance(one.type, JSON))
        )
        if named:
            key = next(iter(table.primary_key.columns))
            for row in self.connection.execute(
                select(key.label("key"), *(table.c[one] for one in named)).where(where)
            ).all():
                stripped = {one: bare(getattr(row, one)) for one in named}
                self._execute(update(table).where(key == row.key, where).values(**stripped))

    def _ids(self, table: Table, where: Any) -> list[int]:
        return list(self.connection.execute(select(table.c.id).where(where)).scalars())

    def _read(self, table: Table, identities: Collection[int], *columns: Any) -> list[Any]:
        chosen = select(table.c.id, *columns).where(table.c.id.in_(identities))
        return list(self.connection.execute(chosen).all())

    def _set(self, table: Table, identity: int, values: Mapping[str, Any]) -> None:
        self._execute(update(table).where(table.c.id == identity).values(**values))

    def _execute(self, statement: Any) -> None:
        self.connection.execute(statement)


_SHOWN = frozenset({"kind", "lang", "category", "motif", "tool", "scope", "tags", "sent_at", "chosen"})
"""What of a message's content stays: what it was taken for."""


def _tables_of_cases() -> list[Table]:
    """The tables whose rows belong to a case by a key."""
    return [one for one in metadata.sorted_tables if "case_id" in one.c]


WORD = 64
"""Characters of the longest text that is an id or a word of the program's own."""


def _is_free(column: Any) -> bool:
    """Whether people's own words may stand in a column."""
    named = column.primary_key or column.unique or column.foreign_keys
    is_text = isinstance(column.type, String) and (column.type.length is None or column.type.length > WORD)
    return is_text and not named
