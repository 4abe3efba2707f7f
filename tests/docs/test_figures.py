"""docs/figures.md defines every figure, in the order in which they are reported."""

from datetime import UTC, datetime

import pytest

from cases.figures import Window, report
from cases.phone import Phone
from desk.words import LANGUAGES, catalogue
from tests.docs.tables import rows

NOW = datetime(2026, 3, 24, tzinfo=UTC)
REPORTED = report([], Window(NOW, NOW, NOW), Phone())


def test_every_figure_is_defined_with_its_unit_and_its_goal() -> None:
    documented = [(row["figure"], row["unit"], bool(row["service level"])) for row in rows("figures.md", "figure")]
    assert documented == [(one.name, one.unit, one.goal is not None) for one in REPORTED]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_has_a_title_and_a_definition(lang: str) -> None:
    keys = [f"figure.{one.name}.{what}" for one in REPORTED for what in ("title", "definition")]
    assert not [key for key in keys if key not in catalogue(lang)]
