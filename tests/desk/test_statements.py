"""Each page takes as many statements for many rows as for few."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from store.tables import call
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.desk.test_routes import counted
from tests.ingest.conftest import NOW, Road
from tests.mails import mail

PATHS = (
    "/desk/messages/1",
    "/desk/phone?day=2026-03-24",
    "/desk/calls/new",
    "/desk/screen",
    "/desk/account",
    "/form",
    "/desk/sign-in",
)


@pytest.fixture
def road(sqlite_store: Store, profile: Profile) -> Road:
    return Road(sqlite_store, profile)


def called(store: Store, number: int, case_id: int) -> None:
    """A call that was answered."""
    ends = dict.fromkeys(("started_at", "queued_at", "answered_at", "ended_at"), NOW + timedelta(seconds=number))
    row = {"provider": "twilio", "call_sid": f"CA{number}", "line": "1718", "called": "1718", "caller_raw": "1718"}
    row |= {"lang": "fr", "tools": [], "state": {"node": "end", "ended": True}, "result": "answered"}
    with store.transaction("test.call") as tx:
        tx.connection.execute(call.insert(), row | ends | {"case_id": case_id})


def statements(store: Store, browser: TestClient, path: str) -> int:
    with counted(store) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def test_more_rows_take_no_more_statements(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    case = road.case(row)
    called(road.store, 0, case.id)
    track = f"/track/{SIGNER.tracking_token(case.id)}"
    browser.post(track, data={"address": case.requester}, headers=ORIGIN)
    ticked = {"do": "take", "case": [f"{case.number}:{case.version}"]}
    done = str(browser.post("/desk/bulk/run", data=ticked, headers=ORIGIN).url.path)
    paths = [*PATHS, track, done]

    before = {path: statements(road.store, browser, path) for path in paths}
    road.take_in(*(mail(message_id=f"<s{n}@example.org>", References="<m1@example.org>") for n in range(10)))
    rows: list[Any] = road.take_in(
        *(mail(message_id=f"<t{n}@example.org>", sender=f"p{n}@example.org") for n in range(10))
    )
    for number, one in enumerate(rows, 1):
        called(road.store, number, one.case_id)
    assert {path: statements(road.store, browser, path) for path in paths} == before
    assert max(before.values()) <= 12
