"""Confidence against being right, and the pictures of it."""

from xml.etree import ElementTree

import pytest

from cases.event import Channel, Message, Tags
from classify.curves import Point, calibration, coverage, surest_errors
from classify.dataset import Labelled
from classify.evaluation import Outcome
from classify.plots import calibration_plot, coverage_plot


def outcome(identifier: str, sure: float, *, right: bool = True, body: str = "", **more: Channel) -> Outcome:
    message = Message(body=body, **more)
    row = Labelled(
        id=identifier, message=message, lang="fr", motif="acces", tool="notice", scope="in", urgency=3, impact=3,
        several_requests=False,
    )  # fmt: skip
    confidence = {"motif": sure, "tool": 1.0, "scope": 1.0, "incident": 0.0, "together": sure}
    motif = "acces" if right else "demande_information"
    tags = Tags(lang="fr", category="requete", motif=motif, tool="notice", scope="in", confidence=confidence)
    return Outcome(row, "requete", tags)


JUDGED = [outcome("a", 0.95), outcome("b", 0.91), outcome("c", 0.55, right=False), outcome("d", 0.5)]


def test_a_bin_says_how_sure_how_right_and_how_many() -> None:
    low, high = calibration(JUDGED, "motif")
    assert (low.confidence, low.accuracy, low.count) == (pytest.approx(0.525), 0.5, 2)
    assert (high.confidence, high.accuracy, high.count) == (pytest.approx(0.93), 1.0, 2)


def test_coverage_takes_the_surest_first_and_leaves_speech_to_people() -> None:
    spoken = outcome("e", 0.99, right=False, channel=Channel.PHONE)
    assert coverage([*JUDGED, spoken]) == [
        Point(0.25, 0.95, 1.0),
        Point(0.5, 0.91, 1.0),
        Point(0.75, 0.55, pytest.approx(2 / 3)),
        Point(1.0, 0.5, 0.75),
    ]
    assert coverage([spoken]) == []


def test_the_surest_errors_are_told_masked() -> None:
    sure = outcome("f", 0.8, right=False, body="Je suis anne@example.org")
    first, second = surest_errors([*JUDGED, sure], 5)
    assert (first["id"], second["id"]) == ("f", "c")
    assert (first["motif"], first["text"]) == ("acces -> demande_information", "Je suis [email]")


def test_plots_are_pictures() -> None:
    bins = {task: calibration(JUDGED, task) for task in ("motif", "tool")}
    for drawn in (calibration_plot(bins), coverage_plot(coverage(JUDGED), 0.97), coverage_plot([], 0.97)):
        root = ElementTree.fromstring(drawn)
        lines = root.findall("{http://www.w3.org/2000/svg}polyline")
        places = [
            float(number) for line in lines for pair in line.get("points", "").split() for number in pair.split(",")
        ]
        assert all(48 <= place <= 368 for place in places)
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
