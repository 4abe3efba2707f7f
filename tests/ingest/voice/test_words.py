"""What a voice says of digits, waits and openings."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.words import number, opening, tokens, wait
from tests.ingest.voice.walks import BRUSSELS

FRIDAY = datetime(2026, 3, 27, 18, 0, tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("at", "lang", "said"),
    [
        ("2026-03-30T08:30", "fr", "lundi à 8 h 30"),
        ("2026-03-30T08:30", "de", "am Montag um 8 Uhr 30"),
        ("2026-03-30T08:30", "nl", "maandag om 8 uur 30"),
        ("2026-03-30T08:30", "en", "on Monday at 8:30 a.m."),
        ("2026-03-27T20:00", "fr", "aujourd'hui à 20 heures"),
        ("2026-03-27T20:00", "de", "heute um 20 Uhr"),
        ("2026-03-27T20:05", "en", "today at 8:05 p.m."),
        ("2026-03-28T13:00", "fr", "demain, samedi à 13 heures"),
        ("2026-03-28T12:00", "en", "tomorrow, Saturday at 12 p.m."),
        ("2026-04-07T08:30", "fr", "mardi 7 avril à 8 h 30"),
        ("2026-04-07T08:30", "de", "am Dienstag, den 7. April um 8 Uhr 30"),
        ("2026-04-07T14:00", "nl", "dinsdag 7 april om 14 uur"),
    ],
)
def test_an_opening_is_said_as_people_say_it(at: str, lang: str, said: str) -> None:
    assert opening(datetime.fromisoformat(at).replace(tzinfo=BRUSSELS), FRIDAY, lang) == said


def test_an_opening_is_said_in_local_time() -> None:
    assert opening(datetime(2026, 3, 30, 6, 30, tzinfo=UTC), FRIDAY, "fr") == "lundi à 8 h 30"


def test_where_no_opening_is_known_none_is_named() -> None:
    assert opening(None, FRIDAY, "nl") == "binnenkort"


@pytest.mark.parametrize(
    ("seconds", "lang", "said"),
    [
        (0, "fr", "environ une minute"),
        (60, "fr", "environ une minute"),
        (61, "de", "etwa 2 Minuten"),
        (1800, "nl", "ongeveer 30 minuten"),
        (1801, "en", "more than thirty minutes"),
    ],
)
def test_a_wait_is_rounded_up(seconds: int, lang: str, said: str) -> None:
    assert wait(seconds, lang) == said


def test_a_number_is_said_digit_by_digit_in_its_groups() -> None:
    assert number("+3281001234", "BE") == "0 8 1, 0 0, 1 2, 3 4"


@given(st.text())
def test_words_are_folded(text: str) -> None:
    assert tokens(text) == tokens(text.upper()) or any(letter.upper().lower() != letter.lower() for letter in text)
    assert all(word.isascii() and word.isalnum() for word in tokens(text))


def test_accents_case_and_punctuation_do_not_count() -> None:
    assert tokens("L'Œuvre, ÉTÉ: Straße!") == ("l", "oeuvre", "ete", "strasse")
