"""`aiguillage incident proposed`: what many people report at once."""

import json
from datetime import timedelta
from functools import partial

import pytest
from typer.testing import CliRunner

from app import cli, wiring
from store.tx import Store
from tests.app.review_cases import doubted
from tests.ingest.conftest import NOW

BLANK = "Mon Espace affiche une page blanche et une erreur quand je veux me connecter."
DEBIT = "Wie kann ich in Mon Espace mein Dossier mit einer Kollegin teilen?"


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Two months in which one person a week had trouble and one a day had a question."""
    for day in range(1, 57):
        at = NOW - timedelta(days=day)
        doubted(sqlite_store, body=DEBIT, opened_at=at, touched_at=at)
        if day % 7 == 0:
            trouble(sqlite_store, at.replace(hour=9), "Je ne peux pas joindre le plan : la carte reste bloquée.")
    return sqlite_store


def trouble(store: Store, at: object, body: str = BLANK, tool: str = "mon_espace") -> None:
    doubted(store, body=body, opened_at=at, touched_at=at, category="incident", motif="incident", tool=tool)


def proposed(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", str(store.engine.url))
    monkeypatch.setattr(wiring, "build", partial(wiring.build, clock=lambda: NOW))
    done = CliRunner().invoke(cli.app, ["incident", "proposed", "--json"])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_six_people_within_the_hour(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in (50, 42, 30, 21, 9, 2):
        trouble(store, NOW - timedelta(minutes=minutes))
    [found] = proposed(store, monkeypatch)
    assert found["tool"] == "mon_espace"
    assert len(found["cases"]) == 6  # type: ignore[arg-type]
    assert "error" in found["in_common"]  # type: ignore[operator]
    assert found["chance"] < 0.001  # type: ignore[operator]


def test_questions_are_no_trouble_however_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in range(20):
        doubted(store, body=DEBIT, opened_at=NOW - timedelta(minutes=minutes), touched_at=NOW)
    assert proposed(store, monkeypatch) == []


def test_five_troubles_with_five_tools_are_none_of_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes, tool in enumerate(("mon_espace", "declarations", "notice", "twice", "gesper")):
        trouble(store, NOW - timedelta(minutes=minutes), tool=tool)
    assert proposed(store, monkeypatch) == []


def test_nothing_at_all(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proposed(sqlite_store, monkeypatch) == []
