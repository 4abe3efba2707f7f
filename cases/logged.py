"""A call off the line, as a person logs it: one row for each reason. Pure: what was typed in, a call or its faults out.

The form, the sheet and its import share these fields and rules, so that what one takes the others take.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cases.profile import Profile

NO_TOOL = "aucun"
LONGEST_KEY = 64
LONGEST_NAME = 200
LONGEST_REASON = 2_000
LONGEST_AGENT = 64
LONGEST_MINUTES = 600
UNNOTED = time(0)
"""Stands for a time of day that nobody noted."""


class Outcome(StrEnum):
    SOLVED = "solved"
    OPEN = "open"
    ESCALATED = "escalated"


class Field(StrEnum):
    """What a row holds, in the order of the sheet's columns."""

    DATE = "date"
    TIME = "time"
    AGENT = "agent"
    MOTIF = "motif"
    TOOL = "tool"
    REASON = "reason"
    OUTCOME = "outcome"
    LANG = "lang"
    NAME = "name"
    NUMBER = "number"
    MINUTES = "minutes"
    KEY = "key"


REQUIRED = frozenset({Field.DATE, Field.AGENT, Field.MOTIF, Field.TOOL, Field.REASON, Field.OUTCOME})


class Wrong(StrEnum):
    """Why a field cannot be taken; people read it in their language."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    NO_DATE = "no_date"
    NO_TIME = "no_time"
    FUTURE = "future"
    NO_NUMBER = "no_number"
    NO_MINUTES = "no_minutes"
    UNPRINTABLE = "unprintable"
    REPEATED = "repeated"
    NO_COLUMN = "no_column"


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that cannot be taken."""

    field: Field
    wrong: Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """One reason that somebody called for. `at` is aware; `number` is E.164 or ''; `key` makes a repeat harmless, and
    is '' until `keyed`."""

    key: str
    at: datetime
    agent: str
    name: str
    number: str
    lang: str
    motif: str
    tool: str
    reason: str
    outcome: Outcome
    minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a row is checked against. `number` turns what was typed into E.164, or '' where it is no phone number."""

    profile: Profile
    number: Callable[[str], str]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.timezone)


def read(typed: Mapping[Field, str], rules: Rules) -> LoggedCall | tuple[Fault, ...]:
    """The call that was typed, or every fault of it. Fields that are not there count as empty."""
    found: dict[Field, str] = {}
    faults: list[Fault] = []
    for field in Field:
        text = typed.get(field, "").strip()
        wrong = _wrong(field, text, rules)
        if wrong:
            faults.append(Fault(field, wrong))
        found[field] = text
    if not faults and _at(found, rules.zone) > rules.now:
        faults.append(Fault(Field.TIME if found[Field.TIME] else Field.DATE, Wrong.FUTURE))
    return tuple(faults) if faults else _call(found, rules)


def _call(found: Mapping[Field, str], rules: Rules) -> LoggedCall:
    return LoggedCall(
        key=found[Field.KEY],
        at=_at(found, rules.zone),
        agent=found[Field.AGENT],
        name=found[Field.NAME],
        number=rules.number(found[Field.NUMBER]) if found[Field.NUMBER] else "",
        lang=found[Field.LANG] or rules.profile.default_language,
        motif=found[Field.MOTIF],
        tool=found[Field.TOOL],
        reason=found[Field.REASON],
        outcome=Outcome(found[Field.OUTCOME]),
        minutes=int(found[Field.MINUTES]) if found[Field.MINUTES] else None,
    )


_LONGEST = {
    Field.KEY: LONGEST_KEY,
    Field.NAME: LONGEST_NAME,
    Field.REASON: LONGEST_REASON,
    Field.AGENT: LONGEST_AGENT,
}


def _wrong(field: Field, text: str, rules: Rules) -> Wrong | None:
    """Why that text is no such field, or None."""
    if not text:
        return Wrong.MISSING if field in REQUIRED else None
    if not text.replace("\n", " ").replace("\t", " ").isprintable():
        return Wrong.UNPRINTABLE
    if len(text) > _LONGEST.get(field, LONGEST_NAME):
        return Wrong.TOO_LONG
    check = _CHECKS.get(field)
    return check(text, rules) if check else None


def _known(text: str, known: Iterable[str]) -> Wrong | None:
    return None if text in known else Wrong.UNKNOWN


_CHECKS: Mapping[Field, Callable[[str, Rules], Wrong | None]] = {
    Field.DATE: lambda text, _: None if _date(text) else Wrong.NO_DATE,
    Field.TIME: lambda text, _: None if _time(text) else Wrong.NO_TIME,
    Field.MOTIF: lambda text, rules: _known(text, (one.id for one in rules.profile.motifs)),
    Field.TOOL: lambda text, rules: _known(text, (NO_TOOL, *(one.id for one in rules.profile.tools))),
    Field.OUTCOME: lambda text, _: _known(text, tuple(Outcome)),
    Field.LANG: lambda text, rules: _known(text, rules.profile.languages),
    Field.NUMBER: lambda text, rules: None if rules.number(text) else Wrong.NO_NUMBER,
    Field.MINUTES: lambda text, _: None if _minutes(text) else Wrong.NO_MINUTES,
}


def _minutes(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= LONGEST_MINUTES


_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_LOCAL = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.hH](?P<minute>[0-9]{2})(:[0-9]{2})?")
EARLIEST = date(2000, 1, 1)


def _date(text: str) -> date | None:
    """A day as 2026-03-24, 24/03/2026 or 24.03.2026."""
    found = _ISO.fullmatch(text) or _LOCAL.fullmatch(text)
    try:
        day = date(**{name: int(digits) for name, digits in found.groupdict().items()}) if found else None
    except ValueError:
        return None
    return day if day and day >= EARLIEST else None


def _time(text: str) -> time | None:
    """A time of day as 09:05, 9.05 or 9h05."""
    found = _CLOCK.fullmatch(text)
    try:
        return time(int(found["hour"]), int(found["minute"])) if found else None
    except ValueError:
        return None


def _at(found: Mapping[Field, str], zone: ZoneInfo) -> datetime:
    """The moment in UTC. A time that the clock skips in spring is the one an hour later; one that comes twice in autumn
    is the first (PEP 495, fold 0)."""
    day, clock = _date(found[Field.DATE]), _time(found[Field.TIME]) or UNNOTED
    return datetime.combine(day or EARLIEST, clock, zone).astimezone(UTC)


def keyed(calls: Iterable[LoggedCall]) -> list[LoggedCall]:
    """The calls with a key each: the one they have, or one made of what was said, when, by and to whom.

    Of equal rows the first, second and so on are told apart, so that the same sheet gives the same keys again. Motif,
    tool, outcome and minutes play no part: correcting them does not make another call.
    """
    seen: Counter[str] = Counter()
    found = []
    for call in calls:
        said = "\x1f".join((call.at.isoformat(), call.agent, call.name, call.number, call.reason))
        seen[said] += not call.key
        digest = hashlib.sha256(f"{said}\x1f{seen[said]}".encode()).hexdigest()[:32]
        found.append(call if call.key else replace(call, key=digest))
    return found


def ended_at(call: LoggedCall) -> datetime:
    """When the talk was over, as far as anybody noted."""
    return call.at + timedelta(minutes=call.minutes or 0)
