"""The dashboard and the review in a real browser: WCAG 2.2 AA, at a desk and on a phone, in both colours."""

from pathlib import Path
from typing import Any

import pytest

from app import holidays
from cases.profile import Profile
from desk.dashboard import paper
from desk.pages import Pages
from desk.service import Service
from store.tx import Store
from tests.desk.accessible import assert_accessible_everywhere
from tests.desk.conftest import SIGNER
from tests.desk.dashboard.test_routes import LATER, fill
from tests.desk.dashboard.values import made
from tests.desk.running import running
from tests.desk.signed import enter
from tests.ingest.voice.phone import Telephone
from tests.ingest.voice.test_calls import call

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.timeout(120)]


def test_the_dashboard_is_for_everybody(page: Any, sqlite_store: Store, profile: Profile) -> None:
    fill(sqlite_store, profile, 3)
    call(Telephone(sqlite_store, profile), "answered")
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    with running(Service(sqlite_store, profile, SIGNER, None, lambda: LATER, calendars)) as address:
        cookies = [{"name": name, "value": value, "url": address} for name, value in enter(sqlite_store).items()]
        page.context.add_cookies([one for one in cookies if not one["name"].startswith("__Host-")])
        page.goto(f"{address}/desk/dashboard?period=week")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.locator("svg.picture").count() >= 4
        assert_accessible_everywhere(page)


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_the_review_is_for_everybody(page: Any, profile: Profile, tmp_path: Path, lang: str) -> None:
    file = tmp_path / "review.html"
    file.write_text(paper.html(Pages(profile), lang, made()), encoding="utf-8")
    page.goto(file.as_uri())
    assert_accessible_everywhere(page)
