"""docs/figures.md defines every figure, in the order in which they are reported."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from cases.figures import Window, report
from cases.levels import levels as service_levels
from cases.phone import Phone
from desk.words import LANGUAGES, catalogue
from tests.docs.tables import rows

NOW = datetime(2026, 3, 24, tzinfo=UTC)
REPORTED = report([], Window(NOW, NOW, NOW), Phone())


def test_every_figure_is_defined_with_its_unit_and_its_goal() -> None:
    documented = [(row["figure"], row["unit"], bool(row["service level"])) for row in rows("figures.md", "figure")]
    assert documented == [(one.name, one.unit, one.goal is not None) for one in REPORTED]


def test_every_service_level_is_defined_with_its_goal() -> None:
    levels = {one.name: one for one in service_levels(Counter(), Phone())}
    documented = {row["service level"]: row for row in rows("figures.md", "service level")}
    assert list(documented) == list(levels)
    for name, level in levels.items():
        goal = f"< {level.goal:.0f} s" if level.unit == "seconds" else f"> {level.goal:.0%}".replace("%", " %")
        assert documented[name]["unit"] == level.unit
        assert documented[name]["goal"].startswith(goal)


def test_what_a_level_divides_is_documented_as_it_is_divided() -> None:
    for place, row in enumerate(rows("figures.md", "service level")):
        part, whole = (re.findall(r"[a-z_]+/[a-z_]+|[a-z_]+", row[name]) for name in ("part", "whole"))
        counts = Counter(dict.fromkeys({*part, *whole}, 1))
        level = service_levels(counts, Phone())[place]
        assert (level.part, level.whole) == (len(part), len(whole))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_service_level_has_a_title_and_a_definition(lang: str) -> None:
    keys = [
        f"figure.{one.name}.{what}" for one in service_levels(Counter(), Phone()) for what in ("title", "definition")
    ]
    assert not [key for key in keys if key not in catalogue(lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_has_a_title_and_a_definition(lang: str) -> None:
    keys = [f"figure.{one.name}.{what}" for one in REPORTED for what in ("title", "definition")]
    assert not [key for key in keys if key not in catalogue(lang)]
