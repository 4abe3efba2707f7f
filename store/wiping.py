"""Takes what is personal out of rows: whole cases, single messages, calls. The rows stay, for figures and balances.

Bytes go with them where no other row names them; a blob's row that others name, or by which a mail that comes again is
known, is emptied instead.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, String, Table, delete, func, select, update

from cases.erasing import bare
from store.anonymous import Anonymous
from store.search import Search
from store.tables import (
    blob,
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
)
from store.work import State

NOTHING = hashlib.sha256(b"").hexdigest()
"""The blob of no bytes, which rows name whose own bytes are not to be known again."""

ERASED = "erased"
"""The key in a message's content that says when it was erased: {"at", "days"}, days null where a person asked."""

_CASE: Mapping[str, Any] = {
    **dict.fromkeys(("subject", "requester_name", "requester", "submitter", "relay"), ""),
    **dict.fromkeys(("phone", "fields", "person_key"), None),
}
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
_OWN = frozenset({case, inbound, outbound, call, callback, recording, logged_call, case_key, looking, *_BLANK})
"""Tables of a case that are wiped by name; any other is by its kinds of columns."""


@dataclass
class Wiped:
    """What went: rows by kind of data, and bytes."""

    counts: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def add(self, kind: str, count: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + count

    def __add__(self, other: "Wiped") -> "Wiped":
        kinds = self.counts.keys() | other.counts.keys()
        added = {kind: self.counts.get(kind, 0) + other.counts.get(kind, 0) for kind in sorted(kinds)}
        return Wiped(added, self.size + other.size)


@dataclass(frozen=True)
class Wiping:
    """The wiping of one transaction. `days` is the period that is over, None where a person asked to be forgotten:
    then nothing stays by which the same bytes would be known again."""

    connection: Connection
    now: datetime
    days: int | None = None
    anonymous: Anonymous = field(default_factory=Anonymous)
    gone: Wiped = field(default_factory=Wiped)
    hashes: set[str] = field(default_factory=set)
    """The hashes of mails whose bytes went: an archive that has them forgets them, too."""

    def cases(self, identities: Collection[int]) -> None:
        """Wipe cases with everything that belongs to them."""
        for identity in identities:
            Search(self.connection).erase(identity)
            self.connection.execute(delete(draft).where(draft.c.key == f"case:{identity}"))
        of_case = {table: table.c.case_id.in_(identities) for table in _tables_of_cases()}
        self.messages(self._ids(inbound, of_case[inbound]))
        self.mails(self._ids(outbound, of_case[outbound]))
        self.files(identities)
        self.recordings(self._ids(recording, of_case[recording]))
        self.calls(self._ids(call, of_case[call]))
        self.logged(self._ids(logged_call, of_case[logged_call]))
        self._callbacks(of_case[callback])
        self._rows(case, case.c.id.in_(identities), _CASE)
        for table, blank in _BLANK.items():
            if "case_id" in table.c:
                self._rows(table, of_case[table], blank)
        for table in of_case.keys() - _OWN:
            self._other(table, of_case[table])
        self._execute(delete(case_key).where(of_case[case_key], case_key.c.kind != "message_id" if self.days else True))
        self.gone.add("cases", len(identities))

    def messages(self, identities: Collection[int]) -> None:
        """Wipe messages that came in: who wrote, what, and the bytes."""
        self.raw_of_messages(identities)
        for row in self._read(inbound, identities, inbound.c.content):
            self._set(inbound, row.id, {**_INBOUND, "content": self._message(row.content)})
        if self.days is None:
            mine = inbound.c.id.in_(identities)
            self._execute(update(inbound).where(mine).values(fingerprint=None, sha256=self._nothing()))
            self._drop_unnamed()
        self.gone.add("messages", len(identities))

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
        uploads = {key for row in rows if row.channel == "form" for key in self._uploads(row.sha256)}
        self._empty({row.sha256 for row in rows}, inbound, identities)
        self._drop(uploads)
        for row in rows:
            if row.content is not None and ERASED not in row.content:
                self._set(inbound, row.id, {"content": {**row.content, ERASED: self._said}})

    def _uploads(self, sha256: str) -> Iterator[str]:
        """The keys of the files of a form, as its bytes name them."""
        import json

        body = self.connection.execute(select(blob.c.body).where(blob.c.sha256 == sha256)).scalar() or b"{}"
        yield from (one["key"] for one in json.loads(body).get("files", ()))

    def mails(self, identities: Collection[int]) -> None:
        """Wipe mails of ours; one that has not left yet never does."""
        self.raw_of_mails(identities)
        mine = outbound.c.id.in_(identities)
        waiting = mine & (outbound.c.state != State.DONE)
        self._execute(update(outbound).where(waiting).values(state=State.DONE, outcome=ERASED))
        self._rows(outbound, mine, _OUTBOUND)
        self.gone.add("mails", len(identities))

    def raw_of_mails(self, identities: Collection[int]) -> None:
        """Erase the bytes of mails of ours that have left."""
        rows = self._read(outbound, identities, outbound.c.sha256)
        mine = outbound.c.id.in_(identities) & (outbound.c.state == State.DONE)
        self._empty({row.sha256 for row in rows if row.sha256}, outbound, identities)
        self._execute(update(outbound).where(mine).values(sha256=None))

    def recordings(self, identities: Collection[int]) -> None:
        """Wipe spoken messages: the sound and its text."""
        mine = recording.c.id.in_(identities)
        rows = self.connection.execute(select(recording.c.sha256).where(mine, recording.c.sha256.is_not(None)))
        hashes = set(rows.scalars())
        self._execute(update(recording).where(mine).values(**_SPOKEN, state=State.DONE))
        self._empty(hashes, recording, identities)
        self.gone.add("recordings", len(identities))

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
        self.gone.add("calls", len(identities))

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
        self.gone.add("logged_calls", len(identities))

    def files(self, identities: Collection[int]) -> None:
        """Drop the files that people of the house sent along; each has a key of its own, but for those that went to a
        second level, which other cases may have, too."""
        wanted = set[str]()
        for table, column in ((outbound, "context"), (entry, "data"), (escalation, "details")):
            found = self.connection.execute(select(table.c[column]).where(table.c.case_id.in_(identities)))
            wanted |= {key for value in found.scalars() for key in keys_in(value)}
        shared = select(escalation.c.details).where(escalation.c.case_id.not_in(identities)) if wanted else None
        others = self.connection.execute(shared).scalars() if shared is not None else ()
        self._drop(wanted - {key for value in others for key in keys_in(value)})

    def _other(self, table: Table, where: Any) -> None:
        """Wipe a table of a case that has no rule of its own: texts go, shapes stay."""
        free = [one for one in table.c if _is_free(one)]
        blank: dict[str, Any] = {one.name: None if one.nullable else "" for one in free}
        self._rows(table, where, blank | ({"person_key": None} if "person_key" in table.c else {}))

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

    def _empty(self, hashes: set[str], table: Table, identities: Collection[int]) -> None:
        """Empty these bytes where no row but those of `table` names them."""
        mine = sorted(hashes - {NOTHING})
        for named in (inbound, outbound, recording):
            others = select(named.c.sha256).where(named.c.sha256.in_(mine))
            kept = others.where(named.c.id.not_in(identities)) if named is table else others
            mine = sorted(set(mine) - set(self.connection.execute(kept).scalars())) if mine else mine
        if not mine:
            return
        chosen = blob.c.sha256.in_(mine)
        size = self.connection.execute(select(func.sum(blob.c.size)).where(chosen)).scalar() or 0
        self.connection.execute(select(blob.c.sha256).where(chosen).with_for_update())
        self._execute(update(blob).where(chosen).values(body=b"", size=0))
        self.hashes.update(mine)
        self.gone.size += size

    def _drop_unnamed(self) -> None:
        """Drop what was emptied and is named by no row any more."""
        named = [
            blob.c.sha256.not_in(select(one.c.sha256).where(one.c.sha256.in_(self.hashes)))
            for one in (inbound, recording)
        ]
        unsent = select(outbound.c.sha256).where(outbound.c.sha256.in_(self.hashes))
        if self.hashes:
            self._execute(delete(blob).where(blob.c.sha256.in_(self.hashes), *named, blob.c.sha256.not_in(unsent)))

    def _drop(self, keys: Collection[str]) -> None:
        """Drop files that no row names by its column."""
        if keys:
            sizes = select(func.sum(blob.c.size)).where(blob.c.sha256.in_(keys))
            self.gone.size += self.connection.execute(sizes).scalar() or 0
            named = [one.c.sha256 for one in (inbound, outbound, recording)]
            kept = [blob.c.sha256.not_in(select(one).where(one.in_(keys))) for one in named]
            self._execute(delete(blob).where(blob.c.sha256.in_(keys), *kept))

    def _nothing(self) -> str:
        """The blob of no bytes, made where there is none."""
        there = self.connection.execute(select(blob.c.sha256).where(blob.c.sha256 == NOTHING)).first()
        if there is None:
            row = {"sha256": NOTHING, "size": 0, "body": b"", "created_at": self.now}
            self._execute(blob.insert().values(row))
        return NOTHING

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


def keys_in(value: Any) -> Iterator[str]:
    """The keys of files that a JSON value names."""
    match value:
        case Mapping():
            for name, one in value.items():
                if name in ("sha256", "key") and isinstance(one, str) and len(one) == 64:
                    yield one
                else:
                    yield from keys_in(one)
        case list():
            for one in value:
                yield from keys_in(one)
