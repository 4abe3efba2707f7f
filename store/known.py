"""What is known about a batch of messages before it is decided: one statement, every branch of it by index."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.types import TypeEngine

from cases.case import Status
from store.tables import case, case_key, contact_address, escalation, inbound, outbound, tombstone
from store.tables.base import UtcDateTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What to look up. `recipients` are the addresses that would be acknowledged, and those of the staff who would be
    told; `tickets` the second level's own keys; `erased` what may be tombstones of these messages."""

    fingerprints: Collection[str] = ()
    message_ids: Collection[str] = ()
    case_ids: Collection[int] = ()
    tickets: Collection[str] = ()
    outbound_ids: Collection[int] = ()
    returned_case_ids: Collection[int] = ()
    recipients: Collection[str] = ()
    mailboxes: Collection[str] = ()
    erased: Collection[str] = ()
    window_start: datetime
    hour_start: datetime


@dataclass(frozen=True, slots=True)
class KnownCase:
    case_id: int
    number: str
    status: Status
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """A case's stay at the second level `n2`; `ticket` is that one's own key, '' where none is known."""

    escalation_id: int
    case_id: int
    n2: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a message or a mail of ours belongs: its case, and the escalation whose thread it is of."""

    case_id: int | None
    escalation_id: int | None = None
    message_id: str = ""


@dataclass(slots=True)
class Answers:
    """`duplicates`: fingerprint -> the first message that had it. `stays`: case id -> its stays at a second level,
    newest first. `by_message_id`: Message-ID -> case ids. `participants`: case id -> person keys. `person_of`:
    address -> person key where it differs from the address's own. `sent_to`, `sent_by`: automatic mails to an
    address within the window, from a mailbox within the hour. `outbound`: id -> one of our own mails that may have
    come back. `merged`: id of a case that was merged into another -> that other one, which is what all the rest names.
    `erased`: those of the tombstones that are set.
    """

    duplicates: dict[str, Placed] = field(default_factory=dict)
    cases: dict[int, KnownCase] = field(default_factory=dict)
    stays: dict[int, list[Stay]] = field(default_factory=dict)
    by_message_id: dict[str, set[int]] = field(default_factory=dict)
    participants: dict[int, set[str]] = field(default_factory=dict)
    person_of: dict[str, str] = field(default_factory=dict)
    sent_to: dict[str, int] = field(default_factory=dict)
    sent_by: dict[str, int] = field(default_factory=dict)
    outbound: dict[int, Placed] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def follow(self, targets: "Answers") -> None:
        """Let what is known of a merged case be known of the one that it was merged into."""
        for old, new in self.merged.items():
            self.cases.pop(old, None)
            self.participants.setdefault(new, set()).update(self.participants.pop(old, ()))
            self.participants[new] |= targets.participants.get(new, set())
            stays = {*self.stays.pop(old, ()), *self.stays.get(new, ()), *targets.stays.get(new, ())}
            if stays:
                self.stays[new] = [replace(one, case_id=new) for one in stays]
        self.cases |= targets.cases
        for message_id, found in self.by_message_id.items():
            self.by_message_id[message_id] = {self.merged.get(one, one) for one in found}


class Known:
    """Look-ups of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def serialise(self) -> None:
        """Let one intake transaction at a time decide (SQLite's writers are alone already)."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(4174677561)"))

    def ask(self, questions: Questions) -> Answers:
        """Answer all questions in one round trip, and in a second one where cases were merged."""
        answers = self._ask(questions)
        if answers.merged:
            now = questions.hour_start
            targets = Questions(case_ids=set(answers.merged.values()), window_start=now, hour_start=now)
            answers.follow(self._ask(targets))
        for stays in answers.stays.values():
            stays.sort(key=lambda one: -one.escalation_id)
        return answers

    def _ask(self, questions: Questions) -> Answers:
        answers = Answers()
        asked = {one.name: getattr(questions, one.name) for one in fields(questions)}
        parameters = {name: list(value) if isinstance(value, Collection) else value for name, value in asked.items()}
        for row in self._connection.execute(_STATEMENT, parameters):
            _READERS[row.what](answers, row)
        return answers


def _among(name: str, kind: type[TypeEngine[Any]] = String) -> Any:
    """The values of that question, for `IN`."""
    return bindparam(name, expanding=True, type_=kind())


def _statement() -> CompoundSelect[Any]:
    """All questions as one union, built once: building it for each batch costs more than running it.

    No branch has an OR: PostgreSQL would read the whole table for one.
    """
    message_id = (case_key.c.kind == "message_id") & case_key.c.key.in_(_among("message_ids"))
    named = _among("case_ids", BigInteger)
    via = select(case_key.c.case_id).where(message_id)
    ticketed = select(escalation.c.case_id).where(escalation.c.ticket.in_(_among("tickets")))
    meant = (named, via, ticketed)
    linked = contact_address.c.address.in_(_among("recipients"))
    quoted = outbound.c.case_id.in_(_among("returned_case_ids", BigInteger))
    sent_to = outbound.c.recipient.in_(_among("recipients")) & (outbound.c.created_at > _since("window_start"))
    sent_by = outbound.c.mailbox.in_(_among("mailboxes")) & (outbound.c.created_at > _since("hour_start"))
    automatic = outbound.c.automatic.is_(True)
    public = outbound.c.escalation_id.is_(None)  # what a fault sends to the second level withholds no receipt
    return union_all(
        _line("fingerprint", inbound.c.fingerprint, inbound.c.case_id, other=inbound.c.escalation_id).where(
            inbound.c.fingerprint.in_(_among("fingerprints"))
        ),
        _line("message_id", case_key.c.key, case_key.c.case_id).where(message_id),
        *(_case_line().where(case.c.id.in_(ids)) for ids in meant),
        *(_participant_line().where(case_key.c.case_id.in_(ids)) for ids in meant),
        *(_stay_line().where(escalation.c.case_id.in_(ids)) for ids in meant),
        _line("person", contact_address.c.address, null(), contact_address.c.person_key).where(linked),
        _line("sent_to", outbound.c.recipient, func.count()).where(sent_to, automatic).group_by(outbound.c.recipient),
        _line("sent_by", outbound.c.mailbox, func.count())
        .where(sent_by, automatic, public)
        .group_by(outbound.c.mailbox),
        _line("erased", tombstone.c.key, null()).where(
            tombstone.c.key.in_(_among("erased")), tombstone.c.kind != "person"
        ),
        *(_outbound_line().where(one) for one in (outbound.c.id.in_(_among("outbound_ids", BigInteger)), quoted)),
    )


def _case_line() -> Select[Any]:
    return _line("case", case.c.number, case.c.id, case.c.status, case.c.touched_at, case.c.merged_into)


def _participant_line() -> Select[Any]:
    """Everybody in the case, and not only the senders of the batch: a person may write from another address."""
    kind = case_key.c.kind + ""  # by the bare column SQLite would read the key of every participant there is
    return _line("participant", case_key.c.key, case_key.c.case_id).where(kind == "participant")


def _stay_line() -> Select[Any]:
    return _line("stay", escalation.c.n2, escalation.c.case_id, escalation.c.ticket, other=escalation.c.id)


def _outbound_line() -> Select[Any]:
    """A mail of ours, with the case that it is of now."""
    of_case = func.coalesce(case.c.merged_into, outbound.c.case_id)
    columns = of_case, cast(outbound.c.id, String)
    sent = _line("outbound", outbound.c.message_id, *columns, other=outbound.c.escalation_id)
    return sent.select_from(outbound.join(case, case.c.id == outbound.c.case_id))


def _since(name: str) -> Any:
    return bindparam(name, type_=UtcDateTime())


_BIG = BigInteger().with_variant(Integer, "sqlite")


def _line(what: str, key: Any, number: Any, word: Any = None, at: Any = None, other: Any = None) -> Select[Any]:
    """One branch of the union: six columns of one type each, whatever the branch."""
    return select(
        literal(what).label("what"),
        cast(key, String).label("key"),
        cast(number, _BIG).label("number"),
        cast(word if word is not None else null(), String).label("word"),
        (at if at is not None else cast(null(), UtcDateTime)).label("at"),
        cast(other if other is not None else null(), _BIG).label("other"),
    )


_STATEMENT = _statement()


def _read_case(answers: Answers, row: Any) -> None:
    if row.other:
        answers.merged[row.number] = row.other
    answers.cases[row.number] = KnownCase(row.number, row.key, Status(row.word), row.at)


def _read_stay(answers: Answers, row: Any) -> None:
    """Several questions may have the same answer."""
    found = Stay(row.other, row.number, row.key, row.word or "")
    known = answers.stays.setdefault(row.number, [])
    if found not in known:
        known.append(found)


_READERS: dict[str, Callable[[Answers, Any], object]] = {
    "fingerprint": lambda answers, row: answers.duplicates.setdefault(row.key, Placed(row.number, row.other)),
    "message_id": lambda answers, row: answers.by_message_id.setdefault(row.key, set()).add(row.number),
    "case": _read_case,
    "stay": _read_stay,
    "participant": lambda answers, row: answers.participants.setdefault(row.number, set()).add(row.key),
    "person": lambda answers, row: answers.person_of.setdefault(row.key, row.word),
    "erased": lambda answers, row: answers.erased.add(row.key),
    "sent_to": lambda answers, row: answers.sent_to.setdefault(row.key, row.number),
    "sent_by": lambda answers, row: answers.sent_by.setdefault(row.key, row.number),
    "outbound": lambda answers, row: answers.outbound.setdefault(int(row.word), Placed(row.number, row.other, row.key)),
}
