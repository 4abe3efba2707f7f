"""Calls and what providers told us about them, and what a call wants to know: its banner, its caller, who waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import Status
from store.tables import banner, call, call_event, case, case_key, recording

MENU_KINDS = ("started", "step")
CASES = 20
TALKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of a provider. `key` is unique within its call; `kind` is one of those of `call_event`."""

    provider: str
    call_sid: str
    key: str
    kind: str
    at: datetime
    raw: dict[str, Any]


class Calls:
    """The calls of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add_once(self, row: dict[str, Any]) -> Row[Any] | None:
        """Keep a call that comes in; None where it is there already. A second one that comes at the same time waits."""
        statement = self._insert(call).on_conflict_do_nothing(index_elements=["provider", "call_sid"])
        return self._connection.execute(statement.returning(call), row).one_or_none()

    def lock(self, provider: str, call_sid: str) -> Row[Any] | None:
        """A call, held until the transaction ends, or None."""
        return self._connection.execute(_LOCKED, {"of_provider": provider, "of_sid": call_sid}).one_or_none()

    def change(self, identity: int, columns: dict[str, Any]) -> None:
        """Write columns of a call."""
        if columns:
            self._connection.execute(update(call).where(call.c.id == identity).values(columns))

    def known(self, request: Request, line: str, now: datetime) -> Row[Any]:
        """What a request must know, as one row: `answer` (what the same request was answered before), `banner` (the
        texts by language that are heard on that line now), `final` (the provider's last word) and `recorded` (a
        message was). Each is None where there is none."""
        of_call = {"of_provider": request.provider, "of_sid": request.call_sid}
        return self._connection.execute(_KNOWN, of_call | {"of_key": request.key, "of_line": line, "now": now}).one()

    def last_answer(self, provider: str, call_sid: str) -> dict[str, Any] | None:
        """What the caller was told last, or None."""
        mine = (call_event.c.provider == provider) & (call_event.c.call_sid == call_sid)
        told = select(call_event.c.answer).where(mine, call_event.c.kind.in_(MENU_KINDS))
        return self._connection.execute(told.order_by(call_event.c.id.desc()).limit(1)).scalar_one_or_none()

    def keep(
        self, request: Request, answer: dict[str, Any] | None, *, error: str | None = None, owner: str | None = None
    ) -> None:
        """Keep what a provider told us, once by key, with the answer; a request that failed before is completed."""
        row = {
            "provider": request.provider,
            "call_sid": request.call_sid,
            "key": request.key,
            "kind": request.kind,
            "at": request.at,
            "raw": request.raw,
            "answer": answer,
            "error": error,
            "person_key": owner,
        }
        self._connection.execute(_kept(self._connection.dialect.name), row)

    def find(self, identity: int) -> Row[Any]:
        """The call with that id. Raises NoResultFound."""
        return self._connection.execute(select(call).where(call.c.id == identity)).one()

    def find_sid(self, provider: str, call_sid: str) -> Row[Any] | None:
        """The call that the provider names so, or None."""
        return self._connection.execute(_OF_SID, {"of_provider": provider, "of_sid": call_sid}).one_or_none()

    def of_case(self, case_id: int) -> list[Row[Any]]:
        """The calls of a case, oldest first."""
        mine = select(call).where(call.c.case_id == case_id).order_by(call.c.id)
        return list(self._connection.execute(mine).all())

    def events(self, provider: str, call_sid: str) -> list[Row[Any]]:
        """Everything the provider told us of a call, in the order in which it came."""
        mine = (call_event.c.provider == provider) & (call_event.c.call_sid == call_sid)
        return list(self._connection.execute(select(call_event).where(mine).order_by(call_event.c.id)).all())

    def waiting(self) -> list[Row[Any]]:
        """The calls that wait in the queue, by arrival."""
        waits = call.c.queued_at.is_not(None) & call.c.answered_at.is_(None) & call.c.ended_at.is_(None)
        return list(self._connection.execute(select(call).where(waits).order_by(call.c.queued_at, call.c.id)).all())

    def running(self, before: datetime, limit: int = 50) -> list[Row[Any]]:
        """Calls that began before then and whose end we have not heard of, oldest first."""
        unended = call.c.ended_at.is_(None) & (call.c.started_at < before)
        return list(
            self._connection.execute(select(call).where(unended).order_by(call.c.started_at).limit(limit)).all()
        )

    def talks(self, line: str) -> list[timedelta]:
        """How long people talked in the newest calls of a line that were answered."""
        newest = select(call.c.answered_at, call.c.ended_at).where(call.c.line == line)
        rows = self._connection.execute(newest.order_by(call.c.started_at.desc()).limit(TALKS))
        return [row.ended_at - row.answered_at for row in rows if row.answered_at and row.ended_at]

    def open_cases(self, keys: Collection[str]) -> list[Row[Any]]:
        """The newest open cases in which one of these persons has part, newest first: {"id", "number", "tool",
        "requester_name", "status", "opened_at"}."""
        return self._cases_of(keys, case.c.status != Status.CLOSED)

    def latest_name(self, keys: Collection[str]) -> str:
        """The name of one of these persons as their newest case has it, or ''."""
        named = self._cases_of(keys, case.c.requester_name != "")
        return str(named[0].requester_name) if named else ""

    def keyed_case(self, identity: int, keys: Collection[str]) -> Row[Any] | None:
        """The case with that id, or the one that it was merged into: {"id", "status", "touched_at", "participant"},
        where `participant` counts which of these persons have part in the one or the other; or None."""
        into = select(func.coalesce(case.c.merged_into, case.c.id)).where(case.c.id == identity).scalar_subquery()
        of_case = case_key.c.case_id.in_((literal(identity), into))
        part = (case_key.c.kind == "participant") & of_case & case_key.c.key.in_(keys)
        participant = select(func.count()).where(part).scalar_subquery().label("participant")
        chosen: Select[Any] = select(case.c.id, case.c.status, case.c.touched_at, participant)
        return self._connection.execute(chosen.where(case.c.id == into, case.c.hidden.is_(False))).one_or_none()

    def own_recordings(self, row: Any, case_id: int) -> None:
        """Give the recordings of a call, which may have come first, to its case."""
        mine = (recording.c.provider == row.provider) & (recording.c.call_sid == row.call_sid)
        given = {"call_id": row.id, "case_id": case_id, "person_key": row.person_key}
        self._connection.execute(update(recording).where(mine).values(given))

    def _cases_of(self, keys: Collection[str], where: Any) -> list[Row[Any]]:
        columns = (case.c.id, case.c.number, case.c.tool, case.c.requester_name, case.c.status, case.c.opened_at)
        taken_part = (case_key.c.kind == "participant") & case_key.c.key.in_(keys)
        chosen: Select[Any] = select(*columns).join(case_key, case_key.c.case_id == case.c.id)
        shown = (
            chosen.where(taken_part, where, case.c.hidden.is_(False)).distinct().order_by(case.c.id.desc()).limit(CASES)
        )
        return list(self._connection.execute(shown).all()) if keys else []


def _statement_known() -> Select[Any]:
    """All that a request must know, built once: building it for each costs more than running it."""
    sound = (recording.c.provider == bindparam("of_provider")) & (recording.c.call_sid == bindparam("of_sid"))
    columns = {
        "answer": select(call_event.c.answer).where(_MINE, call_event.c.key == bindparam("of_key")),
        "banner": _banner(),
        "final": select(call_event.c.answer).where(_MINE, call_event.c.kind == "status").limit(1),
        "recorded": select(recording.c.id).where(sound, recording.c.seconds != 0).limit(1),
    }
    return select(*(one.scalar_subquery().label(name) for name, one in columns.items()))


def _banner() -> Select[Any]:
    """The newest that runs on that line: its own before one of every line."""
    now = bindparam("now", type_=banner.c.starts_at.type)
    runs = (banner.c.starts_at <= now) & or_(banner.c.ends_at.is_(None), banner.c.ends_at > now)
    heard = select(banner.c.texts).where(runs, banner.c.line.in_((bindparam("of_line"), "")))
    return heard.order_by(banner.c.line.desc(), banner.c.id.desc()).limit(1)


@cache
def _kept(dialect: str) -> Any:
    """The insert of an event, which completes one that failed and leaves any other alone."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(call_event)
    told = {name: statement.excluded[name] for name in ("answer", "error", "person_key")}
    return statement.on_conflict_do_update(
        index_elements=["provider", "call_sid", "key"], set_=told, where=call_event.c.answer.is_(None)
    )


_MINE = (call_event.c.provider == bindparam("of_provider")) & (call_event.c.call_sid == bindparam("of_sid"))
_OF_SID = select(call).where(call.c.provider == bindparam("of_provider"), call.c.call_sid == bindparam("of_sid"))
_LOCKED = _OF_SID.with_for_update()
_KNOWN = _statement_known()
