"""Cases, the keys by which they are found, and their timelines."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, literal, null, or_, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import Status, case_id
from cases.folding import folded
from store.noted import Noted
from store.search import Search, Words
from store.tables import case, case_key, counter, entry, inbound, outbound

KEY_LENGTH = 512


_DUE = (case.c.response_due_at, case.c.resolution_due_at, case.c.n2_due_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases are listed: '' and None let every open one pass; `overdue_at` those with a clock run out before."""

    queue: str = ""
    agent: str = ""
    status: str = ""
    overdue_at: datetime | None = None


class Cases:
    """The cases of one transaction. What is written on timelines is `noted` where somebody follows them."""

    def __init__(self, connection: Connection, noted: Noted | None = None) -> None:
        self._connection = connection
        self._noted = noted
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def reserve(self, year: int, count: int) -> list[int]:
        """The ids of the next `count` cases of that year. A counter row: no gap is re-used, no two are equal."""
        start = {"name": f"case-{year}", "value": count}
        raised = self._insert(counter).on_conflict_do_update(
            index_elements=["name"], set_={"value": counter.c.value + count}
        )
        last = self._connection.execute(raised.returning(counter.c.value), start).scalar_one()
        return [case_id(year, sequence) for sequence in range(last - count + 1, last + 1)]

    def reserve_apart(self, year: int, count: int) -> list[int]:
        """The same for who writes long: on PostgreSQL in a transaction of its own, so that callers, whose cases have
        the next numbers, wait for the counter and not for the writing. What is then not written is a gap.

        Only for who holds `Known.serialise`: nobody keeps the counter while waiting for it.
        """
        if self._connection.dialect.name == "sqlite":
            return self.reserve(year, count)
        with self._connection.engine.begin() as apart:
            return Cases(apart).reserve(year, count)

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Open cases; every row has the same columns."""
        if rows:
            self._connection.execute(case.insert(), rows)
        if self._noted is not None:
            self._noted.opened += rows

    def add_keys(self, keys: Iterable[tuple[str, str, int]]) -> None:
        """Add (kind, key, case id); what is there already stays."""
        rows = [{"kind": kind, "key": key[:KEY_LENGTH], "case_id": identity} for kind, key, identity in keys]
        if rows:
            self._connection.execute(self._insert(case_key).on_conflict_do_nothing(), rows)

    def branch(self, old: int, new: int, messages: Collection[int], message_ids: Collection[str]) -> None:
        """Let messages of a case be another's, with the keys by which what answers them is found. Who takes part in
        the one takes part in the other."""
        mine = (inbound.c.case_id == old) & inbound.c.id.in_(messages)
        self._connection.execute(update(inbound).where(mine).values(case_id=new))
        of_old = (case_key.c.case_id == old) & (case_key.c.kind == "message_id")
        named = of_old & case_key.c.key.in_([one[:KEY_LENGTH] for one in message_ids])
        self._connection.execute(update(case_key).where(named).values(case_id=new))
        people = select(case_key.c.key).where(case_key.c.case_id == old, case_key.c.kind == "participant")
        self.add_keys(("participant", key, new) for key in self._connection.execute(people).scalars().all())

    def add_entries(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add lines to timelines; every row has the same columns. What they say is found from then on."""
        if not rows:
            return
        if self._noted is None:
            self._connection.execute(entry.insert(), rows)
        else:
            written = entry.insert().returning(entry.c.id, sort_by_parameter_order=True)
            self._noted.lines += zip(self._connection.execute(written, list(rows)).scalars(), rows, strict=True)
        Search(self._connection).add(Words(row["case_id"], folded(row["text"])) for row in rows)

    def add_entry(self, row: dict[str, Any]) -> int:
        """Add one line to a timeline; its id."""
        Search(self._connection).add([Words(row["case_id"], folded(row["text"]))])
        identity = int(self._connection.execute(entry.insert().returning(entry.c.id), row).scalar_one())
        if self._noted is not None:
            self._noted.lines.append((identity, row))
        return identity

    def write(self, identity: int, version: int, columns: dict[str, Any], at: datetime) -> bool:
        """Write what a person did to a case, where it still is the one that was read; whether it was."""
        mine = update(case).where(case.c.id == identity, case.c.version == version)
        columns = columns | {"touched_at": at, "version": version + 1}
        return self._connection.execute(mine.values(columns)).rowcount == 1

    def touch(self, rows: Sequence[dict[str, Any]]) -> None:
        """Note that somebody wrote in cases: each row is {"case_id", "read", "status", "touched_at"} and other columns
        of the case that change with it, all rows of one shape.

        The status follows only where it still is the one that was `read`: what an agent decided meanwhile stands.
        """
        if not rows:
            return
        status = sql_case((case.c.status == bindparam("read"), bindparam("new_status")), else_=case.c.status)
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0].keys() - {"case_id", "read"}}
        columns |= {
            "status": status,
            "closed_at": sql_case((status == Status.CLOSED, case.c.closed_at), else_=null()),
            "version": case.c.version + 1,
        }
        statement = update(case).where(case.c.id == bindparam("row_id")).values(columns)
        renamed = {"case_id": "row_id", "read": "read"}
        named = [{renamed.get(name, f"new_{name}"): value for name, value in row.items()} for row in rows]
        self._connection.execute(statement, named)

    def hide(self, identity: int, version: int, at: datetime) -> bool:
        """Close a case and take it off the lists, where it still is the one that was read; whether it was."""
        mine = update(case).where(case.c.id == identity, case.c.version == version)
        columns = {"hidden": True, "status": Status.CLOSED, "closed_at": at, "touched_at": at, "alarm_at": None}
        return self._connection.execute(mine.values(columns | {"version": case.c.version + 1})).rowcount == 1

    def stir(self, identity: int, at: datetime) -> None:
        """Note that something came to a case by itself: pages that show it are read again."""
        stirred = update(case).where(case.c.id == identity)
        self._connection.execute(stirred.values(touched_at=at, version=case.c.version + 1))

    def retag(self, row: Row[Any], columns: dict[str, Any], at: datetime) -> bool:
        """File a case anew unless it was changed since it was read; whether it was filed."""
        return self.write(row.id, row.version, columns, at)

    def settle(self, identity: int, ours: Collection[str], status: str, flags: Sequence[str], at: datetime) -> None:
        """Write how a case stands after the call that opened it. The status follows only where it still is one of
        `ours`: what an agent decided meanwhile stands."""
        is_ours = case.c.status.in_(ours)
        closed_at = literal(at if status == Status.CLOSED else None, case.c.closed_at.type)
        columns = {
            "status": sql_case((is_ours, status), else_=case.c.status),
            "closed_at": sql_case((is_ours, closed_at), else_=case.c.closed_at),
            "flags": list(flags),
            "touched_at": at,
            "version": case.c.version + 1,
        }
        self._connection.execute(update(case).where(case.c.id == identity).values(columns))

    def find(self, identity: int) -> Row[Any] | None:
        """The case with that id, or None."""
        return self._connection.execute(select(case).where(case.c.id == identity)).one_or_none()

    def standing(self, identity: int) -> Row[Any] | None:
        """The case with that id, or the one that it was merged into; None where there is none."""
        into = select(func.coalesce(case.c.merged_into, case.c.id)).where(case.c.id == identity).scalar_subquery()
        return self._connection.execute(select(case).where(case.c.id == into)).one_or_none()

    def merged(self, identity: int) -> list[int]:
        """The ids of the cases that were merged into it."""
        return self.merged_into([identity]).get(identity, [])

    def merged_into(self, identities: Collection[int]) -> dict[int, list[int]]:
        """The same for several: by the one that goes on, where there are any."""
        chosen = select(case.c.id, case.c.merged_into).where(case.c.merged_into.in_(identities)).order_by(case.c.id)
        found: dict[int, list[int]] = {}
        for row in self._connection.execute(chosen):
            found.setdefault(row.merged_into, []).append(row.id)
        return found

    def find_number(self, number: str) -> Row[Any] | None:
        """The case with that number, or None."""
        return self._connection.execute(select(case).where(case.c.number == number)).one_or_none()

    def named(self, numbers: Collection[str], identities: Collection[int]) -> list[Row[Any]]:
        """The cases with these numbers, and those with these ids."""
        either = [case.c.number.in_(numbers)] * bool(numbers) + [case.c.id.in_(identities)] * bool(identities)
        return list(self._connection.execute(select(case).where(or_(*either))).all()) if either else []

    def of_person(self, person: str, but: int, limit: int) -> list[Row[Any]]:
        """The person's newest cases but that one, hidden ones left out: (id, number, status, channel, subject, lang,
        tool, opened_at)."""
        columns = (case.c.id, case.c.number, case.c.status, case.c.channel, case.c.subject, case.c.lang, case.c.tool)
        theirs = select(*columns, case.c.opened_at).where(case.c.person_key == person, case.c.hidden.is_(False))
        return list(self._connection.execute(theirs.where(case.c.id != but).order_by(case.c.id.desc()).limit(limit)))

    def relays(self, identities: Collection[int]) -> list[Row[Any]]:
        """(id, number, submitter) of those of these cases that a relay passed on."""
        columns = (case.c.id, case.c.number, case.c.submitter)
        passed_on = select(*columns).where(case.c.id.in_(identities), case.c.relay != "", case.c.submitter != "")
        return list(self._connection.execute(passed_on.order_by(case.c.id)))

    def keys_of(self, identity: int, kind: str) -> list[str]:
        """The keys of that kind by which a case is found."""
        of_kind = case_key.c.kind + "" == kind  # the bare column would make SQLite read all keys of that kind
        chosen = select(case_key.c.key).where(case_key.c.case_id == identity, of_kind)
        return list(self._connection.execute(chosen).scalars())

    def with_keys(self, kind: str, keys: Collection[str], limit: int = 20) -> list[Row[Any]]:
        """The newest cases with one of these keys: (id, number, status, channel, opened_at), without those that are
        hidden or were merged into another."""
        columns = (case.c.id, case.c.number, case.c.status, case.c.channel, case.c.opened_at)
        mine = (case_key.c.kind == kind) & case_key.c.key.in_(sorted(keys))
        chosen = select(*columns).join(case_key, case_key.c.case_id == case.c.id).distinct()
        shown = (case.c.hidden.is_(False), case.c.merged_into.is_(None))
        return list(self._connection.execute(chosen.where(mine, *shown).order_by(case.c.id.desc()).limit(limit)))

    def latest(self, limit: int = 50, before: int | None = None) -> list[Row[Any]]:
        """The newest cases that are not hidden, newest first; `before` is the last id of the page before."""
        chosen = select(case).where(case.c.hidden.is_(False)).order_by(case.c.id.desc()).limit(limit)
        return list(self._connection.execute(chosen.where(case.c.id < before) if before else chosen).all())

    def listed(self, wanted: Filter, limit: int = 200) -> list[Row[Any]]:
        """The cases that are wanted, by priority and then the oldest first; hidden ones are nobody's."""
        where: list[ColumnElement[bool]] = [case.c.hidden.is_(False)]
        where += [case.c.status == wanted.status if wanted.status else case.c.status != Status.CLOSED]
        where += [case.c.queue == wanted.queue] * bool(wanted.queue) + [case.c.agent == wanted.agent] * bool(
            wanted.agent
        )
        if wanted.overdue_at:
            where.append(or_(*(column < wanted.overdue_at for column in _DUE)))
        chosen = select(case).where(*where).order_by(case.c.priority, case.c.opened_at, case.c.id).limit(limit)
        return list(self._connection.execute(chosen).all())

    def entries(self, *identities: int) -> list[Row[Any]]:
        """The lines of a timeline, or of several as one, oldest first."""
        return self._ordered(entry, entry.c.case_id.in_(identities))

    def inbound(self, *identities: int) -> list[Row[Any]]:
        """What came in for a case, or for several, oldest first."""
        return self._ordered(inbound, inbound.c.case_id.in_(identities))

    def outbound(self, *identities: int) -> list[Row[Any]]:
        """What left, or is to leave, for a case or for several, oldest first."""
        return self._ordered(outbound, outbound.c.case_id.in_(identities))

    def _ordered(self, table: Any, where: Any) -> list[Row[Any]]:
        return list(self._connection.execute(select(table).where(where).order_by(table.c.id)).all())
