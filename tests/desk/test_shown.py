"""Figures as people read them."""

import pytest

from cases.figures import Figure, Unit
from desk.shown import Shown
from desk.words import Words
from tests.desk.test_words import BRUSSELS


@pytest.mark.parametrize(
    ("figure", "value", "length"),
    [
        (Figure("a", Unit.SHARE, 0.5999, 0.6), "59 %", 60.0),
        (Figure("a", Unit.SHARE, 0.29, 0.6), "29 %", 29.0),
        (Figure("a", Unit.SHARE, None, 0.6), "–", 0),
        (Figure("a", Unit.SECONDS, 29.96, 30), "30 s", 49.9),
        (Figure("a", Unit.SECONDS, 24.44, 30), "24,4 s", 40.7),
        (Figure("a", Unit.SECONDS, 75.2, 30), "1 min 15 s", 100),
        (Figure("a", Unit.CALLS, 12), "12", 20),
    ],
)
def test_figures_are_written_for_people(figure: Figure, value: str, length: float) -> None:
    shown = Shown(figure, Words("fr", BRUSSELS))
    assert shown.value == value
    if figure.goal:
        assert shown.length == length
