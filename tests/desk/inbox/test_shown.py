"""The badges of a row: working time in words, less than none once it is overdue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.profile import Profile
from desk.inbox.shown import Shown, spoken
from desk.words import LANGUAGES, Words
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving

MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)  # 10:00 in Brussels, on a working day


def words(lang: str = "fr") -> Words:
    return Words(lang, ZoneInfo("Europe/Brussels"))


@pytest.fixture
def shown(sqlite_store: Store, profile: Profile) -> Shown:
    service = replace(serving(sqlite_store, profile, QuietDemo()), clock=lambda: MONDAY)
    return Shown(service, words())


def case(**columns: Any) -> Any:
    due = dict.fromkeys(("response_due_at", "resolution_due_at", "n2_due_at", "closed_at"))
    return SimpleNamespace(**{"status": "open", "source": "assistance", **due, **columns})


def test_the_clock_that_runs_out_next_is_shown(shown: Shown) -> None:
    soon, late = MONDAY + timedelta(minutes=50), MONDAY + timedelta(days=2)
    badge = shown.clock(case(response_due_at=late, resolution_due_at=soon))
    assert badge is not None
    assert (badge.text, badge.kind, badge.at) == ("Solution : reste 50 min", "", soon)


def test_nights_and_weekends_do_not_count(shown: Shown) -> None:
    badge = shown.clock(case(response_due_at=MONDAY - timedelta(days=2)))
    assert badge is not None
    assert badge.kind == "bad"
    assert "dépassée" in badge.text
    friday = shown.clock(case(response_due_at=datetime(2026, 3, 20, 15, 0, tzinfo=UTC)))
    assert friday is not None
    assert int(friday.text.split(" h ")[0].removeprefix("dépassée de ")) < 10


def test_what_does_not_run_is_said(shown: Shown) -> None:
    waiting, closed = shown.clock(case(status="waiting")), shown.clock(case(status="closed", closed_at=MONDAY))
    assert (waiting and waiting.text, closed and closed.text) == ("En pause", "Clos")
    assert shown.clock(case()) is None


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (59, "59 min"), (125, "2 h 05"), (-40, "40 min"), (660, "11 h")]
)
def test_time_in_words(minutes: int, said: str) -> None:
    assert spoken(words(), timedelta(minutes=minutes)) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_time_in_words_of_every_language(lang: str) -> None:
    assert all(spoken(words(lang), timedelta(minutes=minutes)) for minutes in (5, 70, 900))


def test_how_sure_the_model_was_is_never_all(shown: Shown) -> None:
    one = case(category="requete", review=False, tags={"confidence": {"motif": 1.0}})
    assert shown.category(one, "Requête").text == "Requête 99 %"
    assert shown.category(case(category="requete", review=True, tags={}), "Requête").shape == "look"


def test_who_checked_the_tags_is_said_in_place_of_a_percentage(shown: Shown) -> None:
    tags = {"confidence": {"motif": 0.62}, "checked_by": "thomas"}
    assert shown.category(case(category="requete", review=False, tags=tags), "Requête").text == (
        "Requête, par Thomas Gérard"
    )
    tags["checked_by"] = ""
    assert shown.category(case(category="requete", review=False, tags=tags), "Requête").text == "Requête 62 %"
