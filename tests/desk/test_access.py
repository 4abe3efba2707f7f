"""Every route has its rule, and the rule is kept."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from cases.secondlevel import Role
from desk.rules import ROLES, RULES, Access
from store.tx import Store
from tests.desk.signed import browsing

GUARDED = sorted((name, rule) for name, rule in RULES.items() if rule in ROLES)
FILLED = {"{number}": "MPA-26-00001", "{digits}": "1", "{sid}": "CA1", "{name}": "17", "{token}": "t1.a"}


def routes(found: Iterable[Any]) -> Iterator[str]:
    """All routes but those that every process has, as the rules name them."""
    for one in found:
        if isinstance(one, APIRoute) and not one.path.startswith("/health/"):
            yield from (f"{method} {one.path}" for method in one.methods)
        elif included := getattr(one, "original_router", None):
            yield from routes(included.routes)


def test_each_route_has_its_rule_and_each_rule_its_route(pages: FastAPI) -> None:
    assert sorted(routes(pages.routes)) == sorted(RULES)


def ask(client: Any, name: str) -> int:
    method, _, path = name.partition(" ")
    for blank, value in FILLED.items():
        path = path.replace(blank, value)
    path = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
    if path == "/desk/live":
        return 0
    answer = client.request(method, path, headers={"origin": "http://127.0.0.1:8080"}, follow_redirects=False)
    return int(answer.status_code)


@pytest.mark.parametrize("role", Role)
def test_whoever_may_not_is_told_so(pages: FastAPI, sqlite_store: Store, role: Role) -> None:
    with browsing(pages, sqlite_store, f"one-{role}", role) as client:
        refused = {name for name, _ in GUARDED if ask(client, name) == 403}
    assert refused == {name for name, rule in GUARDED if role not in ROLES[rule]}


def test_whoever_is_not_signed_in_is_asked_to(pages: FastAPI, sqlite_store: Store) -> None:
    with browsing(pages, sqlite_store) as client:
        client.cookies.clear()
        assert {ask(client, name) for name, _ in GUARDED} - {0} <= {303, 401}


def test_an_auditor_changes_nothing() -> None:
    assert all(
        Role.AUDITOR not in ROLES[rule] for name, rule in GUARDED if name.startswith("POST ") and rule != Access.OWN
    )
    assert Role.AUDITOR in ROLES[Access.READ]
