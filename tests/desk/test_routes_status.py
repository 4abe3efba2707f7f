"""What the state of mailboxes, mail servers and second levels says, and to whom."""

from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.seconding import Wish
from cases.secondlevel import Role
from desk.service import Service
from store.tx import Store
from tests.desk.signed import BASE, browsing
from tests.desk.working import Work
from tests.mails import mail


def pages(store: Store, work: Work) -> FastAPI:
    desk = Service(store, work.profile, work.road.signer, clock=lambda: work.now)
    return application(desk, bind="127.0.0.1:8080", public_url=BASE)


def test_it_says_what_is_connected_and_how_it_fares(store: Store) -> None:
    work = Work(store)
    number = work.opened(mail("Hello\n", message_id="<1@example.org>"))
    work.desk.escalate(number, "marie", Wish(wording="NOTICe shows a blank page since Monday."))
    with store.transaction("test") as tx:
        tx.mailboxes.acquire("assistance", "me", work.now, timedelta(minutes=1))
        tx.mailboxes.failed("assistance", "jeanne@example.org may not log in", work.now)
    with browsing(pages(store, work), store, role=Role.AUDITOR) as client:
        answer = client.get("/desk/status")
    found = answer.json()
    [box] = [one for one in found["mailboxes"] if one["name"] == "assistance"]
    assert (answer.status_code, box["state"]) == (200, "failing")
    assert "jeanne@example.org" not in answer.text
    [server] = [one for one in found["mail_servers"] if one["mailbox"] == "assistance"]
    assert server["waiting"] >= 2
    assert server["today"]["pending"] == server["waiting"]
    [level] = found["second_levels"]
    assert (level["name"], level["open"], level["unanswered"]) == ("digital", 1, 1)
    assert found["held"]["inbound"] == 0


def test_nobody_else_is_told(sqlite_store: Store) -> None:
    with TestClient(pages(sqlite_store, Work(sqlite_store)), base_url=BASE) as stranger:
        answer = stranger.get("/desk/status", follow_redirects=False)
    assert answer.status_code == 303
