"""Opening hours as the profile writes them, and what may be wrong with them; `cases.clock` computes with them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_STRICT = {"strict": True, "extra": "forbid"}

Spans = tuple[str, ...]
"""Half-open spans of one day in local time, such as ("08:30-12:00", "13:00-17:00"); `24:00` ends a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody is there. `week` is by `mon` to `sun`; a day that is not named is closed.

    `holidays` is the country whose public holidays are kept (ISO 3166, '' for none). `closed` are further days, once
    (`2026-12-24`) or each year (`09-27`). `exceptions` replace a day's spans, holiday or not (`2026-12-05`).
    """

    __pydantic_config__ = _STRICT
    week: Mapping[str, Spans]
    holidays: str = "BE"
    closed: tuple[str, ...] = ()
    exceptions: Mapping[str, Spans] = field(default_factory=dict)


_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_MIDNIGHT = 24 * 60


@cache
def minutes(span: str) -> tuple[int, int]:
    """The minutes after midnight where `08:30-17:00` begins and ends. Raises ValueError for anything else."""
    found = _SPAN.fullmatch(span)
    if not found:
        raise ValueError(f"{span} is not a span of a day")
    hour, minute, last_hour, last_minute = map(int, found.groups())
    first, last = hour * 60 + minute, last_hour * 60 + last_minute
    if not first < last <= _MIDNIGHT:
        raise ValueError(f"{span} does not end after it begins")
    return first, last


Fault = tuple[str, str, str]


def faults(hours: Hours) -> Iterator[Fault]:
    """What is wrong with hours as they are written: (key, cause, mend) each."""
    for day, spans in hours.week.items():
        if day not in DAYS:
            yield f"week.{day}", f"{day} is not a day", f"write one of {' '.join(DAYS)}"
        yield from _span_faults(f"week.{day}", spans)
    for index, written in enumerate(hours.closed):
        if not (is_date(written) or is_date(f"2000-{written}")):
            yield f"closed.{index}", f"{written} is not a date", "write 2026-12-24, or 12-24 for each year"
    for written, spans in hours.exceptions.items():
        if not is_date(written):
            yield f"exceptions.{written}", f"{written} is not a date", "write it as 2026-12-05"
        yield from _span_faults(f"exceptions.{written}", spans)
    if not any(hours.week.values()):
        yield "week", "no hour of the week is open", 'write one such as mon = ["08:30-17:00"]'


def _span_faults(key: str, spans: Spans) -> Iterator[Fault]:
    closing = 0
    for index, span in enumerate(spans):
        try:
            first, last = minutes(span)
        except ValueError as error:
            yield f"{key}.{index}", str(error), "write it as 08:30-17:00; 24:00 ends a day"
            continue
        if first < closing:
            yield f"{key}.{index}", f"{span} begins before the span above it ends", "put them in order, apart"
        closing = max(closing, last)


def is_date(written: str) -> bool:
    """Whether it is a day that exists, written as RFC 3339's full-date."""
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
