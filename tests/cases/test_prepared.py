"""Prepared answers: which are proposed, how they are filled in, what is wrong with one."""

from dataclasses import replace

import pytest

from app import profile as profiles
from app.profile_faults import check
from cases.prepared import PreparedAnswer, by_fit, filled
from cases.profile import Profile
from tests.profiles import shipped

TEXTS = dict.fromkeys(("fr", "de", "nl", "en"), "Bonjour {name},")
ONE = PreparedAnswer(id="one", labels=TEXTS, texts=TEXTS)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return shipped()


def test_placeholders_are_filled_in() -> None:
    values = {"number": "MPA-26-00412", "name": "Jeanne Dupont", "agent": "Nora"}
    text = "Bonjour {name},\n\nVotre demande {number}.\n\n{agent}"
    assert filled(text, values) == "Bonjour Jeanne Dupont,\n\nVotre demande MPA-26-00412.\n\nNora"


def test_nobody_is_greeted_with_a_gap() -> None:
    assert filled("Bonjour {name},", {"name": " "}) == "Bonjour,"


def test_what_a_stranger_is_called_is_never_filled_in_itself() -> None:
    assert filled("{name} {number}", {"name": "{agent}", "number": "1", "agent": ""}) == "{agent} 1"


def test_the_most_fitting_comes_first_and_none_is_lost() -> None:
    tool = replace(ONE, id="tool", when={"tool": ("notice",), "category": ("incident",)})
    other = replace(ONE, id="other", when={"tool": ("gesper",)})
    fitting, others = by_fit((other, ONE, tool), {"tool": "notice", "category": "incident"})
    assert [one.id for one in fitting] == ["tool", "one"]
    assert [one.id for one in others] == ["other"]


def test_each_service_has_its_own(profile: Profile) -> None:
    assert len(profile.answers) == 6
    assert len(profiles.load(profiles.find("profiles/exemple-commune")).answers) == 2


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (replace(ONE, id="No id"), "answers.1.id"),
        (replace(ONE, id="one"), "answers.1.id"),
        (replace(ONE, id="two", when={"tool": ("nothing",)}), "answers.1.when.tool"),
        (replace(ONE, id="two", when={"lang": ("fr",)}), "answers.1.when.lang"),
        (replace(ONE, id="two", texts={**TEXTS, "de": "{nom}"}), "answers.1.texts.de"),
        (replace(ONE, id="two", texts={**TEXTS, "de": "x" * 20_001}), "answers.1.texts.de"),
        (replace(ONE, id="two", texts={"fr": "Bonjour"}), "answers.two.texts.de"),
        (replace(ONE, id="two", labels={"fr": "Un"}), "answers.two.labels.nl"),
    ],
)
def test_what_is_wrong_is_named(profile: Profile, wrong: PreparedAnswer, key: str) -> None:
    assert key in [fault[0] for fault in check(replace(profile, answers=(ONE, wrong)))]
