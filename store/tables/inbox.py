"""By what the inbox finds cases: the moment at which the next clock of an open one runs out, and who has it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index, String, Text, cast, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from store.tables.base import UtcDateTime
from store.tables.cases import case

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a case is due that has no running clock: after all others."""


class earliest(FunctionElement[datetime]):  # noqa: N801 - an SQL function, named as one
    """The earliest of some moments, `NEVER` where none is set. The databases differ in what they make of a NULL."""

    type = UtcDateTime()
    name = "earliest"
    inherit_cache = True


@compiles(earliest, "sqlite")
def _sqlite(element: Any, compiler: Any, **given: Any) -> str:
    each = (f"coalesce({compiler.process(one, **given)}, '9999-12-31 00:00:00.000000')" for one in element.clauses)
    return f"min({', '.join(each)})"


@compiles(earliest, "postgresql")
def _postgresql(element: Any, compiler: Any, **given: Any) -> str:
    each = ", ".join(compiler.process(one, **given) for one in element.clauses)
    return f"coalesce(least({each}), '9999-12-31 00:00:00+00'::timestamptz)"


due = earliest(case.c.response_due_at, case.c.resolution_due_at, case.c.n2_due_at)
"""When the next clock of a case runs out."""


def same(word: str) -> Any:
    """That word itself in the statement, not bound to it: only so does a database see that a partial index serves."""
    return literal(word, String, literal_execute=True)


shown = case.c.hidden.is_(False)
unclosed = (case.c.status != same("closed")) & shown


def _index(name: str, *columns: Any, where: Any) -> None:
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


_index("ix_case_inbox", due, case.c.id, where=(case.c.status != "closed") & shown)
_index("ix_case_inbox_status", case.c.status, due, case.c.id, where=(case.c.status != "closed") & shown)
_index("ix_case_inbox_agent", case.c.agent, due, case.c.id, where=(case.c.status != "closed") & shown)
_index(
    "ix_case_inbox_review",
    due,
    case.c.id,
    where=(case.c.status != "closed") & shown & case.c.review.is_(True),
)
_asked = (case.c.status, case.c.hidden, case.c.agent)
"""SQLite looks at these again although the index holds no others: with them it counts without reading a case."""
flagged = cast(case.c.flags, Text) != same("[]")
_index(
    "ix_case_of_queue",
    *(case.c.queue, case.c.priority, case.c.opened_at, case.c.id, *_asked),
    where=(case.c.status != "closed") & shown & case.c.agent.is_(None),
)
_index(
    "ix_case_of_agent",
    *(case.c.agent, case.c.priority, case.c.opened_at, case.c.id, *_asked[:2]),
    where=(case.c.status != "closed") & shown & case.c.agent.is_not(None),
)
_index(
    "ix_case_flagged",
    *(case.c.priority, case.c.opened_at, case.c.id),
    where=(case.c.status != "closed") & shown & case.c.agent.is_not(None) & (cast(case.c.flags, Text) != "[]"),
)
_index("ix_case_inbox_closed", case.c.closed_at, case.c.id, where=(case.c.status == "closed") & shown)
Index("ix_case_opened_at", case.c.opened_at, case.c.id)
Index("ix_case_tool", case.c.tool, case.c.opened_at, case.c.id)
Index("ix_case_category", case.c.category, case.c.opened_at, case.c.id)
