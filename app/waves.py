"""Waves that are under way: cases of one tool's trouble that many people report at once, for a person to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.wiring import House
from cases.wave import COMPARED, LONGEST, Sighting, Usual, Wave, Week, find
from classify.concepts import Concepts
from classify.decide import INCIDENT, NO_TOOL
from classify.similar import signs

PAST = timedelta(days=56)
"""The weeks that say what is usual."""
MOST = 60_000
"""Cases that are read at most: at a thousand a day all of those weeks."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wave with the tool that fails and the numbers of its cases."""

    tool: str
    wave: Wave
    numbers: tuple[str, ...]


def proposed(house: House, now: datetime) -> list[Proposal]:
    """The waves of the last hours, the least likely first."""
    with house.store.reading() as tx:
        rows = tx.tagged.near(now - PAST, now, MOST)[::-1]
    return sorted(_found(rows, ZoneInfo(house.profile.timezone), now), key=lambda one: one.wave.likelihood)


def _found(rows: Sequence[Any], zone: ZoneInfo, now: datetime) -> Iterator[Proposal]:
    local = {row.id: row.opened_at.astimezone(zone) for row in rows}
    numbers = {row.id: row.number for row in rows}
    week, concepts = Week(local.values()), Concepts.load()
    weeks = max(now - rows[0].opened_at, timedelta(days=7)) / timedelta(days=7) if rows else 1
    incidents = [row for row in rows if row.motif == INCIDENT and row.tool != NO_TOOL]
    for tool in sorted({row.tool for row in incidents}):
        told = [
            Sighting(row.id, local[row.id], signs(f"{row.subject}\n{row.text or ''}", concepts))
            for row in incidents
            if row.tool == tool
        ]
        start = now.astimezone(zone) - LONGEST
        recent = [one for one in told if one.opened_at > start]
        before = told[: len(told) - len(recent)]
        usual = Usual(len(before) / weeks, [one.signs for one in before[-COMPARED:]], week)
        if wave := find(recent, usual):
            yield Proposal(tool, wave, tuple(numbers[one] for one in wave.cases))
