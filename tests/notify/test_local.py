from datetime import UTC, date, datetime

import pytest

from notify.local import day, language, moment

ZONE = "Europe/Brussels"


@pytest.mark.parametrize(
    ("lang", "hour", "minute"),
    [
        ("fr", "mardi 24 novembre 2026 à 16 h", "mardi 24 novembre 2026 à 16 h 05"),
        ("de", "Dienstag, 24. November 2026, 16 Uhr", "Dienstag, 24. November 2026, 16.05 Uhr"),
        ("nl", "dinsdag 24 november 2026 om 16 uur", "dinsdag 24 november 2026 om 16.05 uur"),
        ("en", "Tuesday 24 November 2026 at 16:00", "Tuesday 24 November 2026 at 16:05"),
        ("it", "martedì 24 novembre 2026, 16:00", "martedì 24 novembre 2026, 16:05"),
    ],
)
def test_a_moment_in_the_words_of_a_language(lang: str, hour: str, minute: str) -> None:
    assert moment(datetime(2026, 11, 24, 15, 0, 59, tzinfo=UTC), lang, ZONE) == hour
    assert moment(datetime(2026, 11, 24, 15, 5, tzinfo=UTC), lang, ZONE) == minute


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "dimanche 29 mars 2026 à 1 h 59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "dimanche 29 mars 2026 à 3 h"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "vendredi 1er janvier 2027 à 0 h 30"),
    ],
)
def test_the_hour_is_that_on_the_wall_of_the_service(at: datetime, said: str) -> None:
    assert moment(at, "fr", ZONE) == said


def test_the_first_of_a_month_is_an_ordinal_in_french_alone() -> None:
    first = date(2026, 12, 1)
    assert [day(first, lang) for lang in ("fr", "de", "nl", "en")] == [
        "mardi 1er décembre 2026",
        "Dienstag, 1. Dezember 2026",
        "dinsdag 1 december 2026",
        "Tuesday 1 December 2026",
    ]


def test_the_name_of_a_language() -> None:
    assert [language("de", lang) for lang in ("fr", "de", "nl", "en")] == ["allemand", "Deutsch", "Duits", "German"]
    assert language("qq", "fr") == "qq"
    assert language("nonsense!", "fr") == "nonsense!"
