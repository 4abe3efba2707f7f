"""Callbacks on their page: who is to be called, a try that somebody made, and what it led to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.case import EntryKind
from cases.profile import Profile
from cases.secondlevel import Role
from ingest.voice.numbers import written
from store.tables import callback
from store.tx import Store
from tests.desk.conftest import ORIGIN, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import counted, said
from tests.desk.test_statements import called
from tests.ingest.conftest import NOW, Road
from tests.mails import mail

PAGE = "/desk/phone/callbacks"


@pytest.fixture
def browser(store: Store, profile: Profile) -> Iterator[TestClient]:
    """A desk without a demonstration, at a moment when the line is open."""
    service = replace(serving(store, profile, None), clock=lambda: NOW)  # type: ignore[arg-type]
    pages = application(service, bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, store) as client:
        yield client


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


def asked(road: Road, number: str = "+32470001234") -> Any:
    """A callback that is due now; its row."""
    [row] = road.take_in(mail(message_id=f"<{number}@example.org>", sender=f"p{number[-1]}@example.org"))
    called(road.store, int(number[-4:]), row.case_id)
    with road.store.transaction("test") as tx:
        [call] = tx.calls.of_case(row.case_id)
        moments = {"arrived_at": NOW, "promised_by": NOW + timedelta(days=1), "call_at": NOW}
        words = {"number": number, "tool": "notice", "line": "1718", "lang": "fr", "slot": "soon"}
        tx.connection.execute(callback.insert(), {"call_id": call.id, "case_id": row.case_id, **words, **moments})
    return the(road, number)


def the(road: Road, number: str = "+32470001234") -> Any:
    with road.store.reading() as tx:
        mine = callback.select().where(callback.c.number == number)
        return tx.connection.execute(mine).one()


def note(browser: TestClient, row: Any, **fields: str) -> Any:
    return browser.post(f"{PAGE}/{row.id}", data=fields, headers=ORIGIN)


def told(road: Road, row: Any) -> list[dict[str, Any]]:
    entries = road.read(lambda tx: tx.cases.entries(row.case_id))
    return [one.data for one in entries if one.kind == EntryKind.CALLBACK]


def test_who_is_to_be_called_is_there_with_the_tries(road: Road, browser: TestClient) -> None:
    assert said("callbacks.none") in browser.get(PAGE).text
    row = asked(road)
    page = browser.get(PAGE).text
    assert written(row.number) in page
    assert "0 tentative" in page


def test_a_person_who_was_reached_is_done_with(road: Road, browser: TestClient) -> None:
    row = asked(road)
    page = note(browser, row, outcome="reached", text="Tout est réglé").text
    assert said("callbacks.noted") in page
    assert said("callbacks.became.reached") in page
    assert (the(road).open, the(road).outcome, the(road).tries) == (False, "reached", 1)
    [line] = told(road, row)
    assert (line["step"], line["by"], line["said"]) == ("reached", "Thomas Gérard", "Tout est réglé")


def test_nobody_answered_and_the_next_try_is_by_rule_or_as_one_says(road: Road, browser: TestClient) -> None:
    row = asked(road)
    note(browser, row, outcome="no-answer")
    assert (the(road).open, the(road).call_at) == (True, NOW + timedelta(hours=2))
    note(browser, row, outcome="message", again="2026-04-02T10:30")
    wished = datetime(2026, 4, 2, 8, 30, tzinfo=NOW.tzinfo)
    assert (the(road).tries, the(road).call_at, the(road).outcome) == (2, wished, "message")
    assert said("callback.outcome.message") in browser.get(PAGE).text


def test_after_the_third_try_it_is_given_up(road: Road, browser: TestClient) -> None:
    row = asked(road)
    for _ in range(3):
        note(browser, row, outcome="busy")
    assert (the(road).open, the(road).outcome) == (False, "unreached")
    assert said("callbacks.gone") in note(browser, row, outcome="reached").text
    assert the(road).tries == 3


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "Je rappelle"}, "outcome"),
        ({"outcome": "drop table"}, "outcome"),
        ({"outcome": "busy", "again": "yesterday"}, "again"),
        ({"outcome": "busy", "again": "2020-01-01T10:00"}, "again"),
        ({"outcome": "busy", "again": "2206-01-01T10:00"}, "again"),
        ({"outcome": "busy", "again": "9999-12-31T23:59"}, "again"),
        ({"outcome": "busy", "again": "0001-01-01T00:00"}, "again"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    road: Road, browser: TestClient, fields: dict[str, str], wrong: str
) -> None:
    row = asked(road)
    answer = note(browser, row, **{"text": "Un mot", **fields})
    assert answer.status_code == 422
    assert said(f"callbacks.wrong.{wrong}") in answer.text
    assert f'value="{fields.get("text", "Un mot")}"' in answer.text
    assert the(road).tries == 0


def test_an_auditor_looks_and_notes_nothing(road: Road, browser: TestClient, store: Store) -> None:
    row = asked(road)
    with browsing(browser.app, store, "alice", Role.AUDITOR) as auditor:  # type: ignore[arg-type]
        assert said("callbacks.note") not in auditor.get(PAGE).text
        assert note(auditor, row, outcome="reached").status_code == 403


def test_more_callbacks_take_no_more_statements(road: Road, browser: TestClient) -> None:
    def statements() -> int:
        with counted(road.store) as found:
            assert browser.get(PAGE).status_code == 200
        return len(found)

    asked(road)
    before = statements()
    for number in ("+32470001235", "+32470001236", "+32470001237"):
        asked(road, number)
    assert statements() == before
