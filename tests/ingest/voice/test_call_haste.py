"""A caller waits for every answer: few statements, short waits, nothing heavy loaded."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from cases.profile import Profile
from ingest.voice.calls import CallFailedError
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.phone import LINE, SID, Telephone
from tests.promptly import promptly

ROOT = Path(__file__).parents[3]
HEAVY = ("spacy", "aiosmtplib", "imap_tools", "twilio", "faster_whisper", "holidays", "pydantic", "fastapi")


@pytest.fixture
def hurried(database_url: str) -> Iterator[Store]:
    engine = open_engine(database_url, hurried=True)
    yield Store(engine, hurried=True)
    engine.dispose()


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that run inside, without the transaction's own."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)


def test_a_step_is_four_statements(telephone: Telephone) -> None:
    with counted(telephone.store) as statements:
        telephone.ring()
    assert len(statements) <= 4
    with counted(telephone.store) as statements:
        telephone.keys("1")
    assert len(statements) <= 4
    with counted(telephone.store) as statements:
        telephone.requests[-1]()
    assert len(statements) == 2  # a repeat


def test_a_case_is_opened_in_a_dozen_statements(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1")
    with counted(telephone.store) as statements:
        telephone.keys("2")
    assert len(statements) <= 12


def test_a_locked_database_is_given_up_in_time_for_an_apology(hurried: Store, store: Store, profile: Profile) -> None:
    telephone = Telephone(hurried, profile)
    telephone.ring()
    with promptly(1.9), store.transaction("test.lock") as tx:
        tx.connection.execute(text("UPDATE call SET step = step"))
        with pytest.raises(CallFailedError):
            telephone.keys("1")
    telephone.keys("1")
    assert telephone.call().state["lang"] == "fr"


def test_a_database_that_is_down_is_told_at_once(profile: Profile) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:9/nothing", hurried=True)
    telephone = Telephone(Store(engine, hurried=True), profile)
    with promptly(1.9), pytest.raises(CallFailedError):
        telephone.ring(called=LINE, sid=SID)
    engine.dispose()


def test_nothing_heavy_is_loaded_for_a_call() -> None:
    script = f"import sys, ingest.voice.calls; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []
