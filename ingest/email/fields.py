"""Values of single fields: message identifiers and dates (RFC 5322 sections 3.3, 3.6.4 and their obsolete forms)."""

import re
from datetime import UTC, datetime, timedelta, timezone

from ingest.email.headers import decode_bytes
from ingest.email.limits import REFERENCES
from ingest.email.storable import storable_line

_MSG_ID = re.compile(r"<([^<>]{1,2000})>")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9}\s*,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]{0,6}[\s-]+(\d{4})\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[A-Z]{1,4})(?:\s*\(.*)?"
)
# Names that European mail still carries against RFC 5322 4.3; those of America are the standard library's.
_ZONE_HOURS = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2,
    "EET": 2, "EEST": 3,
}  # fmt: skip
_MSG_ID_CHARS = 500
_DATE_CHARS = 200
_YEARS = range(1970, 2101)


def message_ids(value: str) -> tuple[str, ...]:
    """The identifiers of a Message-ID, In-Reply-To or References value, each once, angle brackets included.

    A single word without brackets is an identifier too: some programs forget them.
    """
    value = decode_bytes(value)
    found: list[str] = _MSG_ID.findall(value)
    if not found and (words := value.split()) and "<" not in value:
        found = [word.rstrip(">") for word in words if "@" in word or len(words) == 1]
    identifiers = ("".join(inner.split())[:_MSG_ID_CHARS] for inner in found[-REFERENCES:])
    return tuple(dict.fromkeys(storable_line(f"<{identifier}>") for identifier in identifiers if identifier))


def parse_date(value: str) -> datetime | None:
    """The moment in UTC, or None where it cannot be read or lies outside 1970-2100."""
    value = value.strip()[:_DATE_CHARS]
    match = _DATE.fullmatch(value)
    try:
        moment = _from_match(match) if match and _is_known(match[7]) else _from_odd(value)
        if moment is None or moment.year not in _YEARS:
            return None
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_match(match: re.Match[str]) -> datetime:
    day, month, year, hour, minute, second, zone = match.groups()
    number = _MONTHS.index(month.lower()) + 1
    return datetime(
        int(year), number, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=_offset(zone)
    )


def _is_known(zone: str) -> bool:
    return zone[0] in "+-" or zone in _ZONE_HOURS


def _offset(zone: str) -> timezone:
    if zone in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[zone]))
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _from_odd(value: str) -> datetime | None:
    """The standard library knows the obsolete zones, two-digit years and orders; it is only asked for those."""
    from email.utils import parsedate_tz

    try:
        parsed = parsedate_tz(value)
    except (TypeError, IndexError, AttributeError):
        return None
    if parsed is None:
        return None
    offset = timezone(timedelta(seconds=parsed[9] or 0))
    return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=offset)
