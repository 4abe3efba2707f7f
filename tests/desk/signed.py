"""People who are signed in, without a sign-in page in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from cases.secondlevel import Role
from desk.access import COOKIES, digest
from store.tx import Store

BASE = "http://127.0.0.1:8080"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOREVER = NOW + timedelta(days=36500)
NAMES = {"nora": "Nora Delvaux", "thomas": "Thomas Gérard", "anke": "Anke Schmitz"}


def enter(store: Store, identity: str = "thomas", role: Role = Role.SUPERVISOR) -> dict[str, str]:
    """Sign somebody in; the cookie of their browser. Their account is made where there is none."""
    secret = f"the secret of {identity} as {role}"
    kept = {"digest": digest(secret), "how": "password", "opened_at": NOW, "seen_at": FOREVER, "ends_at": FOREVER}
    email = f"{identity}@spw.example.be"
    row = {"id": identity, "email": email, "name": NAMES.get(identity, ""), "role": role, "created_at": NOW}
    with store.transaction("tests") as tx:
        if tx.accounts.find(identity) is None:
            tx.accounts.add(row)
        if tx.accounts.signed_in(kept["digest"], NOW) is None:
            tx.accounts.open_session({**kept, "account_id": identity})
    return {COOKIES[0]: secret, COOKIES[1]: secret}


@contextmanager
def browsing(
    pages: FastAPI, store: Store, identity: str = "thomas", role: Role = Role.SUPERVISOR, base: str = BASE
) -> Iterator[TestClient]:
    """A browser in French that somebody is signed in with."""
    headers = {"accept-language": "fr-BE, fr;q=0.9"}
    with TestClient(pages, base_url=base, headers=headers, cookies=enter(store, identity, role)) as client:
        yield client
