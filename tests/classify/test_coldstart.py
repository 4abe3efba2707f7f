"""Another service begins without one labelled message: its profile is all there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.profile import load as load_profile
from cases.event import Message
from cases.profile import Profile
from classify.classifier import SHIPPED, Classifier, cold_start
from classify.coldstart import Likeness, needed
from classify.dataset import load, require_known
from classify.evaluation import outcomes, report

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def town() -> Profile:
    return load_profile(HERE.parents[1] / "profiles" / "exemple-commune")


@pytest.fixture(scope="module")
def tagger(town: Profile) -> Classifier:
    return Classifier.load(SHIPPED, town)


@pytest.mark.parametrize(
    ("file", "category", "motif", "tool"),
    [("commune.jsonl", 0.88, 0.83, 0.78), ("commune_later.jsonl", 0.85, 0.68, 0.74)],
)
def test_tags_are_usable_without_labels(
    tagger: Classifier, town: Profile, file: str, category: float, motif: float, tool: float
) -> None:
    """The settings were chosen on the first file; nothing was changed after the second was written."""
    rows = load([HERE / file])
    require_known(rows, town)
    scores = report(outcomes(rows, tagger)).scores
    assert scores["category macro-F1"] >= category
    assert scores["motif macro-F1"] >= motif
    assert scores["tool macro-F1"] >= tool
    assert scores["incident recall"] == 1.0


def test_a_person_looks_at_every_message(tagger: Classifier) -> None:
    rows = load([HERE / "commune.jsonl"])
    assert all(one.tags.review for one in outcomes(rows, tagger))


@pytest.mark.parametrize("body", ["", "?", "🙂", "payer par carte", "e-Comptoir " * 2_000])
def test_any_text_gets_labels_of_the_profile(tagger: Classifier, town: Profile, body: str) -> None:
    [tags] = tagger.classify([Message(body=body)])
    assert tags.motif in {motif.id for motif in town.motifs}
    assert tags.category == town.category_of(tags.motif)
    assert tags.tool in {tool.id for tool in town.tools} | {"aucun"}
    assert tags.scope in town.scopes


def test_without_prototypes_names_and_likeness_are_enough_to_go_on(town: Profile) -> None:
    bare = replace(
        town,
        motifs=tuple(replace(motif, prototypes=()) for motif in town.motifs),
        tools=tuple(replace(tool, prototypes=()) for tool in town.tools),
    )
    [tags] = Classifier.load(SHIPPED, bare).classify([Message(body="TriTout affiche une erreur depuis hier.")])
    assert (tags.motif, tags.tool) == ("incident", "tritout")


def test_a_service_that_the_model_knows_is_left_to_the_model(classifier: Classifier, profile: Profile) -> None:
    assert cold_start(classifier._nlp, profile) is None
    assert not needed(replace(profile, tools=()), ["notice"])


def test_nothing_is_like_nothing() -> None:
    assert Likeness.of({"a": [], "b": []})({}) == {"a": 0.0, "b": 0.0}


def test_a_service_of_another_country_begins_likewise() -> None:
    """Nothing was changed after these messages were written."""
    line = load_profile(HERE.parents[1] / "profiles" / "exemple-hebergement")
    rows = load([HERE / "hebergement.jsonl"])
    require_known(rows, line)
    found = outcomes(rows, Classifier.load(SHIPPED, line))
    scores = report(found).scores
    assert scores["category macro-F1"] >= 0.9
    assert scores["motif macro-F1"] >= 0.85
    assert scores["tool macro-F1"] >= 0.9
    assert scores["incident recall"] == 1.0
    assert all(one.tags.review for one in found)
