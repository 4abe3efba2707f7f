"""Proposals of duplicates and similar cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.concepts import Concepts
from classify.similar import Likeness, Proposal, Seen, Why, file_numbers, propose, symptoms

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)
CONCEPTS = Concepts.load()


def seen(identity: int, hours: float = 0, text: str = "", **more: str) -> Seen:
    said = {"person": f"p{identity}", "tool": "notice", "motif": "incident"} | more
    return Seen(
        identity, NOON + timedelta(hours=hours), **said, files=file_numbers(text), symptoms=symptoms(text, CONCEPTS)
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Dossier 2026/12345 svp", {"2026/12345"}),
        ("F0510/92094/PU3/2026.0012 et rien", {"F0510/92094/PU3/2026.0012"}),
        ("pe-2026-00714 bloqué", {"PE-2026-00714"}),
        ("le 12/05/2026 à 10h", set()),
        ("au 081/00.12.34, NN 85.07.30-033.28", set()),
        ("version 10.0.19045 et 192.168.10.25", set()),
        ("MPA-26-00412", set()),
    ],
)
def test_file_numbers_are_told_from_dates_and_telephones(text: str, numbers: set[str]) -> None:
    assert file_numbers(text, "MPA") == numbers


def test_the_same_symptom_in_another_language_is_the_same() -> None:
    french = "Je ne peux plus me connecter, il y a une erreur."
    dutch = "Aanmelden lukt niet, altijd een foutmelding."
    assert symptoms(french, CONCEPTS) & symptoms(dutch, CONCEPTS) >= {"login", "error"}


def test_the_same_person_with_the_same_thing_within_two_days_is_a_duplicate() -> None:
    again = seen(2, 30, person="p1")
    assert propose(seen(1), [again]) == [Proposal(2, Likeness.DUPLICATE, Why.SENDER)]
    assert propose(seen(1), [seen(2, 60, person="p1")]) == [Proposal(2, Likeness.SIMILAR, Why.SENDER)]
    assert propose(seen(1), [seen(2, 30, person="p1", tool="gesper")]) == []


def test_one_file_ties_cases_of_two_people() -> None:
    text = "Le dossier 2026/12345 manque"
    assert propose(seen(1, text=text), [seen(2, 200, text=text)]) == [Proposal(2, Likeness.SIMILAR, Why.FILE_NUMBER)]


def test_one_trouble_within_hours_ties_incidents_of_one_tool() -> None:
    here = seen(1, text="Impossible de se connecter, erreur")
    assert propose(here, [seen(2, 3, text="Une erreur quand je me connecte")])[0].why is Why.SYMPTOM
    assert propose(here, [seen(2, 30, text="Une erreur quand je me connecte")]) == []
    assert propose(here, [seen(2, 3, text="La signature est lente")]) == []
    question = seen(1, text="erreur de connexion ?", motif="acces")
    assert propose(question, [seen(2, 3, text="erreur de connexion", motif="acces")]) == []


def test_duplicates_come_first_then_the_closest() -> None:
    text = "erreur pour me connecter"
    others = [seen(2, 5, text=text), seen(3, 1, text=text), seen(4, 20, person="p1"), seen(1)]
    assert [one.identity for one in propose(seen(1, text=text), others)] == [4, 3, 2]


@given(st.text(max_size=300))
def test_any_text_has_file_numbers_or_none(text: str) -> None:
    assert all(sum(map(str.isdigit, number)) >= 6 for number in file_numbers(text))
