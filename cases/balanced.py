"""The intake balance (N27): all that came in, and what became of it; what does not add up is listed. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from cases.case import Disposition
from cases.daily import Counts
from cases.figures import FATES
from cases.phoned import RUNNING
from cases.tabled import Kind, Row, Table, columns

DISPOSITIONS = tuple(str(one) for one in Disposition)


def mailboxes(total: Counts) -> Table:
    """Each mailbox and the form: received = the sum of what became of it. What is left has no fate."""
    by_source = _by_first(total, "in/")
    rows = [Row(Kind.SOURCE, source, _balance(fates, DISPOSITIONS)) for source, fates in sorted(by_source.items())]
    return Table("mailboxes", columns("received", *DISPOSITIONS, "unaccounted"), tuple(rows))


def lines(total: Counts) -> Table:
    """Each line in the same way; '' is one that nobody knows."""
    rows = [Row(Kind.LINE, line, _balance(fates, FATES)) for line, fates in sorted(_by_first(total, "line/").items())]
    return Table("lines", columns("received", *(f"call_{one}" for one in FATES), "unaccounted"), tuple(rows))


def _by_first(counts: Counts, prefix: str) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for name, number in counts.items():
        if name.startswith(prefix):
            first, _, fate = name.removeprefix(prefix).rpartition("/")
            found.setdefault(first, Counter())[fate] += number
    return found


def _balance(fates: Counts, known: Sequence[str]) -> tuple[float | None, ...]:
    accounted = [fates[one] for one in known]
    return (fates.total(), *accounted, fates.total() - sum(accounted))


def unbalanced(days: Mapping[date, Counts]) -> Table:
    """The days on which something that came in has no fate yet: it is being worked, or something is wrong."""
    rows = [Row(Kind.DAY, day.isoformat(), (left,)) for day, counts in days.items() if (left := _left(counts))]
    return Table("unbalanced", columns("unaccounted"), tuple(rows))


def _left(counts: Counts) -> int:
    messages = _by_first(counts, "in/").values()
    return sum(fates.total() - sum(fates[one] for one in DISPOSITIONS) for fates in messages) + sum(
        fates[RUNNING] for fates in _by_first(counts, "line/").values()
    )
