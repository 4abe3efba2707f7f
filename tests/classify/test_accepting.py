from dataclasses import replace

import numpy as np
import pytest

from cases.event import Channel
from cases.profile import Profile
from classify.classifier import Seen
from classify.confidence import BIAS, together
from classify.dataset import Labelled, labelled
from classify.finding import Finding
from classify.linear import Pool
from classify.rules import Hints
from classify.select import Reading

pytest.importorskip("scipy")
from classify.accepting import repooled, weigh

TASKS = {"motif": ("acces", "demande_information"), "tool": ("aucun", "gesper"), "scope": ("in", "metier")}
POOL = Pool({"words": 1.0}, (0.0, 0.0))
POOLS = dict.fromkeys(TASKS, POOL)


def seen(sure: float, quoted: str = "") -> Seen:
    scores = {task: dict(zip(labels, (sure, 1 - sure), strict=True)) for task, labels in TASKS.items()}
    finding = Finding(
        scores={**scores, "lang": {"fr": 1.0}},
        named=(),
        known=9,
        evidence=(),
        members={task: {"words": one} for task, one in scores.items()},
    )
    return Seen(Reading(Channel.EMAIL, "", "corps", quoted), finding, Hints(channel=Channel.EMAIL, words=9), "fr")


def row(motif: str) -> Labelled:
    return labelled({"id": "x1", "lang": "fr", "motif": motif, "tool": "aucun", "scope": "in"})


def test_who_was_right_when_sure_is_believed_when_sure(profile: Profile) -> None:
    right = [(row("acces"), seen(sure)) for sure in np.linspace(0.8, 0.99, 60)]
    wrong = [(row("demande_information"), seen(sure)) for sure in np.linspace(0.5, 0.75, 60)]
    weights = weigh([*right, *wrong], profile, TASKS, POOLS)
    assert together(weights, {"all": 4.0, "motif": 4.0}) > together(weights, {"all": -1.0, "motif": 0.2})
    assert set(weights) > {BIAS, "all", "motif", "tool spread"}


def test_nothing_is_learnt_where_all_are_right(profile: Profile) -> None:
    assert weigh([(row("acces"), seen(0.9))] * 5, profile, TASKS, POOLS) == {}


def test_speech_teaches_nothing(profile: Profile) -> None:
    spoken = replace(seen(0.9), hints=Hints(channel=Channel.PHONE, words=9))
    assert weigh([(row("acces"), seen(0.9)), (row("demande_information"), spoken)], profile, TASKS, POOLS) == {}


def test_the_members_are_pooled_anew_but_for_the_tool_of_a_reply() -> None:
    shifted = {**POOLS, "motif": Pool({"words": 1.0}, (0.0, 2.0)), "tool": Pool({"words": 1.0}, (0.0, 2.0))}
    new, reply = repooled([seen(0.6), seen(0.6, "> cité")], TASKS, shifted)
    assert new.scores["motif"]["acces"] < 0.6
    assert new.scores["tool"]["aucun"] == pytest.approx(0.6 / (0.6 + 0.4 * np.exp(2)))
    assert reply.scores["tool"] == {"aucun": 0.6, "gesper": 0.4}
