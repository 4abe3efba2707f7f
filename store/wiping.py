"""Takes what is personal out of rows: whole cases, single messages, calls. The rows stay, for figures and balances.

Bytes go with them where no other row names them; a blob's row that others name, or by which a mail that comes again is
known, is emptied instead.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Table, delete, select, update

from cases.case import Status
from cases.erasing import bare
from cases.secondlevel import Outcome
from store.blanking import ERASED
from store.emptying import keys_in
from store.hushing import Hushing
from store.search import Search
from store.tables import (
    call,
    callback,
    case,
    case_key,
    contact_address,
    correction,
    draft,
    entry,
    escalation,
    inbound,
    logged_call,
    looking,
    metadata,
    outbound,
    recording,
    satisfaction,
    shadow_tags,
    ticket,
    ticket_push,
)
from store.work import State

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
_OWN = frozenset(
    {case, inbound, outbound, call, callback, recording, logged_call, case_key, looking, ticket, ticket_push, *_BLANK}
)
"""Tables of a case that are wiped by name, or hold nobody's data; any other is by its columns."""
_NO_WORK: Mapping[str, Any] = {"person_key": None, "state": State.DONE, "lease": None}


class Wiping(Hushing):
    """The wiping of one transaction, cases and mails too."""

    def cases(self, identities: Collection[int]) -> None:
        """Wipe cases with everything that belongs to them."""
        for identity in identities:
            Search(self.connection).erase(identity)
            self.execute(delete(draft).where(draft.c.key == f"case:{identity}"))
        self.files(identities)
        of_case = {table: table.c.case_id.in_(identities) for table in _tables_of_cases()}
        self.messages(self.ids(inbound, of_case[inbound]))
        self.mails(self.ids(outbound, of_case[outbound]))
        self.recordings(self.ids(recording, of_case[recording]))
        self.calls(self.ids(call, of_case[call]))
        self.logged(self.ids(logged_call, of_case[logged_call]))
        self.callbacks(of_case[callback])
        self._close(identities)
        for table in (ticket_push, ticket):  # what is written there later finds no way back
            self.execute(delete(table).where(of_case[table]))
        self._rows_of_cases(identities, of_case)
        keys = delete(case_key).where(of_case[case_key])
        self.execute(keys.where(case_key.c.kind != "message_id") if self.days else keys)
        self.count("cases", len(identities))

    def _close(self, identities: Collection[int]) -> None:
        """Nobody waits for an answer any more, nor does a second level owe one."""
        of_open = case.c.id.in_(identities) & (case.c.status != Status.CLOSED)
        self.execute(update(case).where(of_open).values(status=Status.CLOSED, closed_at=self.now, **_STOPPED))
        stays = escalation.c.case_id.in_(identities) & escalation.c.ended_at.is_(None)
        self.execute(update(escalation).where(stays).values(ended_at=self.now, outcome=Outcome.WITHDRAWN))

    def _rows_of_cases(self, identities: Collection[int], of_case: Mapping[Table, Any]) -> None:
        mine = case.c.id.in_(identities)
        people = set(self.connection.execute(select(case.c.person_key).where(mine)).scalars()) - {None}
        self.blank(case, mine, _CASE, _BARE[case])
        for table, blank in _BLANK.items():
            if "case_id" in table.c:
                self.blank(table, of_case[table], blank, _BARE.get(table, ()))
        for table in of_case.keys() - _OWN:
            self.blank_unknown(table, of_case[table], _NO_WORK)
        self._contacts(people)

    def _contacts(self, people: Collection[str]) -> None:
        """Forget that addresses were one person's, of whom no case is left."""
        left = select(case.c.person_key).where(case.c.person_key.in_(people))
        gone = set(people) - set(self.connection.execute(left).scalars())
        if gone:
            self.execute(delete(contact_address).where(contact_address.c.person_key.in_(gone)))

    def messages(self, identities: Collection[int]) -> None:
        """Wipe messages that came in: who wrote, what, and the bytes."""
        if not identities:
            return
        self.raw_of_messages(identities)
        for row in self.read(inbound, identities, inbound.c.content, inbound.c.reason):
            kept = {"content": self._message(row.content), "reason": bare(row.reason) or None}
            self.set(inbound, row.id, {**_INBOUND, **kept})
        if self.days is None:
            mine = inbound.c.id.in_(identities)
            self.execute(update(inbound).where(mine).values(fingerprint=None, sha256=self.bytes.nothing()))
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
        rows = self.read(inbound, identities, inbound.c.content, inbound.c.sha256, inbound.c.channel)
        uploads = {key for row in rows if row.channel == "form" for key in self.bytes.uploads(row.sha256)}
        self.bytes.empty({row.sha256 for row in rows}, inbound, identities)
        self.bytes.drop(uploads)
        for row in rows:
            if row.content is not None and ERASED not in row.content:
                self.set(inbound, row.id, {"content": {**row.content, ERASED: self._said}})

    def mails(self, identities: Collection[int]) -> None:
        """Wipe mails of ours; one that has not left yet never does."""
        mine = outbound.c.id.in_(identities)
        waiting = mine & (outbound.c.state != State.DONE)
        self.execute(update(outbound).where(waiting).values(state=State.DONE, outcome=ERASED))
        self.raw_of_mails(identities)
        self.blank(outbound, mine, _OUTBOUND, _BARE[outbound])
        self.count("mails", len(identities))

    def raw_of_mails(self, identities: Collection[int]) -> None:
        """Erase the bytes of mails of ours that have left. One that is still to leave keeps them, or, where a person
        is struck out of its row, is written anew of what that says then."""
        rows = self.read(outbound, identities, outbound.c.sha256, outbound.c.state)
        rows = [row for row in rows if row.state == State.DONE or self.days is None]
        mine = [row.id for row in rows]
        self.bytes.empty({row.sha256 for row in rows if row.sha256}, outbound, mine)
        self.execute(update(outbound).where(outbound.c.id.in_(mine)).values(sha256=None))

    def files(self, identities: Collection[int]) -> None:
        """Drop the files that people of the house sent along; each has a key of its own, but for those that went to a
        second level, which are named by what is in them: other cases may have the same."""
        own = self._keys(((outbound, "context"), (entry, "data")), identities)
        sent = self._keys(((escalation, "details"),), identities)
        if sent:
            others = select(escalation.c.details).where(escalation.c.case_id.not_in(identities))
            kept = {key for value in self.connection.execute(others).scalars() for key in keys_in(value)}
            own, sent = own - kept, sent - kept
        self.bytes.drop(own | sent)

    def _keys(self, places: Collection[tuple[Table, str]], identities: Collection[int]) -> set[str]:
        found = set[str]()
        for table, column in places:
            values = self.connection.execute(select(table.c[column]).where(table.c.case_id.in_(identities)))
            found |= {key for value in values.scalars() for key in keys_in(value)}
        return found


_SHOWN = frozenset({"kind", "lang", "category", "motif", "tool", "scope", "tags", "sent_at", "chosen"})
"""What of a message's content stays: what it was taken for."""


def _tables_of_cases() -> list[Table]:
    """The tables whose rows belong to a case by a key."""
    return [one for one in metadata.sorted_tables if "case_id" in one.c]
