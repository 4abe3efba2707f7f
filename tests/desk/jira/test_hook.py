"""Webhooks as they come in: what is not signed is refused, what is kept is kept once."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from desk.routes_jira import LARGEST, JiraHook, is_signed, notice
from store.tables import ticket_notice
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.servers.jira import SECRET, signature

ABOUT = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": "10001", "key": "DIG-1"}}).encode()


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(JiraHook(sqlite_store, [b"the secret from now on", SECRET.encode()], lambda: NOW).router())
    with TestClient(app) as found:
        yield found


def kept(store: Store) -> int:
    with store.reading() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(ticket_notice)).scalar_one())


def post(client: TestClient, body: bytes = ABOUT, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    signed = {"x-hub-signature": signature(body), "x-atlassian-webhook-identifier": "a"}
    return client.post("/jira/webhook", content=body, headers=signed | named).status_code


def test_a_signed_one_is_kept_and_its_repeat_is_no_other(client: TestClient, sqlite_store: Store) -> None:
    assert [post(client), post(client)] == [204, 204]
    assert kept(sqlite_store) == 1
    assert post(client, x_atlassian_webhook_identifier="b") == 204
    assert kept(sqlite_store) == 2


@pytest.mark.parametrize(
    "forged",
    ["", "sha256=", "sha256=" + "0" * 64, signature(ABOUT, "another secret"), signature(ABOUT)[7:], "é" * 71],
)
def test_a_forged_one_is_refused_and_leaves_nothing(client: TestClient, sqlite_store: Store, forged: str) -> None:
    assert client.post("/jira/webhook", content=ABOUT, headers={"x-hub-signature": forged.encode()}).status_code == 403
    assert post(client, ABOUT.replace(b"DIG-1", b"DIG-2"), x_hub_signature=signature(ABOUT)) == 403
    assert kept(sqlite_store) == 0


def test_both_secrets_hold_while_one_replaces_the_other(client: TestClient) -> None:
    assert post(client, x_hub_signature=signature(ABOUT, "the secret from now on")) == 204
    assert post(client, x_hub_signature=signature(ABOUT)) == 204


def test_what_is_about_no_issue_or_too_long_is_refused(client: TestClient, sqlite_store: Store) -> None:
    for body in (b"", b"[]", b"{", b'{"issue": 1}', b"[" * 50_000, b'{"issue": {"key": ""}}'):
        assert post(client, body) == 400
    assert post(client, b" " * (LARGEST + 1)) == 403
    assert kept(sqlite_store) == 0


def test_a_comment_of_a_data_center_names_its_issue_in_its_address() -> None:
    said = {"comment": {"self": "https://x/rest/api/2/issue/89820/comment/456843", "author": {"key": "robin"}}}
    found = notice(json.dumps(said).encode(), "")
    assert found
    assert (found.issue, found.author, len(found.identifier)) == ("89820", "robin", 64)


def test_who_edits_or_deletes_a_comment_is_not_taken_for_its_author() -> None:
    about = {"issue": {"key": "DIG-1"}, "comment": {"author": {"key": "ours"}, "updateAuthor": {"key": "robin"}}}
    for event, author in (("comment_created", "ours"), ("comment_updated", "robin"), ("comment_deleted", "")):
        found = notice(json.dumps({"webhookEvent": event, **about}).encode(), "a")
        assert found
        assert found.author == author


@given(st.binary(max_size=200), st.text(max_size=100))
def test_no_bytes_break_the_check(body: bytes, signed: str) -> None:
    assert not is_signed(body, signed, [SECRET.encode()]) or signed == signature(body)
    assert is_signed(body, signature(body), [SECRET.encode()])


NAMES = st.sampled_from(["issue", "comment", "user", "key", "self", "author", "accountId"])
LEAVES = st.none() | st.booleans() | st.text(max_size=9) | st.integers()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20)


@given(JSON, st.text(max_size=300))
def test_any_json_is_a_notice_that_can_be_kept_or_none(said: object, identifier: str) -> None:
    found = notice(json.dumps(said).encode(), identifier)
    if found:
        assert found.issue
        assert found.identifier.isascii()
        assert len(found.identifier) <= 200
