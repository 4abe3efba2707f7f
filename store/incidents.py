"""Major incidents and their cases."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import case, incident, incident_case
from store.tables.incidents import alive

LATEST = 100
"""Incidents that are listed."""
_CASES = (
    select(func.count())
    .select_from(incident_case)
    .where(incident_case.c.incident_id == incident.c.id, incident_case.c.state != "unlinked")
    .scalar_subquery()
    .label("cases")
)


class Incidents:
    """The major incidents of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add(self, row: Mapping[str, Any]) -> int:
        """Keep a new one; its id."""
        return int(self._connection.execute(incident.insert().returning(incident.c.id), dict(row)).scalar_one())

    def find(self, identity: int) -> Row[Any] | None:
        """That one, or None."""
        return self._connection.execute(select(incident).where(incident.c.id == identity)).one_or_none()

    def alive(self) -> list[Row[Any]]:
        """Those that are proposed or running, oldest first, and when something was last said of a case of theirs
        (`grown_at`)."""
        theirs = select(func.max(incident_case.c.at)).where(incident_case.c.incident_id == incident.c.id)
        grown_at = func.coalesce(theirs.scalar_subquery(), incident.c.made_at, type_=incident.c.made_at.type)
        chosen = select(incident, grown_at.label("grown_at")).where(alive)
        return list(self._connection.execute(chosen.order_by(incident.c.id)))

    def dismissed(self, tool: str, since: datetime) -> Row[Any] | None:
        """The newest of that tool that was dismissed, and changed since then."""
        lately = (incident.c.tool == tool) & (incident.c.state == "dismissed") & (incident.c.changed_at >= since)
        return self._connection.execute(select(incident).where(lately).order_by(incident.c.id.desc()).limit(1)).first()

    def latest(self) -> list[Row[Any]]:
        """The newest, newest first, each with how many `cases` it has."""
        return list(self._connection.execute(select(incident, _CASES).order_by(incident.c.id.desc()).limit(LATEST)))

    def announced(self, begin: datetime, end: datetime) -> list[Row[Any]]:
        """Those that people were told of whose first case came in [begin, end), oldest first, each with its `cases`."""
        mine = incident.c.state.in_(("running", "over")) & (incident.c.since >= begin) & (incident.c.since < end)
        return list(self._connection.execute(select(incident, _CASES).where(mine).order_by(incident.c.since)))

    def change(self, identity: int, version: int, columns: Mapping[str, Any], at: datetime) -> bool:
        """Write what was done with one, where it still is the one that was read; whether it was."""
        mine = update(incident).where(incident.c.id == identity, incident.c.version == version)
        written = {**columns, "version": version + 1, "changed_at": at}
        return self._connection.execute(mine.values(written)).rowcount == 1

    def tie(self, rows: Sequence[Mapping[str, Any]], *, anew: bool = True) -> set[int]:
        """Say how cases belong: {"incident_id", "case_id", "state", "actor", "at", "told", "person_key"}. What is said
        of one already is replaced, or stays where it is not said `anew`; the cases of which it was written."""
        if not rows:
            return set()
        added = self._insert(incident_case)
        both = [incident_case.c.incident_id, incident_case.c.case_id]
        if anew:
            taken = {name: added.excluded[name] for name in ("state", "actor", "at", "told")}
            added = added.on_conflict_do_update(index_elements=both, set_=taken)
        else:
            added = added.on_conflict_do_nothing(index_elements=both)
        written = added.returning(incident_case.c.case_id)
        return set(self._connection.execute(written, list(map(dict, rows))).scalars())

    def running(self) -> list[Row[Any]]:
        """Those that are announced, oldest first."""
        chosen = select(incident).where(alive, incident.c.state == "running")
        return list(self._connection.execute(chosen.order_by(incident.c.id)))

    def ties(self, identity: int, case_id: int | None = None) -> list[Row[Any]]:
        """Its cases, or that one of them, oldest first, with what a list shows of them."""
        shown = (case.c.number, case.c.subject, case.c.lang, case.c.channel, case.c.status, case.c.opened_at)
        whose = (case.c.requester, case.c.phone, case.c.tool, case.c.version.label("case_version"), case.c.merged_into)
        chosen = select(incident_case, *shown, *whose).join(case, case.c.id == incident_case.c.case_id)
        mine = [incident_case.c.incident_id == identity]
        mine += [] if case_id is None else [incident_case.c.case_id == case_id]
        return list(self._connection.execute(chosen.where(*mine).order_by(case.c.opened_at, case.c.id)))

    def count(self, identity: int) -> int:
        """How many cases it has."""
        mine = (incident_case.c.incident_id == identity) & (incident_case.c.state != "unlinked")
        return int(self._connection.execute(select(func.count()).select_from(incident_case).where(mine)).scalar_one())

    def known(self, identities: Collection[int]) -> dict[int, Row[Any]]:
        """Of these cases those that belong to an incident that is proposed or running, with its row, and how: `tie`."""
        tied = incident_case.c.state.label("tie")
        joined = select(incident_case.c.case_id, tied, incident).join(
            incident, incident.c.id == incident_case.c.incident_id
        )
        mine = incident_case.c.state != "unlinked"
        found = self._connection.execute(joined.where(alive, mine, incident_case.c.case_id.in_(identities)))
        return {row.case_id: row for row in found}

    def settled(self, identities: Collection[int]) -> set[int]:
        """Of these cases those that were one of an incident that is over, or were taken out of one."""
        joined = select(incident_case.c.case_id).join(incident, incident.c.id == incident_case.c.incident_id)
        done = (incident.c.state == "over") | (incident_case.c.state == "unlinked")
        return set(self._connection.execute(joined.where(done, incident_case.c.case_id.in_(identities))).scalars())

    def of_case(self, identity: int) -> list[Row[Any]]:
        """The incidents that a case belongs to, with how: `tie`."""
        joined = select(incident, incident_case.c.state.label("tie"))
        joined = joined.join(incident_case, incident_case.c.incident_id == incident.c.id)
        mine = (incident_case.c.case_id == identity) & (incident_case.c.state != "unlinked")
        return list(self._connection.execute(joined.where(mine).order_by(incident.c.id)))

    def untold(self, limit: int) -> list[Row[Any]]:
        """(incident_id, case_id, person_key) of linked cases of one incident that were not looked at yet for its last
        message."""
        waiting = (incident_case.c.state == "linked") & (incident_case.c.told < incident.c.messages)
        chosen = select(incident_case.c.incident_id, incident_case.c.case_id, case.c.person_key)
        chosen = chosen.join(incident).join(case, case.c.id == incident_case.c.case_id)
        ordered = chosen.where(waiting, incident.c.state.in_(("running", "over"))).order_by(
            incident_case.c.incident_id, incident_case.c.case_id
        )
        found: list[Row[Any]] = [*self._connection.execute(ordered.limit(limit))]
        return [row for row in found if row.incident_id == found[0].incident_id]

    def told(self, identity: int, message: int) -> set[str]:
        """Whose data the cases are for which that message left."""
        left = (incident_case.c.incident_id == identity) & (incident_case.c.mailed == message)
        chosen = select(case.c.person_key).join(incident_case, incident_case.c.case_id == case.c.id)
        chosen = chosen.where(left, case.c.person_key.is_not(None))
        return set(self._connection.execute(chosen).scalars())

    def note(self, identity: int, case_id: int, message: int, fate: str) -> None:
        """Say what became of a message for one case: '' where a mail left for it."""
        mine = (incident_case.c.incident_id == identity) & (incident_case.c.case_id == case_id)
        columns = {"told": message, "fate": fate} | ({} if fate else {"mailed": message})
        self._connection.execute(update(incident_case).where(mine).values(columns))
