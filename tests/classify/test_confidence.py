import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Channel
from classify.confidence import BIAS, joint, together, traits
from classify.finding import Finding
from classify.rules import Hints
from classify.signals import Named

CHOSEN = {"motif": 0.9, "tool": 0.8, "scope": 0.95, "incident": 0.02}
LABELS = {"motif": "acces", "tool": "gesper", "scope": "in"}
HINTS = Hints(channel=Channel.EMAIL, words=20)


def finding(*named: Named) -> Finding:
    scores = {
        "motif": {"acces": 0.9, "incident": 0.1},
        "tool": {"gesper": 0.8, "aucun": 0.2},
        "scope": {"in": 0.95, "metier": 0.05},
        "lang": {"fr": 1.0},
    }
    return Finding(scores=scores, named=named, known=12, evidence=())


def test_a_trait_moves_the_confidence_the_way_of_its_weight() -> None:
    weights = {BIAS: 0.0, "tool named": 1.0, "another tool named": -2.0}
    assert together(weights, {}) == pytest.approx(0.5)
    assert (
        together(weights, {"tool named": 1.0}) > 0.5 > together(weights, {"tool named": 1.0, "another tool named": 1.0})
    )


def test_a_trait_without_a_weight_says_nothing() -> None:
    assert together({BIAS: 1.0}, {"motif": 9.0}) == together({BIAS: 1.0}, {})


@given(st.dictionaries(st.sampled_from("abc"), st.floats(-1e6, 1e6)))
def test_it_is_a_probability_whatever_the_traits(told: dict[str, float]) -> None:
    assert 0 < together({BIAS: 0.3, "a": 5.0, "b": -7.0}, told) < 1


def test_the_traits_tell_how_the_tool_agrees_with_the_names() -> None:
    alone = traits(finding(Named("gesper", "name", True, 1)), HINTS, CHOSEN, LABELS)
    assert alone["tool named"] == alone["tool named like a proper name"] == 1.0
    assert "another tool named" not in alone
    both = traits(finding(Named("gesper", "name", True, 1), Named("twice", "alias", False, 1)), HINTS, CHOSEN, LABELS)
    assert both["another tool named"] == 1.0
    quoted = traits(finding(Named("gesper", "name", True, 2)), HINTS, CHOSEN, LABELS)
    assert quoted["no tool named, one chosen"] == 1.0


def test_the_traits_hold_the_chosen_labels_and_their_odds() -> None:
    told = traits(finding(), HINTS, CHOSEN, LABELS)
    assert told["motif acces"] == told["scope in"] == told["email"] == 1.0
    assert told["motif"] > told["tool"] > told["all"]
    assert joint(CHOSEN) == pytest.approx(0.684)
