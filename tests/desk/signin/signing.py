"""What the tests of signing in share: a clock that is moved by hand, two people, and a browser."""

from datetime import datetime, timedelta
from functools import cache

from fastapi.testclient import TestClient

from cases.secondlevel import Role
from desk.signin.passwords import hashed
from store.tx import Store
from tests.desk.signed import NOW

WORDS = "quatre mots et un cheval"
EMAIL = "nora@example.org"
BOSS = "thomas@example.org"
PUBLIC = "https://desk.example.org"


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


def people(store: Store) -> None:
    """Nora, an agent, and Thomas, an administrator, who know the same words."""
    row = {"password": _hash(), "created_at": NOW}
    with store.transaction("tests") as tx:
        tx.accounts.add({**row, "id": "nora", "email": EMAIL, "name": "Nora Delvaux", "role": Role.AGENT})
        tx.accounts.add({**row, "id": "thomas", "email": BOSS, "name": "Thomas Gérard", "role": Role.ADMINISTRATOR})


@cache
def _hash() -> str:
    return hashed(WORDS)


def enter(client: TestClient, password: str = WORDS, email: str = EMAIL) -> int:
    return client.post("/desk/sign-in", data={"email": email, "password": password}).status_code


def actions(store: Store) -> list[str]:
    """What the audit tells, oldest first."""
    with store.reading() as tx:
        return [row.action for row in reversed(tx.audit.newest(50))]
