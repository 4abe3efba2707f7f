"""What people write into the search field: words, "words in a row", and chips such as `outil:notice`. Pure.

The names of chips are understood in all four languages, whatever the reader's: people copy each other's searches.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from cases.case import Status
from cases.folding import words
from cases.logged import NO_TOOL
from cases.profile import Labels, Profile
from store.search import Phrase, Wanted

LONGEST = 200
"""Characters of a search."""
SHORTEST = 2
"""Letters of which the begin of a word has to have as many."""
YEARS = range(1990, 2200)


class Chip(StrEnum):
    REF = "ref"
    FROM = "from"
    CATEGORY = "category"
    TOOL = "tool"
    STATUS = "status"
    BEFORE = "before"
    AFTER = "after"


NAMES: Mapping[str, Chip] = {
    **dict.fromkeys(("ref", "nr", "numero", "nummer"), Chip.REF),
    **dict.fromkeys(("from", "de", "von", "van"), Chip.FROM),
    **dict.fromkeys(("category", "cat", "kat", "categorie", "kategorie"), Chip.CATEGORY),
    **dict.fromkeys(("tool", "outil", "anwendung", "toepassing"), Chip.TOOL),
    **dict.fromkeys(("status", "statut"), Chip.STATUS),
    **dict.fromkeys(("before", "avant", "vor", "voor"), Chip.BEFORE),
    **dict.fromkeys(("after", "apres", "nach", "na"), Chip.AFTER),
}
STATUSES: Mapping[Status, tuple[str, ...]] = {
    Status.NEW: ("new", "nouveau", "neu", "nieuw"),
    Status.OPEN: ("open", "ouvert", "cours", "offen", "bearbeitung", "behandeling"),
    Status.WAITING: ("waiting", "attente", "wartend", "wachtend"),
    Status.ESCALATED: ("escalated", "transmis", "n2", "niveau", "stufe", "weitergeleitet", "doorgestuurd"),
    Status.CLOSED: ("closed", "clos", "ferme", "geschlossen", "gesloten"),
}
"""The words for a status, folded; the begin of one is enough."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word, quoted phrase or chip, as it was `written`. `name` is what stands before its colon, '' for none."""

    written: str
    value: str
    name: str = ""
    quoted: bool = False

    @property
    def chip(self) -> Chip | None:
        return NAMES.get("".join(words(self.name)))


class Wrong(StrEnum):
    """What can be wrong with a search."""

    NAME = "name"
    REF = "ref"
    FROM = "from"
    CATEGORY = "category"
    TOOL = "tool"
    STATUS = "status"
    DATE = "date"
    NOTHING = "nothing"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that is not understood, and what could stand there."""

    wrong: Wrong
    part: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was understood. Nothing is looked for where there are `faults`."""

    parts: tuple[Part, ...]
    wanted: Wanted
    faults: tuple[Fault, ...] = ()

    @property
    def chips(self) -> tuple[Part, ...]:
        return tuple(one for one in self.parts if one.chip)

    def without(self, part: Part) -> str:
        """The search once a part is taken out of it."""
        return " ".join(one.written for one in self.parts if one is not part)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a search is read with: the labels of the profile, and the day it is where the service is."""

    profile: Profile
    today: date


def read(text: str, reading: Reading) -> Query:
    """What these words ask for."""
    found = parts(text[:LONGEST])
    wanted, faults = Wanted(phrases=_phrases(found)), [Fault(Wrong.TOO_LONG)] * (len(text) > LONGEST)
    for part in (one for one in found if one.name):
        asked = _CHIPS[part.chip](part, wanted, reading) if part.chip else Fault(Wrong.NAME, part.name)
        if isinstance(asked, Fault):
            faults.append(asked)
        else:
            wanted = asked
    if wanted == Wanted() and not faults:
        faults.append(Fault(Wrong.NOTHING))
    return Query(found, wanted, tuple(faults))


_PART = re.compile(r'(?:(?P<name>[^\W\d_]{1,20}):(?=[^\s:/]))?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')
"""The address of a page, an hour and the «Re:» of a subject are no chips."""


def parts(text: str) -> tuple[Part, ...]:
    """The words, phrases and chips of a search."""
    return tuple(
        Part(match[0], match["plain"] or match["quoted"] or "", match["name"] or "", match["plain"] is None)
        for match in _PART.finditer(text)
    )


def _phrases(found: Iterable[Part]) -> tuple[Phrase, ...]:
    """What stands in the text; of the last word the begin is enough, unless it is quoted or very short."""
    free = [(one, tuple(words(one.value))) for one in found if not one.name]
    said = [(one, spoken) for one, spoken in free if spoken]
    return tuple(Phrase(spoken, open_end=one is said[-1][0] and _is_open(one, spoken)) for one, spoken in said)


def _is_open(part: Part, spoken: Sequence[str]) -> bool:
    return not part.quoted and len(spoken[-1]) >= SHORTEST


def _ref(part: Part, wanted: Wanted, reading: Reading) -> Wanted | Fault:
    """A whole number, or its digits; without a year, of this one."""
    match = _NUMBER.fullmatch(part.value)
    if match is None:
        return Fault(Wrong.REF, part.value)
    prefix, year = match["prefix"] or reading.profile.case_prefix, match["year"] or f"{reading.today:%y}"
    return replace(wanted, number=f"{prefix.upper()}-{year}-{int(match['digits']):05d}")


_NUMBER = re.compile(r"(?:(?:(?P<prefix>[A-Za-z]{1,10})-)?(?P<year>[0-9]{2})-)?(?P<digits>[0-9]{1,8})")


def _from(part: Part, wanted: Wanted, _: Reading) -> Wanted | Fault:
    spoken = tuple(words(part.value))
    if not spoken:
        return Fault(Wrong.FROM, part.value)
    return replace(wanted, senders=(*wanted.senders, Phrase(spoken, open_end=_is_open(part, spoken))))


def _category(part: Part, wanted: Wanted, reading: Reading) -> Wanted | Fault:
    labels = {one.id: one.labels for one in reading.profile.categories}
    found = _labelled(part.value, labels)
    if not found:
        return Fault(Wrong.CATEGORY, part.value, tuple(labels))
    return replace(wanted, categories=(*wanted.categories, *found))


def _tool(part: Part, wanted: Wanted, reading: Reading) -> Wanted | Fault:
    labels: dict[str, Labels] = {one.id: one.labels for one in reading.profile.tools} | {NO_TOOL: {}}
    found = _labelled(part.value, labels)
    return replace(wanted, tools=(*wanted.tools, *found)) if found else Fault(Wrong.TOOL, part.value, tuple(labels))


def _labelled(value: str, labels: Mapping[str, Labels]) -> list[str]:
    """The ids that are meant: the one that is called so in some language, or else all that begin so."""
    asked = " ".join(words(value))
    names = {
        identity: {" ".join(words(name)) for name in (identity, *said.values())} for identity, said in labels.items()
    }
    same = [identity for identity, known in names.items() if asked in known]
    return same or [
        identity for identity, known in names.items() if asked and any(name.startswith(asked) for name in known)
    ]


def _status(part: Part, wanted: Wanted, _: Reading) -> Wanted | Fault:
    asked = words(part.value)
    found = [status for status, known in STATUSES.items() if any(_begins(known, one) for one in asked)]
    if not found:
        return Fault(Wrong.STATUS, part.value)
    return replace(wanted, statuses=(*wanted.statuses, *found))


def _begins(known: Iterable[str], asked: str) -> bool:
    return any(word.startswith(asked) for word in known)


def _before(part: Part, wanted: Wanted, reading: Reading) -> Wanted | Fault:
    """Before that day began."""
    until = _begin(part.value, reading)
    return replace(wanted, until=until) if until else Fault(Wrong.DATE, part.value)


def _after(part: Part, wanted: Wanted, reading: Reading) -> Wanted | Fault:
    """On that day or later."""
    since = _begin(part.value, reading)
    return replace(wanted, since=since) if since else Fault(Wrong.DATE, part.value)


_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})(?:[./-](?P<year>[0-9]{4}))?")
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")


def _begin(value: str, reading: Reading) -> datetime | None:
    """The first moment of a day such as 24/03/2026, 24.3 or 2026-03-24, None where it is none of our time."""
    match = _YEAR_FIRST.fullmatch(value) or _DAY_FIRST.fullmatch(value)
    if match is None:
        return None
    year = int(match["year"] or reading.today.year)
    try:
        day = date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    zone = ZoneInfo(reading.profile.timezone)
    return datetime.combine(day, time(), zone).astimezone(UTC) if year in YEARS else None


_CHIPS: Mapping[Chip, Callable[[Part, Wanted, Reading], Wanted | Fault]] = {
    Chip.REF: _ref,
    Chip.FROM: _from,
    Chip.CATEGORY: _category,
    Chip.TOOL: _tool,
    Chip.STATUS: _status,
    Chip.BEFORE: _before,
    Chip.AFTER: _after,
}
