"""Cases for research: pseudonyms, months in place of moments, and no combination of traits that few people share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from cases.masking import masked
from cases.naming import nameless

LEAST = 5
"""How many cases have to share their traits, so that one of them is nobody's in particular."""

SUPPRESSED = ""

_TRAITS = ("month", "lang", "channel", "category", "motif", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """One case: `case` and `person` are pseudonyms, `hours` until it was closed, rounded, None while it is open."""

    case: str
    person: str
    month: str
    lang: str
    channel: str
    category: str
    motif: str
    tool: str
    priority: str
    hours: int | None
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def month_of(moment: datetime) -> str:
    """As 2026-03."""
    return f"{moment:%Y-%m}"


def hours_between(opened_at: datetime, closed_at: datetime | None) -> int | None:
    return None if closed_at is None else round((closed_at - opened_at).total_seconds() / 3600)


def unnamed(text: str, known: Iterable[str]) -> str:
    """A text without addresses, numbers, and the names that are known or brought up in it."""
    return masked(nameless(text, known))


def suppressed(cases: Sequence[Studied], least: int = LEAST) -> list[Studied]:
    """Those whose traits fewer than so many share lose them, the last first, and their texts, which would say them
    again; those that stay few without any are left out."""
    found = list(cases)
    for kept in reversed(range(len(_TRAITS))):
        rare = _rare(found, least)
        blank: dict[str, Any] = dict.fromkeys((*_TRAITS[kept:], "text"), SUPPRESSED)
        found = [replace(one, **blank) if _traits(one) in rare else one for one in found]
    rare = _rare(found, least)
    return [one for one in found if _traits(one) not in rare]


def _rare(cases: Iterable[Studied], least: int) -> set[tuple[str, ...]]:
    return {traits for traits, count in Counter(map(_traits, cases)).items() if count < least}


def _traits(one: Studied) -> tuple[str, ...]:
    return tuple(getattr(one, name) for name in _TRAITS)
