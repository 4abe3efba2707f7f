"""Deadlines are found in four languages, and a date that is none is not taken for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines import LONGEST, deadline

TODAY = date(2026, 3, 3)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Je dois introduire ma demande avant le 12 mars 2026.", "2026-03-12"),
        ("à rendre pour le 12/03, merci", "2026-03-12"),
        ("d'ici vendredi", "2026-03-06"),
        ("d’ici le 1er avril", "2026-04-01"),
        ("avant le jeudi 12 mars", "2026-03-12"),
        ("au plus tard le 5.3.2026", "2026-03-05"),
        ("L'échéance tombe le\n15 mars.", "2026-03-15"),
        ("Le délai de rigueur expire le 2026-03-31", "2026-03-31"),
        ("le 10 mars dernier délai", "2026-03-10"),
        ("Il me faut une réponse pour demain au plus tard", "2026-03-04"),
        ("avant ce soir", "2026-03-03"),
        ("dans les 48 heures", "2026-03-05"),
        ("sous huit jours, sinon sous 5 jours", "2026-03-08"),
        ("Mon permis expire dans 3 jours", "2026-03-06"),
        ("Wir brauchen das bis zum 12. März", "2026-03-12"),
        ("bis Freitag, den 6. März 2026", "2026-03-06"),
        ("bitte bis morgen", "2026-03-04"),
        ("Die Frist endet am 20.03.", "2026-03-20"),
        ("innerhalb von drei Tagen", "2026-03-06"),
        ("innerhalb der nächsten 24 Stunden", "2026-03-04"),
        ("Die Frist läuft in einer Woche ab", "2026-03-10"),
        ("spätestens übermorgen", "2026-03-05"),
        ("tegen 12 maart", "2026-03-12"),
        ("uiterlijk op vrijdag 13 maart", "2026-03-13"),
        ("De termijn loopt af op 31 maart", "2026-03-31"),
        ("binnen de 24 uur", "2026-03-04"),
        ("binnen twee weken", "2026-03-17"),
        ("vóór overmorgen", "2026-03-05"),
        ("We must file by 12 March", "2026-03-12"),
        ("The deadline is March 12th, 2026", "2026-03-12"),
        ("no later than Friday 17:00", "2026-03-06"),
        ("before tomorrow noon", "2026-03-04"),
        ("within two days", "2026-03-05"),
        ("within 36 hours", "2026-03-05"),
        ("due in 3 days", "2026-03-06"),
        ("It is due on 9/3, or at the latest 11/3", "2026-03-09"),
        ("avant le 1er mars, prolongé jusqu'au 20 mars", "2026-03-20"),
    ],
)
def test_a_deadline_is_found(text: str, day: str) -> None:
    assert deadline(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "J'ai introduit ma demande le 12 mars 2026.",
        "depuis le 12 mars",
        "seit dem 12. März, also vor 3 Tagen",
        "vor zwei Wochen",
        "sinds vrijdag",
        "Guten Morgen, am Freitag war alles gut",
        "since Friday, on 12 March",
        "I had tried in 3 days twice",
        "Je pars dans 3 jours",
        "avant le 12 février 2026",
        "avant le 31 février",
        "avant le 12 machins",
        "avant 12.03.14.2026 et 1/2/3/4",
        "by version 3.12.1",
        "Tel. 0470 00 12 34, avant 10:30",
        "before 99/99",
    ],
)
def test_no_deadline_is_made_up(text: str) -> None:
    assert deadline(text, TODAY) is None


def test_without_a_year_the_nearest_one_is_meant() -> None:
    assert deadline("avant le 5 janvier", date(2026, 12, 20)) == date(2027, 1, 5)
    assert deadline("avant le 5 janvier", TODAY) is None
    assert deadline("vor dem 29. Februar", date(2027, 12, 20)) == date(2028, 2, 29)


def test_a_deadline_of_today_still_counts() -> None:
    assert deadline("avant le 3 mars", TODAY) == TODAY


@given(
    st.text() | st.text(alphabet="avantbisby 0123456789/.-demainfreitag'"), st.dates(date(2000, 1, 1), date(2090, 1, 1))
)
def test_any_text_is_read(text: str, today: date) -> None:
    found = deadline(text, today)
    assert found is None or found >= today


@given(st.dates(date(2026, 3, 3), date(2099, 12, 31)), st.sampled_from(["avant le", "bis zum", "tegen", "by"]))
def test_a_date_is_read_however_it_is_written(day: date, cue: str) -> None:
    for written in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d %B %Y}"):
        assert deadline(f"{cue} {written} !", TODAY) == day


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["1", "1/", "avant le ", "the ", "frist ", "12 mar", "in 3 ", "\u0301a", "lundi "])
def test_no_text_takes_long(piece: str) -> None:
    deadline(piece * LONGEST, TODAY)
