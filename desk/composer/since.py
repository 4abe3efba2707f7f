"""What came to a case while somebody wrote, told by the ids that their page had; by its time it may be older."""

from collections.abc import Iterable, Sequence
from typing import Any

from desk.composer.groups import is_quiet
from desk.dossier import Rows
from desk.timeline import Decision, Line, Mail, Message


def newest(rows: Rows) -> str:
    """A word for everything that a page shows of a case, kept in its form."""
    return ".".join(str(_last(some)) for some in (rows.inbound, rows.entries, rows.outbound))


def _last(rows: Sequence[Any]) -> int:
    return max((row.id for row in rows), default=0)


def since(lines: Iterable[Line], word: str) -> list[Line]:
    """The lines that are newer than that word; none where it is no word of ours."""
    parts = word.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 20 for part in parts):
        return []
    seen = dict(zip((Message, Decision, Mail), map(int, parts), strict=True))
    found = [line for line in lines if type(line) in seen and line.id > seen[type(line)]]
    return [line for line in found if not is_quiet(line)] or found
