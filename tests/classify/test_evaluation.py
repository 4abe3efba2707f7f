"""What may be accepted without a person, and from which confidence on."""

import pytest

from cases.event import Channel, Message, Tags
from classify.dataset import Labelled
from classify.evaluation import Outcome, report, threshold


def outcome(sure: float, *, right: bool = True, motif: str = "acces", review: bool = False) -> Outcome:
    row = Labelled(
        id="x1", message=Message(body="Bonjour", channel=Channel.EMAIL), lang="fr", motif=motif, tool="notice",
        scope="in", urgency=3, impact=3, several_requests=False,
    )  # fmt: skip
    confidence = {"motif": sure, "tool": 1.0, "scope": 1.0, "incident": 0.0, "together": sure}
    said = motif if right else "demande_information"
    tags = Tags(
        lang="fr", category="requete", motif=said, tool="notice", scope="in", confidence=confidence, review=review
    )
    return Outcome(row, "requete", tags)


def test_the_threshold_is_the_lowest_that_keeps_the_accuracy() -> None:
    judged = [outcome(0.9), outcome(0.8), outcome(0.7, right=False), outcome(0.6, right=False)]
    assert threshold(judged, 1.0) == pytest.approx(0.8)
    assert threshold(judged, 0.6) == pytest.approx(0.7)


def test_incidents_are_counted_apart() -> None:
    judged = [outcome(0.95, right=False, motif="incident"), outcome(0.9), outcome(0.8, right=False)]
    assert threshold(judged, 1.0) == pytest.approx(0.9)
    scores = report(judged).scores
    assert scores["accepted without review"] == 1.0
    assert scores["accepted and right"] == 0.5
    assert scores["right, incidents included"] == pytest.approx(1 / 3)
    assert scores["incident flagged"] == 0.0


def test_what_a_person_sees_is_not_accepted() -> None:
    scores = report([outcome(0.9), outcome(0.9, review=True)]).scores
    assert scores["accepted without review"] == 0.5
