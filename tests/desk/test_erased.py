"""What the pages show of what was erased: that it was, when and why, and nothing else; no page breaks."""

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from store.tx import Store
from store.wiping import Wiping
from tests.desk.test_routes_files import with_file
from tests.ingest.conftest import Road
from tests.store.installation import fill


@pytest.fixture
def road(sqlite_store: Store, profile: Profile) -> Road:
    return Road(sqlite_store, profile)


def test_a_mail_whose_bytes_are_gone_says_when_and_can_be_read(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(with_file("plan.html"))
    with road.store.transaction("test.wipe") as tx:
        Wiping(tx.connection, road.now, 365).raw_of_messages([row.id])
    page = browser.get(f"/desk/messages/{row.id}", headers={"accept-language": "fr"}).text
    assert "effacé le" in page
    assert "365 jours" in page
    assert "Voici." in page
    assert f"/desk/messages/{row.id}/raw" not in page
    index = row.content["attachments"][0]["index"]
    for gone in ("raw", f"files/{index}"):
        assert browser.get(f"/desk/messages/{row.id}/{gone}").status_code == 404


def test_the_pages_of_a_case_that_was_wiped_show_nobody(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(with_file("plan.html"))
    number = road.case(row).number
    with road.store.transaction("test.wipe") as tx:
        Wiping(tx.connection, road.now).cases([row.case_id])
    for path in (f"/desk/cases/{number}", f"/desk/messages/{row.id}", "/desk", f"/desk/cases?q={number}"):
        answer = browser.get(path)
        assert answer.status_code in (200, 404), path
        assert "jeanne" not in answer.text
    assert browser.get(f"/desk/cases/{number}").status_code == 200


def test_every_page_of_a_whole_installation_that_was_wiped_is_shown(sqlite_store: Store, browser: TestClient) -> None:
    work = fill(sqlite_store)
    with sqlite_store.reading() as tx:
        cases = tx.cases.latest(limit=1_000)
    with sqlite_store.transaction("test.wipe") as tx:
        Wiping(tx.connection, work.now).cases([one.id for one in cases])
    for one in cases:
        assert browser.get(f"/desk/cases/{one.number}").status_code == 200
