"""Programs with a token, and what they ask for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from cases.secondlevel import Role
from desk.api.entering import PREFIX, token_row
from store.tx import Store
from tests.desk.signed import BASE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add_program(store: Store, name: str = "crm-sync", role: Role = Role.AGENT, ends_at: datetime | None = None) -> str:
    """Add a program; its token."""
    token = f"{PREFIX}the-token-of-{name}"
    with store.transaction("tests") as tx:
        tx.programs.add(name, role, NOW)
        tx.programs.add_token(token_row(token, name, NOW, ends_at))
    return token


@contextmanager
def calling(pages: FastAPI, store: Store, name: str = "crm-sync", role: Role = Role.AGENT) -> Iterator[TestClient]:
    """A client of that program."""
    headers = {"authorization": f"Bearer {add_program(store, name, role)}"}
    with TestClient(pages, base_url=f"{BASE}/api/v1", headers=headers) as client:
        yield client


def version_of(client: TestClient, number: str) -> Mapping[str, str]:
    """The header that an act on that case needs."""
    return {"if-match": client.get(f"/cases/{number}").headers["etag"]}


def problem(answer: Any) -> tuple[int, str]:
    """The status and the kind of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["detail"]
    assert said["mend"]
    return answer.status_code, said["type"].partition("#")[2]
