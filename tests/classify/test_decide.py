from dataclasses import replace

import pytest

from cases.event import Channel, Tags
from cases.profile import Profile
from classify.decide import Thresholds, decide
from classify.finding import Finding
from classify.rules import Hints

SURE = Finding(
    scores={
        "motif": {
            "acces": 0.96,
            "assistance_fonctionnelle": 0.01,
            "demande_information": 0.01,
            "incident": 0.01,
            "transmission_information": 0.01,
        },
        "tool": {"aucun": 0.01, "gesper": 0.01, "mon_espace": 0.97, "notice": 0.01},
        "scope": {"in": 0.98, "spam": 0.01, "metier": 0.01},
        "lang": {"fr": 1.0},
        "urgency": {"1": 0.1, "2": 0.8, "3": 0.1},
        "impact": {"1": 0.0, "2": 0.1, "3": 0.9},
    },
    named=(),
    known=9,
    evidence=("mandat",),
)
WRITTEN = Hints(channel=Channel.EMAIL, words=30)


def tags(profile: Profile, finding: Finding = SURE, hints: Hints = WRITTEN) -> Tags:
    return decide(finding, hints, profile, Thresholds(accept=0.9), "fr")


def with_motifs(**motifs: float) -> Finding:
    return replace(SURE, scores={**SURE.scores, "motif": dict.fromkeys(SURE.scores["motif"], 0.0) | motifs})


def test_a_sure_written_message_is_accepted(profile: Profile) -> None:
    said = tags(profile)
    assert (said.category, said.motif, said.tool, said.review, said.reason) == (
        "requete", "acces", "mon_espace", False, ""
    )  # fmt: skip


def test_a_possible_incident_is_seen_by_a_person(profile: Profile) -> None:
    said = tags(profile, with_motifs(acces=0.74, incident=0.26))
    assert said.review
    assert "possible_incident" in said.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"channel": Channel.PHONE}, "speech"), ({"words": 3}, "too_short")],
)
def test_speech_and_tiny_texts_are_never_accepted_alone(
    profile: Profile, change: dict[str, object], reason: str
) -> None:
    said = tags(profile, hints=replace(WRITTEN, **change))  # type: ignore[arg-type]
    assert said.review
    assert reason in said.reason


def test_a_text_of_unknown_words_is_not_trusted(profile: Profile) -> None:
    assert "unknown_words" in tags(profile, replace(SURE, known=1)).reason


def test_motifs_are_summed_to_their_category(profile: Profile) -> None:
    split = with_motifs(acces=0.3, demande_information=0.28, transmission_information=0.42)
    assert (tags(profile, split).category, tags(profile, split).motif) == ("requete", "acces")


def test_the_category_follows_the_mapping_of_the_profile(profile: Profile) -> None:
    elsewhere = tuple(replace(motif, category="information") for motif in profile.motifs)
    assert tags(replace(profile, motifs=elsewhere)).category == "information"


def test_a_motif_that_the_profile_does_not_know_is_for_a_person(profile: Profile) -> None:
    said = tags(replace(profile, motifs=()))
    assert said.review
    assert "unknown_motif" in said.reason


def test_a_tool_named_beyond_doubt_wins_over_a_close_call(profile: Profile) -> None:
    close = replace(SURE, scores={**SURE.scores, "tool": {"mon_espace": 0.5, "gesper": 0.4, "aucun": 0.1}})
    assert tags(profile, close, replace(WRITTEN, tool="gesper")).tool == "gesper"


def test_the_wrong_helpdesk_has_no_tool(profile: Profile) -> None:
    spam = replace(SURE, scores={**SURE.scores, "scope": {"in": 0.05, "spam": 0.95}})
    said = tags(profile, spam)
    assert (said.scope, said.tool, said.motif) == ("spam", "aucun", "transmission_information")


def test_a_right_about_to_lapse_is_most_urgent(profile: Profile) -> None:
    assert tags(profile).urgency == 2
    found = tags(profile, hints=replace(WRITTEN, lapsing="avant demain"))
    assert (found.urgency, found.cues) == (1, {"lapsing": "avant demain"})
