"""A new model takes the place of the old one only where nothing got worse."""

from dataclasses import replace

import pytest

from cases.event import Tags
from cases.profile import Profile
from classify.evaluation import Outcome
from classify.golden import golden_set
from classify.promotion import compare


@pytest.fixture(scope="module")
def right(profile: Profile) -> list[Outcome]:
    """What a model that is always right says of the golden set."""
    found = []
    for row in golden_set():
        category = profile.category_of(row.motif)
        confidence = {"motif": 1.0, "tool": 1.0, "scope": 1.0, "incident": float(row.motif == "incident")}
        tags = Tags(
            lang=row.lang, category=category, motif=row.motif, tool=row.tool, scope=row.scope, confidence=confidence
        )
        found.append(Outcome(row, category, tags))
    return found


def saying(outcomes: list[Outcome], count: int, where: str = "", **labels: str) -> list[Outcome]:
    """The same, but the first so many (of the motif `where`) are given these labels."""
    changed, left = [], count
    for one in outcomes:
        hit = (
            left > 0
            and (not where or one.row.motif == where)
            and any(getattr(one.tags, k) != v for k, v in labels.items())
        )
        changed.append(replace(one, tags=replace(one.tags, **labels)) if hit else one)
        left -= hit
    return changed


def test_the_same_model_is_not_worse(right: list[Outcome]) -> None:
    assert compare(right, right).refused == ()


def test_a_better_one_is_taken_and_the_way_back_is_refused_with_figures(right: list[Outcome]) -> None:
    worse = saying(right, 30, tool="gesper")
    assert compare(worse, right).refused == ()
    verdict = compare(right, worse)
    assert verdict.refused == ("tool is worse",)
    tool = verdict.scores["tool"]
    assert tool.before == 1.0
    assert tool.low <= tool.after - tool.before <= tool.high < 0
    assert "tool               1.000 ->" in verdict.as_text()


def test_one_missed_incident_is_too_many(right: list[Outcome]) -> None:
    missed = saying(right, 1, "incident", motif="acces", category="requete")
    assert "incident recall does not hold" in compare(right, missed).refused
    assert compare(missed, missed).refused == ()
