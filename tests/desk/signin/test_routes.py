"""Signing in, staying, signing out."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from desk.access import digest
from store.tx import Store
from tests.desk.signed import NOW
from tests.desk.signin.signing import EMAIL, PUBLIC, WORDS, Clock, actions, enter


def test_with_the_password_one_is_signed_in_and_goes_on(client: TestClient, store: Store) -> None:
    assert client.get("/desk/day").headers["location"] == "/desk/sign-in?next=%2Fdesk%2Fday"
    answer = client.post("/desk/sign-in", data={"email": " Nora@Example.org", "password": WORDS, "next": "/desk/day"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/day")
    page = client.get("/desk/day")
    assert page.status_code == 200
    assert "Nora Delvaux" in page.text
    assert actions(store) == ["signed-in"]


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "quatre mots et un chien"), ("nobody@example.org", WORDS), ("", ""), (EMAIL, "")]
)
def test_what_is_wrong_is_not_told(client: TestClient, store: Store, email: str, password: str) -> None:
    answer = client.post("/desk/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert "session" not in client.cookies
    assert actions(store) == ["not-signed-in"]


def test_a_disabled_account_is_refused_at_once(client: TestClient, store: Store) -> None:
    assert enter(client) == 303
    with store.transaction("tests") as tx:
        tx.accounts.change("nora", disabled_at=NOW)
    assert client.get("/desk/day").status_code == 303
    assert enter(client) == 422


def test_a_session_is_a_new_one_each_time_and_kept_as_a_digest(client: TestClient, store: Store) -> None:
    client.cookies.set("session", "laid there by somebody else")
    assert enter(client) == 303
    first = client.cookies.get("session", domain="127.0.0.1") or client.cookies["session"]
    with store.reading() as tx:
        [row] = tx.accounts.sessions("nora", NOW)
    assert row.digest == digest(first)
    assert len(first) >= 43
    assert enter(client) == 303
    with store.reading() as tx:
        assert [digest(first)] != [one.digest for one in tx.accounts.sessions("nora", NOW)]


def test_cookies_are_for_this_host_and_over_https_say_so(pages: FastAPI, client: TestClient) -> None:
    plain = client.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS}).headers.get_list("set-cookie")
    assert any(one.startswith("session=") and "HttpOnly" in one and "SameSite=lax" in one for one in plain)
    with TestClient(pages, base_url=PUBLIC, headers={"origin": PUBLIC}, follow_redirects=False) as outside:
        sent = outside.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS}).headers.get_list("set-cookie")
        [session] = [one for one in sent if one.startswith("__Host-session=")]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(session.split("; "))
        assert "Domain" not in session
        assert outside.get("/desk/day").status_code == 200


@pytest.mark.parametrize(
    "to", ["https://evil.example.org", "//evil.example.org", "/\\evil", "/a\nb", "desk", "/desk/sign-out"]
)
def test_nobody_is_sent_elsewhere(client: TestClient, to: str) -> None:
    answer = client.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS, "next": to})
    assert answer.headers["location"] == "/desk"


def test_a_session_ends_after_two_idle_hours(client: TestClient, clock: Clock) -> None:
    enter(client)
    for _ in range(3):
        clock.later(hours=1.9)
        assert client.get("/desk/day").status_code == 200
    clock.later(hours=2)
    assert client.get("/desk/day").status_code == 303


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(client: TestClient, clock: Clock) -> None:
    enter(client)
    for _ in range(2):
        clock.later(hours=1)
        answer = client.get("/desk/day", headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 401


def test_a_session_ends_after_twelve_hours_unless_somebody_stays(client: TestClient, clock: Clock) -> None:
    enter(client)
    for _ in range(7):
        clock.later(minutes=102)
        client.get("/desk/day")
    for _ in range(12):
        answer = client.post("/desk/stay", headers={"sec-fetch-mode": "cors"})
        assert answer.json() == {"left": 3600}
        clock.later(minutes=57)
    assert client.post("/desk/stay", headers={"sec-fetch-mode": "cors"}).json()["left"] < 3600
    clock.later(hours=1)
    assert client.get("/desk/day").status_code == 303


def test_the_end_is_announced(client: TestClient, clock: Clock) -> None:
    enter(client)
    assert 'data-left="7200" hidden' in client.get("/desk/day").text
    for _ in range(7):
        clock.later(minutes=100)
        client.get("/desk/day")
    clock.later(minutes=16)
    assert 'data-left="240">' in client.get("/desk/day").text
    assert client.post("/desk/stay", data={"next": "/desk/day"}).headers["location"] == "/desk/day"
    assert 'data-left="3600" hidden' in client.get("/desk/day").text


def test_signing_out_ends_the_session_itself(client: TestClient, store: Store) -> None:
    enter(client)
    kept = client.cookies["session"]
    assert client.post("/desk/sign-out").headers["location"] == "/desk/sign-in?out=1"
    client.cookies.set("session", kept)
    assert client.get("/desk/day").status_code == 303
    assert "You are signed out" in client.get("/desk/sign-in?out=1").text
    assert actions(store) == ["signed-in", "signed-out"]


def test_the_demonstrations_link_works_as_often_as_one_likes_and_here_alone(pages: FastAPI, client: TestClient) -> None:
    for _ in range(2):
        assert client.get("/desk/sign-in/demo/key").headers["location"] == "/desk"
        assert "Thomas" in client.get("/desk/day").text
    assert client.get("/desk/sign-in/demo/other").status_code == 404
    with TestClient(pages, base_url=PUBLIC) as outside:
        assert outside.get("/desk/sign-in/demo/key").status_code == 404
