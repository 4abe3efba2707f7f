"""A simulated year replays to the same figures: on both databases, from a copy, and from what was kept of its days."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import holidays
from bench.lived import live
from cases.profile import Profile
from classify.golden import golden_set
from desk.dashboard.plain import plain
from desk.dashboard.reckoning import Reckoning, each
from desk.dashboard.reviewing import Reviewing
from desk.period import Kind, Period
from store import copy, schema
from store.engine import open_engine
from store.tx import Store
from tests.docs.tables import rows
from tests.profiles import shipped
from tests.servers.installed import missing

CASES = int(os.environ.get("YEAR_CASES", "1200"))
"""20,000 take minutes: docs/figures.md has what came of them."""
SEED = 7
NOW = datetime(2028, 6, 1, tzinfo=UTC)
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
MONTHS = [Period.around(Kind.MONTH, date(2027, month, 1)) for month in range(1, 13)]

Reviews = list[dict[str, Any]]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return shipped()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a SQLite database with the year."""
    url = f"sqlite:///{tmp_path_factory.mktemp('lived') / 'year.db'}"
    fill(url)
    yield url
    Path(url.removeprefix("sqlite:///")).unlink()


def fill(url: str) -> None:
    engine = open_engine(url)
    schema.upgrade(engine)
    live(Store(engine), golden_set(), SEED, CASES)
    engine.dispose()


def reckoning(url: str, profile: Profile, now: datetime = NOW) -> Reckoning:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    return Reckoning(Store(open_engine(url)), profile, calendars, lambda: now)


def reviews(counts: Reckoning, *, anew: bool = True) -> Reviews:
    return [plain(Reviewing(counts).review(month, anew=anew)) for month in MONTHS]


@pytest.fixture(scope="module")
def expected(lived: str, profile: Profile) -> Reviews:
    return reviews(reckoning(lived, profile))


@pytest.mark.slow
def test_the_year_is_worth_reading(expected: Reviews) -> None:
    """Every month has each service level, and every table has something in it."""
    assert [one["missing"] for one in expected] == [["no_earlier"], *[[]] * 11]
    assert all(level["whole"] > 0 for one in expected for level in one["levels"])
    received = sum(row["received"] for one in expected for row in one["tables"]["mailboxes"])
    assert received > CASES


@pytest.mark.slow
def test_it_says_the_same_at_any_later_time(lived: str, profile: Profile, expected: Reviews) -> None:
    """Once a month has settled, nothing that happened later is in its figures."""
    months = []
    for month in MONTHS:
        settled = month.window(reckoning(lived, profile).zone)[1] + timedelta(days=14)
        months.append(plain(Reviewing(reckoning(lived, profile, settled)).review(month, anew=True)))
    assert timeless(months) == timeless(expected)


@pytest.mark.slow
def test_every_count_is_documented(lived: str, profile: Profile) -> None:
    documented = [name for row in rows("figures.md", "count") for name in row["count"].replace("`", "").split(", ")]
    shapes = [re.compile(re.sub("[A-Z]+", ".*", name)) for name in documented]
    names = set().union(*reckoning(lived, profile).days(FIRST, FIRST + timedelta(days=90)).values())
    assert not sorted(name for name in names if not any(shape.fullmatch(name) for shape in shapes))


def timeless(found: Reviews) -> Reviews:
    return [{name: value for name, value in one.items() if name != "known_at"} for one in found]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.servers("postgres")
def test_it_says_the_same_on_the_other_database_and_from_a_copy(
    lived: str, profile: Profile, expected: Reviews, request: pytest.FixtureRequest
) -> None:
    assert not missing("postgres")
    with ExitStack() as databases:
        own, copied = (databases.enter_context(request.getfixturevalue("postgres").database()) for _ in range(2))
        engine = open_engine(own)
        live(Store(engine), golden_set(), SEED, CASES)
        engine.dispose()
        assert reviews(reckoning(own, profile)) == expected
        with copy.opened(lived, copied, "--to") as found:
            assert all(one.equal for one in found.run(lambda *_: None))
        assert reviews(reckoning(copied, profile)) == expected


@pytest.mark.slow
def test_it_says_the_same_of_what_was_kept_a_day_or_some_at_a_time(
    lived: str, profile: Profile, expected: Reviews
) -> None:
    counts = reckoning(lived, profile)
    days = each(FIRST - timedelta(days=62), LAST)
    for start in range(0, len(days), 11):
        counts.keep(days[start : start + 11], NOW)
    for day in days[100:120]:
        counts.keep([day], NOW)
    assert reviews(counts, anew=False) == expected
    with counts.store.transaction("test.forget") as tx:
        tx.days.forget()
