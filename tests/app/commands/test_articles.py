"""`aiguillage articles`: imported whole or not at all, approved by somebody, listed as they stand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from cases.errors import ConfigurationError

Run = Callable[..., Result]
HEAD = "id;lang;title;link;tool;keywords;expires"
LOGIN = "connexion;fr;Se connecter;https://example.org/aide;notice;mot de passe;2099-12-31"


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of ours on a database of its own."""
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", sqlite_url)
    return lambda *arguments: CliRunner().invoke(app, ("articles", *arguments))


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., str]:
    def written(*lines: str) -> str:
        file = tmp_path / "articles.csv"
        file.write_text("\n".join((HEAD, *lines)), "utf-8")
        return str(file)

    return written


def imported(run: Run) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    return [row for row in rows if row["approved_by"] != "profile"]


def test_what_is_imported_waits_for_its_approval(run: Run, sheet: Callable[..., str]) -> None:
    assert run("import", sheet(LOGIN), "--dry-run").exit_code == 0
    assert imported(run) == []
    assert run("import", sheet(LOGIN)).exit_code == 0
    assert [row["state"] for row in imported(run)] == ["to be approved"]
    assert run("approve", "connexion", "fr", "--by", "anne").exit_code == 0
    assert [(row["state"], row["approved_by"]) for row in imported(run)] == [("approved", "anne")]


def test_reading_in_again_keeps_approvals_and_a_change_wants_another(run: Run, sheet: Callable[..., str]) -> None:
    run("import", sheet(LOGIN))
    run("approve", "connexion", "fr")
    assert "known already" in run("import", sheet(LOGIN)).stdout
    assert [row["state"] for row in imported(run)] == ["approved"]
    run("import", sheet(LOGIN.replace("Se connecter", "Connexion")))
    assert [(row["title"], row["state"]) for row in imported(run)] == [("Connexion", "to be approved")]


def test_nothing_is_half_imported(run: Run, sheet: Callable[..., str]) -> None:
    result = run("import", sheet(LOGIN, LOGIN.replace(";fr;", ";de;").replace("2099-12-31", "2020-01-01")), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "row": 3,
        "column": "expires",
        "fault": "2020-01-01 has passed",
        "mend": "write a day to come, or remove the row",
    }
    assert imported(run) == []


def test_an_export_is_read_in_again(run: Run, sheet: Callable[..., str], tmp_path: Path) -> None:
    run("import", sheet(LOGIN))
    again = tmp_path / "again.csv"
    again.write_bytes(run("export").stdout_bytes)
    assert "known already" in run("import", str(again)).stdout


@pytest.mark.parametrize("command", [("approve", "x", "fr"), ("withdraw", "x", "fr"), ("import", "nowhere.csv")])
def test_what_is_not_there_is_refused(run: Run, command: tuple[str, ...]) -> None:
    assert isinstance(run(*command).exception, ConfigurationError)


def test_what_is_withdrawn_waits_again(run: Run, sheet: Callable[..., str]) -> None:
    run("import", sheet(LOGIN))
    run("approve", "connexion", "fr")
    assert run("withdraw", "connexion", "fr").exit_code == 0
    assert [row["state"] for row in imported(run)] == ["to be approved"]
