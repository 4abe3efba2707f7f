"""People's data in one transaction: what there is of somebody, erasures under way and done, and their tombstones."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from cases.erasing import Person
from store import mentions
from store.emptying import Wiped
from store.forgetting import Forgetting, bury, named
from store.leafing import leaf, strike
from store.mentions import Mentions
from store.tables import call, case, case_key, erasure, inbound, logged_call, outbound, recording, tombstone
from store.wiping import Wiping


class Privacy:
    """The erasures of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named(self, person: Person) -> Person:
        """The person with every address linked to theirs, and the names that they wrote under."""
        return named(self._connection, person)

    def found(self, person: Person) -> dict[str, int]:
        """How many rows there are of somebody, by kind of data."""
        part = (case_key.c.kind == "participant") & case_key.c.key.in_(person.keys)
        own = select(case.c.id).where(case.c.person_key.in_(person.keys))
        chosen = {
            "cases": case.c.person_key.in_(person.keys),
            "cases_of_others": part & case_key.c.case_id.not_in(own),
            "messages": inbound.c.person_key.in_(person.keys),
            "mails": outbound.c.recipient.in_(person.addresses),
            "calls": call.c.person_key.in_(person.keys),
            "recordings": recording.c.person_key.in_(person.keys),
            "logged_calls": logged_call.c.person_key.in_(person.keys),
        }
        return {
            kind: self._connection.execute(select(func.count()).where(one)).scalar_one() for kind, one in chosen.items()
        }

    def cases(self, person: Person) -> list[Row[Any]]:
        """(id, number, phone) of the cases that they asked for, oldest first."""
        columns = [case.c.id, case.c.number, case.c.phone]
        mine = select(*columns).where(case.c.person_key.in_(person.keys))
        return list(self._connection.execute(mine.order_by(case.c.id)).all())

    def copies(self, person: Person) -> list[tuple[str, str]]:
        """(mailbox, Message-ID or '') of the mails whose copies lie on mail servers: theirs, and those in their
        cases."""
        own = select(case.c.id).where(case.c.person_key.in_(person.keys))
        columns = (inbound.c.source, inbound.c.content["message_id"].as_string(), inbound.c.id)
        chosen = select(*columns).where(inbound.c.channel == "email")
        both = chosen.where(inbound.c.person_key.in_(person.keys)).union(chosen.where(inbound.c.case_id.in_(own)))
        return [(source, message_id or "") for source, message_id, _ in self._connection.execute(both)]

    def begin(self, person: Person, by: str, reason: str, now: datetime) -> int:
        """Note that somebody is to be erased, and set their tombstones; the erasure's id."""
        row = {"asked_at": now, "asked_by": by, "reason": reason, "person": person.as_dict()}
        identity = int(self._connection.execute(insert(erasure).returning(erasure.c.id), row).scalar_one())
        bury(self._connection, ((key, "person", now) for key in person.keys), identity)
        return identity

    def running(self) -> list[Row[Any]]:
        """The erasures that have not come to their end, oldest first."""
        open_ones = select(erasure).where(erasure.c.ended_at.is_(None)).order_by(erasure.c.id)
        return list(self._connection.execute(open_ones).all())

    def counted(self, identity: int, counts: Mapping[str, Any]) -> None:
        """Keep what was done so far."""
        self._connection.execute(update(erasure).where(erasure.c.id == identity).values(certificate=dict(counts)))

    def end(self, identity: int, certificate: Mapping[str, Any], now: datetime) -> None:
        """It is done: who it was is forgotten here, too."""
        done = {"certificate": dict(certificate), "person": None, "ended_at": now}
        self._connection.execute(update(erasure).where(erasure.c.id == identity).values(done))

    def certificate(self, identity: int) -> dict[str, Any] | None:
        """What was certified, or None."""
        found = select(erasure.c.certificate).where(erasure.c.id == identity)
        return self._connection.execute(found).scalar_one_or_none()

    def forget(self, messages: Collection[int], now: datetime) -> None:
        """Wipe messages of somebody erased that came again."""
        if messages:
            Wiping(self._connection, now).messages(messages)

    def tombstones(self) -> list[dict[str, Any]]:
        """Every tombstone, {"key", "kind", "at"}: to be kept beside backups, and given to `bury` after a restore."""
        rows = self._connection.execute(select(tombstone).order_by(tombstone.c.key))
        return [{"key": row.key, "kind": row.kind, "at": row.at.isoformat()} for row in rows]

    def bury(self, kept: Iterable[Mapping[str, Any]]) -> None:
        """Set tombstones as `tombstones` gave them; those that are there stay."""
        bury(self._connection, ((one["key"], one["kind"], datetime.fromisoformat(one["at"])) for one in kept))

    def erased(self, keys: Collection[str]) -> set[str]:
        """Those of these that are tombstones of messages."""
        chosen = select(tombstone.c.key).where(tombstone.c.key.in_(keys), tombstone.c.kind != "person")
        return set(self._connection.execute(chosen).scalars())


def reapply(tx: Any) -> Wiped:
    """Erase again whoever has a tombstone: for a database that was restored from a backup older than the erasure, once
    the tombstones are back (`Privacy.bury`). What came after an erasure stays. One transaction, for nobody works yet.
    """
    connection: Connection = tx.connection
    people = select(tombstone.c.key, tombstone.c.at).where(tombstone.c.kind == "person").order_by(tombstone.c.key)
    gone = Wiped()
    for row in connection.execute(people).all():
        person = _known(connection, row.key)
        forgetting = Forgetting(connection, person, before=row.at, now=row.at)
        while forgetting.step():
            pass
        if person.spellings:
            _strike(tx, forgetting)
        gone += forgetting.gone
    return gone


def _known(connection: Connection, key: str) -> Person:
    """Who that was, as far as what was restored says it."""
    keys = frozenset({key})
    addresses = (
        [case.c.requester, case.c.phone],
        [inbound.c.sender],
        [outbound.c.recipient],
        [call.c.caller],
        [logged_call.c.caller],
    )
    said = set[str]()
    for columns in addresses:
        table = columns[0].table
        for row in connection.execute(select(*columns).where(table.c.person_key == key)).all():
            said.update(one for one in row if one)
    given = Person(
        addresses=frozenset(one.lower() for one in said if "@" in one),
        phones=frozenset(one for one in said if one.startswith("+")),
        keys=keys,
    )
    return named(connection, given)


def _strike(tx: Any, forgetting: Forgetting) -> None:
    """Out of everything, rows and bytes."""
    connection, person, before = tx.connection, forgetting.person, forgetting.before
    found = Mentions(connection, person, forgetting.wiping, before)
    for table in mentions.tables():
        after: Any = None
        while True:
            last, hits = found.look(table, after)
            if hits:
                found.strike(table, after, last)
            if last is None:
                break
            after = last
    after = ""
    while (leafed := leaf(tx, person, before, after)).last is not None:
        strike(forgetting.wiping, leafed.found, before)
        after = leafed.last
