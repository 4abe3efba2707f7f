"""Who may ask: a token that is good, a role that may, not too often, and what is asked in a way that can be read."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cases.secondlevel import Role
from desk.api import entering
from desk.api.problems import KINDS
from desk.api.road import LARGEST_BODY
from desk.api.rules import RULES
from desk.rules import ROLES
from store.tx import Store
from tests.desk.api.programs import NOW, add_program, calling, problem
from tests.desk.signed import BASE, enter
from tests.desk.working import Work

FILLED = {"{number}": "MPA-26-00001", "{place}": "1", "{key}": "0" * 64}


def ask(client: TestClient, rule: str) -> Any:
    method, _, path = rule.partition(" ")
    for blank, value in FILLED.items():
        path = path.replace(blank, value)
    return client.request(method, path)


@pytest.fixture
def stranger(pages: FastAPI) -> TestClient:
    return TestClient(pages, base_url=f"{BASE}/api/v1")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def test_each_route_has_its_rule_and_each_rule_its_route(pages: FastAPI) -> None:
    [mounted] = [one.app for one in pages.routes if getattr(one, "name", "") == "api"]
    assert sorted(f"{method} {one.path}" for one in mounted.routes for method in one.methods) == sorted(RULES)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_here_what_it_may_on_the_pages(pages: FastAPI, store: Store, role: Role) -> None:
    with calling(pages, store, f"one-{role}", role) as client:
        refused = {rule for rule in RULES if ask(client, rule).status_code == 403}
    assert refused == {rule for rule, access in RULES.items() if access in ROLES and role not in ROLES[access]}


def test_without_a_token_only_the_description_is_there(stranger: TestClient) -> None:
    opened = {rule for rule in RULES if ask(stranger, rule).status_code == 200}
    assert opened == {"GET /", "GET /openapi.json"}
    answer = stranger.get("/cases")
    assert problem(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Aiguillage"'


def test_somebody_who_is_signed_in_has_no_token(stranger: TestClient, store: Store) -> None:
    stranger.cookies.update(enter(store))
    assert stranger.get("/cases").status_code == 401


@pytest.mark.parametrize(
    "said", ["Bearer agl_nobody", "Bearer \x80", "bearer", "Basic bm9ib2R5Og==", "agl_the-token-of-crm"]
)
def test_a_wrong_token(stranger: TestClient, said: str) -> None:
    assert problem(stranger.get("/cases", headers={"authorization": said.encode("latin-1")})) == (401, "unauthorized")


def test_a_token_ends_and_says_so_before(pages: FastAPI, store: Store, work: Work) -> None:
    headers = {"authorization": f"Bearer {add_program(store, ends_at=work.now + timedelta(days=3))}"}
    with TestClient(pages, base_url=f"{BASE}/api/v1", headers=headers) as client:
        assert client.get("/program").headers["token-ends-at"] == "2026-03-27T09:05:00Z"
        work.later(days=4)
        answer = client.get("/program")
    assert problem(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].endswith('error="invalid_token"')


def test_a_revoked_program_is_let_in_no_more(client: TestClient, store: Store) -> None:
    with store.transaction("tests") as tx:
        tx.programs.change("crm-sync", revoked_at=NOW)
    assert problem(client.get("/program")) == (401, "unauthorized")


def test_it_is_noted_when_a_token_was_used(client: TestClient, store: Store, work: Work) -> None:
    client.get("/program")
    with store.reading() as tx:
        assert [one.used_at for one in tx.programs.tokens()] == [work.now]


def test_who_asks_too_often_is_told_when_to_come_again(
    client: TestClient, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "PER_MINUTE", 2)
    monkeypatch.setattr(entering, "FAILED_PER_MINUTE", 1)
    answers = [client.get("/program") for _ in range(3)]
    assert problem(answers[-1]) == (429, "too_many")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    assert [stranger.get("/program").status_code for _ in range(2)] == [401, 429]


def test_what_cannot_be_read(client: TestClient) -> None:
    path, headers = "/cases", {"content-type": "application/json"}
    sent: dict[bytes, tuple[int, str]] = {
        b"{": (400, "malformed"),
        b"\xff\xfe{": (400, "malformed"),
        b"[" * 100_000: (400, "malformed"),
        b'{"text": ' + b"1" * 5_000 + b"}": (400, "malformed"),
        b"[]": (422, "invalid"),
        b'{"\\ud800": "\\ud800"}': (422, "invalid"),
        b"x" * (LARGEST_BODY + 1): (413, "too_large"),
    }
    for body, expected in sent.items():
        assert problem(client.post(path, content=body, headers=headers)) == expected, body[:10]
    answer = client.post(path, content=b"<a/>", headers={"content-type": "text/xml"})
    assert problem(answer) == (415, "media_type")
    assert answer.headers["accept"] == "application/json"


def test_a_body_that_does_not_say_how_long_it_is_ends(client: TestClient) -> None:
    chunks = (bytes(100_000) for _ in range(1_000))
    answer = client.post("/cases", content=chunks, headers={"content-type": "application/json"})
    assert problem(answer) == (413, "too_large")


def test_head_options_and_what_there_is_not(client: TestClient) -> None:
    head, got = client.head("/cases"), client.get("/cases")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", got.headers["content-length"])
    options = client.options("/cases")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    answer = client.put("/cases")
    assert (problem(answer), answer.headers["allow"]) == ((405, "method"), "GET, HEAD, OPTIONS, POST")
    assert problem(client.get("/nothing")) == (404, "not_found")
    assert problem(client.get("/cases/MPA-26-99999")) == (404, "not_found")
    assert problem(client.get("/cases/%00")) == (404, "not_found")


def test_a_forged_host_is_refused(client: TestClient) -> None:
    assert client.get("/cases", headers={"host": "evil.example.org"}).status_code == 403


def test_a_page_of_another_site_has_no_token_to_send(stranger: TestClient, store: Store) -> None:
    stranger.cookies.update(enter(store))
    answer = stranger.post("/cases", json={}, headers={"origin": "https://evil.example.org"})
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers


def test_the_page_names_every_operation_and_problem(stranger: TestClient) -> None:
    page = stranger.get("/").text
    assert all(f'id="{one}"' in page for one in KINDS)
    for path, methods in stranger.get("/openapi.json").json()["paths"].items():
        assert all(f"{method.upper()} /api/v1{path}" in page for method in methods)
    assert "<script" not in page
    assert stranger.get(f"{BASE}/api/docs").url.path == "/api/v1/"
