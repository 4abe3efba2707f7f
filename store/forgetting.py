"""The erasure of one person inside transactions: each step does a little, finds for itself what is left, and so can be
begun again after a crash."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, Text, cast, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.erasing import Person
from store.emptying import Wiped
from store.mentions import Mentions
from store.tables import (
    blob,
    call,
    callback,
    case,
    case_key,
    code_try,
    contact_address,
    form_draft,
    inbound,
    logged_call,
    outbound,
    program_answer,
    program_delivery,
    recording,
    tombstone,
)
from store.wiping import Wiping

FEW = 5
"""Cases that are wiped in one transaction: others wait no longer than for a batch of mails."""

Digest = Callable[[str], str]
"""The keyed digest by which an erased message is known again (`Signer.tombstone`)."""


@dataclass
class Forgetting:
    """What one transaction does of it. `before` is when it was asked for: what comes later stays. Without a `digest`
    no message is marked to be known again."""

    connection: Connection
    person: Person
    before: datetime
    now: datetime
    digest: Digest | None = None
    erasure_id: int | None = None
    wiping: Wiping = field(init=False)

    def __post_init__(self) -> None:
        self.wiping = Wiping(self.connection, self.now)

    @property
    def gone(self) -> Wiped:
        return self.wiping.gone

    def step(self) -> bool:
        """Do the next little; False where nothing of the person's own is left."""
        return self._own_cases() or self._cases_of_others() or self._alone() or self._drafts() or self._contacts()

    def _own_cases(self) -> bool:
        """Cases that they asked for, with everything in them."""
        mine = select(case.c.id).where(case.c.person_key.in_(self.person.keys), case.c.opened_at <= self.before)
        found = list(self.connection.execute(mine.limit(FEW)).scalars())
        if found:
            self._mark(inbound.c.case_id.in_(found))
            self._programs(found)
            self.wiping.cases(found)
        return bool(found)

    def _programs(self, cases: Collection[int]) -> None:
        """What programs were told of these cases by their numbers, or were answered."""
        numbers = self.connection.execute(select(case.c.number).where(case.c.id.in_(cases))).scalars().all()
        told: tuple[tuple[Table, Any], ...] = (
            (program_delivery, program_delivery.c.body),
            (program_answer, cast(program_answer.c.answer, Text)),
        )
        for table, words in told:
            named = or_(*(words.contains(number, autoescape=True) for number in numbers))
            self.connection.execute(delete(table).where(named))

    def _cases_of_others(self) -> bool:
        """A case in which they took part: what they wrote goes, they are struck out of the rest, and raw bytes, which
        cannot be changed, go."""
        found = self.connection.execute(self._partaken().limit(1)).scalar()
        if found is None:
            return False
        theirs = inbound.c.person_key.in_(self.person.keys) & (inbound.c.received_at <= self.before)
        self._mark((inbound.c.case_id == found) & theirs)
        self.wiping.messages(self._ids(inbound, (inbound.c.case_id == found) & theirs))
        self.wiping.raw_of_messages(self._ids(inbound, inbound.c.case_id == found))
        to_them = outbound.c.recipient.in_(self.person.addresses) & (outbound.c.case_id == found)
        self.wiping.mails(self._ids(outbound, to_them))
        self.wiping.raw_of_mails(self._ids(outbound, outbound.c.case_id == found))
        Mentions(self.connection, self.person, self.wiping, self.before).of_case(found)
        part = (case_key.c.kind == "participant") & case_key.c.key.in_(self.person.keys)
        self.connection.execute(delete(case_key).where(part, case_key.c.case_id == found))
        self.wiping.count("cases_of_others", 1)
        return True

    def _partaken(self) -> Any:
        """The cases of others in which they are named, wrote, or were written to."""
        keys, before = self.person.keys, self.before
        named = select(case_key.c.case_id).where(case_key.c.kind == "participant", case_key.c.key.in_(keys))
        old = select(case.c.id).where(case.c.id.in_(named), case.c.opened_at <= before)
        wrote = select(inbound.c.case_id).where(inbound.c.person_key.in_(keys), inbound.c.received_at <= before)
        read = select(outbound.c.case_id).where(
            outbound.c.recipient.in_(self.person.addresses), outbound.c.created_at <= before
        )
        return old.union(wrote.where(inbound.c.case_id.is_not(None)), read)

    def _alone(self) -> bool:
        """What is theirs and belongs to no case: mails without one, calls, messages, calls off the line."""
        keys, before = self.person.keys, self.before
        messages = self._ids(inbound, inbound.c.person_key.in_(keys) & (inbound.c.received_at <= before), FEW * 10)
        self._mark(inbound.c.id.in_(messages))
        spoken = self._ids(recording, recording.c.person_key.in_(keys) & (recording.c.recorded_at <= before), FEW)
        calls = self._ids(call, call.c.person_key.in_(keys) & (call.c.started_at <= before), FEW)
        logged = self._ids(logged_call, logged_call.c.person_key.in_(keys) & (logged_call.c.made_at <= before), FEW)
        promised = callback.c.number.in_(self.person.phones) & (callback.c.arrived_at <= before)
        calls = calls or list(self.connection.execute(select(callback.c.call_id).where(promised).limit(FEW)).scalars())
        self.wiping.messages(messages)
        self.wiping.recordings(spoken)
        self.wiping.calls(calls)
        self.wiping.logged(logged)
        return bool(messages or spoken or calls or logged)

    def _drafts(self) -> bool:
        """What they began to write in the form and never sent."""
        found = False
        for row in self.connection.execute(select(form_draft)).all():
            if self.person.is_in(" ".join(map(str, row.fields.values()))):
                found = True
                self.connection.execute(delete(form_draft).where(form_draft.c.digest == row.digest))
                self.connection.execute(delete(blob).where(blob.c.sha256.in_([one["key"] for one in row.files])))
        return found

    def _contacts(self) -> bool:
        """The addresses that were one person; where their number stood in others' mails, and what they keyed."""
        keys = self.person.keys
        self.connection.execute(delete(case_key).where(case_key.c.kind == "said", case_key.c.key.in_(keys)))
        self.connection.execute(update(code_try).where(code_try.c.person_key.in_(keys)).values(person_key=None))
        mine = contact_address.c.address.in_(self.person.addresses) | contact_address.c.person_key.in_(keys)
        count = self.connection.execute(delete(contact_address).where(mine)).rowcount
        self.wiping.count("contacts", count)
        return count > 0

    def _mark(self, where: Any) -> None:
        """Have these messages known again where they come once more."""
        if self.digest is None:
            return
        rows = self.connection.execute(select(inbound.c.fingerprint, inbound.c.sha256).where(where)).all()
        marks = [("message", row.fingerprint) for row in rows if row.fingerprint] + [
            ("raw", row.sha256) for row in rows
        ]
        keys = {self.digest(value): kind for kind, value in marks}
        bury(self.connection, ((key, kind, self.before) for key, kind in keys.items()), self.erasure_id)

    def _ids(self, table: Any, where: Any, limit: int | None = None) -> list[int]:
        return list(self.connection.execute(select(table.c.id).where(where).limit(limit)).scalars())


def bury(connection: Connection, marks: Iterable[tuple[str, str, datetime]], erasure_id: int | None = None) -> None:
    """Set tombstones, (key, kind, at) each; one that is there gets the later moment."""
    rows = [{"key": key, "kind": kind, "at": at, "erasure_id": erasure_id} for key, kind, at in marks]
    put = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(tombstone)
    later = put.on_conflict_do_update(
        index_elements=["key"], set_={"at": put.excluded.at}, where=tombstone.c.at < put.excluded.at
    )
    if rows:
        connection.execute(later, rows)


def keys_of(connection: Connection, person: Person) -> frozenset[str]:
    """Their keys, with those of a contact that their addresses belong to."""
    linked = select(contact_address.c.person_key).where(contact_address.c.address.in_(person.addresses))
    return person.keys | frozenset(connection.execute(linked).scalars())


def named(connection: Connection, person: Person) -> Person:
    """The person with every address that was linked to theirs, and the names that they wrote under."""
    keys = keys_of(connection, person)
    linked = select(contact_address.c.address).where(contact_address.c.person_key.in_(keys))
    addresses = person.addresses | frozenset(connection.execute(linked).scalars())
    return Person(addresses=addresses, phones=person.phones, names=person.names | _names(connection, keys), keys=keys)


def _names(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    own = select(case.c.requester_name).where(case.c.person_key.in_(keys))
    called = select(logged_call.c.caller_name).where(logged_call.c.person_key.in_(keys))
    wrote = select(inbound.c.content["from"]["name"].as_string()).where(inbound.c.person_key.in_(keys))
    found = [name for chosen in (own, called, wrote) for name in connection.execute(chosen).scalars()]
    return frozenset(name.strip() for name in found if name and name.strip())
