"""`aiguillage directory` and `aiguillage incident`: who rings, what is announced, and by whom it was decided."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app import profile as profiles
from app.cli import app
from app.commands.incident import spoken
from cases.errors import ConfigurationError
from cases.major import LONGEST, Part

Run = Callable[..., Result]
TEXTS = ("--text", "fr=Panne", "--text", "de=Störung", "--text", "nl=Storing", "--text", "en=Fault")


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of ours on a database of its own."""
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", sqlite_url)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def rows(run: Run, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


def refusal(run: Run, *arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, ConfigurationError)
    return "; ".join(f"{key} {cause}" for key, cause, _ in error.faults)


def test_the_directory_begins_with_the_profile_s_seats(run: Run) -> None:
    listed = rows(run, "directory", "list")
    assert [row["number"] for row in listed] == ["+3281001801", "+3281001802"]
    assert {row["actor"] for row in rows(run, "directory", "log")} == {"profile"}


def test_a_number_is_added_as_it_is_dialled_and_rings_in_its_order(run: Run) -> None:
    assert (
        run("directory", "add", "081 00 12 34", "Namur", "--area", "notice", "--order", "50", "--by", "lea").exit_code
        == 0
    )
    first = rows(run, "directory", "list")[0]
    assert first == {"number": "+3281001234", "label": "Namur", "areas": "notice", "order": 50, "rings": True}


def test_every_change_is_kept_with_its_author(run: Run) -> None:
    run("directory", "add", "081 00 12 34", "Namur", "--by", "lea")
    run("directory", "change", "081 00 12 34", "--rest", "--by", "tom")
    run("directory", "change", "081 00 12 34", "--rest", "--by", "tom")
    run("directory", "remove", "081 00 12 34", "--by", "lea")
    changes = [row for row in rows(run, "directory", "log") if row["actor"] != "profile"]
    assert [(row["actor"], bool(row["before"]), bool(row["after"])) for row in changes] == [
        ("lea", True, False),
        ("tom", True, True),
        ("lea", False, True),
    ]
    assert (changes[1]["before"]["active"], changes[1]["after"]["active"]) == (True, False)


def test_who_was_removed_does_not_come_back(run: Run) -> None:
    for number in ("+3281001801", "+3281001802"):
        assert run("directory", "remove", number).exit_code == 0
    assert rows(run, "directory", "list") == []


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("add", "112", "x"), "112 is no number that can be rung"),
        (("add", "anonymous", "x"), "anonymous is no number that can be rung"),
        (("add", "081 00 12 34", " "), "LABEL is empty"),
        (("add", "081 00 12 34", "x", "--area", "nothing"), "nothing is no tool, line or language"),
        (("add", "+3281001801", "x"), "+3281001801 is in the directory already"),
    ],
)
def test_what_cannot_be_rung_is_refused_with_its_reason(run: Run, arguments: tuple[str, ...], cause: str) -> None:
    assert cause in refusal(run, "directory", *arguments)


@pytest.mark.parametrize("command", ["change", "remove"])
def test_a_number_that_is_not_there_is_said(run: Run, command: str) -> None:
    assert run("directory", command, "081 00 12 34").exit_code == 1


def test_an_incident_is_announced_until_it_is_ended(run: Run) -> None:
    assert run("incident", "start", *TEXTS, "--line", "1718", "--by", "lea").exit_code == 0
    [row] = rows(run, "incident", "announcements")
    assert (row["line"], row["by"], row["until"], row["texts"]["de"]) == ("1718", "lea", None, "Störung")
    assert run("incident", "end", str(row["id"])).exit_code == 0
    assert rows(run, "incident", "announcements")[0]["until"]
    assert run("incident", "end", str(row["id"])).exit_code == 1


def test_an_incident_may_concern_some_tools_alone(run: Run) -> None:
    assert run("incident", "start", *TEXTS, "--tool", "notice", "--tool", "gesper", "--tool", "notice").exit_code == 0
    assert rows(run, "incident", "announcements")[0]["tools"] == ["notice", "gesper"]
    assert "notice, gesper" in run("incident", "announcements").stdout
    run("incident", "start", *TEXTS)
    assert rows(run, "incident", "announcements")[0]["tools"] is None


def test_times_are_those_of_the_service(run: Run) -> None:
    run("incident", "start", *TEXTS, "--from", "2026-03-28T09:00", "--until", "2026-03-29T09:00")
    [row] = rows(run, "incident", "announcements")
    assert (row["from"], row["until"]) == ("2026-03-28T08:00+00:00", "2026-03-29T07:00+00:00")


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (TEXTS[:6], "--text en is missing"),
        ((*TEXTS, "--text", "it=Guasto"), "it is no language of the profile"),
        ((*TEXTS, "--line", "1890"), "--line 1890 is not in the profile"),
        ((*TEXTS, "--tool", "netice"), "--tool netice is not in the profile"),
        ((*TEXTS, "--from", "tomorrow"), "tomorrow is not a time"),
        ((*TEXTS, "--from", "2026-03-28T09:00", "--until", "2026-03-28T09:00"), "--until does not come after --from"),
    ],
)
def test_what_cannot_be_announced_is_refused_with_its_reason(run: Run, arguments: tuple[str, ...], cause: str) -> None:
    assert cause in refusal(run, "incident", "start", *arguments)


def test_what_nobody_would_listen_to_the_end_is_refused() -> None:
    profile = profiles.load(profiles.find("mon-permis"))
    with pytest.raises(ConfigurationError, match="too long"):
        spoken(profile, [f"{lang}={'x' * (LONGEST[Part.BANNER] + 1)}" for lang in profile.languages])
