"""`aiguillage incident`: a major incident from a terminal."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from cases.errors import ConfigurationError
from cases.major import TextsError
from cases.refusal import RefusedError
from store.tx import Store
from tests.desk.incidents.trouble import Trouble

Run = Callable[..., Result]


@pytest.fixture
def trouble(sqlite_store: Store) -> Trouble:
    return Trouble(sqlite_store)


@pytest.fixture
def run(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of ours as the supervisor of the profile."""
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", str(sqlite_store.engine.url))
    monkeypatch.setenv("AIGUILLAGE_AGENT", "thomas")
    return lambda *arguments: CliRunner().invoke(app, ["incident", *arguments])


def listed(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("list", "--json").stdout.splitlines()]


def test_from_its_cases_to_the_last_word(run: Run, trouble: Trouble) -> None:
    first, second, third = trouble.reported(3)
    chosen = ("--case", first.number, "--case", second.number)
    assert run("announce", *chosen, "--message", "fr=Nous le savons.").exit_code == 0
    assert [(row["state"], row["tool"], row["cases"]) for row in listed(run)] == [("running", "mon_espace", 2)]
    assert run("link", "1", "--case", third.number).exit_code == 0
    assert run("unlink", "1", "--case", second.number).exit_code == 0
    assert run("update", "1", "--message", "fr=Encore un peu.").exit_code == 0
    trouble.tells()
    assert [row.context["text"] for row in trouble.sent("incident")] == ["Encore un peu."] * 2
    assert run("close", "1").exit_code == 0
    trouble.tells()
    assert {one.number: one.status for one in trouble.ties(1)} == {
        first.number: "closed",
        second.number: "new",
        third.number: "closed",
    }
    assert "over" in run("list").stdout


def test_what_is_proposed_is_dismissed(run: Run, trouble: Trouble) -> None:
    trouble.proposed()
    assert run("dismiss", "1").exit_code == 0
    assert [row["state"] for row in listed(run)] == ["dismissed"]


def test_what_cannot_be_done_is_refused(run: Run, trouble: Trouble) -> None:
    trouble.proposed()
    assert isinstance(run("announce").exception, ConfigurationError)
    assert isinstance(run("announce", "1", "--banner", "de=").exception, TextsError)
    assert isinstance(run("close", "1").exception, RefusedError)
    assert isinstance(run("dismiss", "9").exception, RefusedError)
    assert [row["state"] for row in listed(run)] == ["proposed"]


def test_nothing_is_begun_where_a_text_is_wrong(run: Run, trouble: Trouble) -> None:
    [one] = trouble.reported(1)
    for wrong, error in (("frr=Panne", ConfigurationError), ("Panne", ConfigurationError), ("fr=", TextsError)):
        assert isinstance(run("announce", "--case", one.number, "--message", wrong).exception, error)
    assert listed(run) == []


def test_nothing_at_all(run: Run) -> None:
    assert "Nothing is reported" in run("list").output
