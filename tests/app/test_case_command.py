"""`aiguillage case`: what each command says, and with which exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from cases.acting import Action
from cases.errors import ConfigurationError
from cases.refusal import RefusedError
from store.engine import open_engine
from store.tx import Store
from tests.store.test_views import add_case, add_message

Run = Callable[..., Result]
WORDING = "NOTICe affiche une page blanche depuis lundi."


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of Nora's on a database of its own, with what is in the pipe."""
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("AIGUILLAGE_AGENT", "nora")
    return lambda *arguments, given="": CliRunner().invoke(app, ["case", *arguments], input=given)


@pytest.fixture
def number(sqlite_url: str) -> str:
    """A case of two messages about NOTICe, the first with a file."""
    engine = open_engine(sqlite_url)
    number = a_case(Store(engine))
    engine.dispose()
    return number


def a_case(store: Store, **columns: Any) -> str:
    labels = {"category": "incident", "motif": "incident", "tool": "notice", "scope": "in"}
    known = {"status": "open", "source": "assistance", "subject": "Page blanche", "requester": "jeanne@example.org"}
    identity = add_case(store, **(labels | known | {"submitter": "jeanne@example.org"} | columns))
    file = {"filename": "ecran.png", "content_type": "image/png", "size": 3, "inline": False, "index": 1}
    content = {"text": "La page est \x1b[2Jblanche.", "lang": "fr", **labels}
    add_message(store, f"a{identity}", identity, sender="jeanne@example.org", content=content | {"attachments": [file]})
    add_message(store, f"b{identity}", identity, sender="jeanne@example.org", disposition="reply", content=content)
    return f"MPA-26-{identity % 100_000:05d}"


def done(run: Run, *arguments: str, given: str = "") -> dict[str, Any]:
    result = run(*arguments, "--json", given=given)
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def shown(run: Run, number: str) -> dict[str, Any]:
    return done(run, "show", number)


def test_every_action_has_its_command(run: Run) -> None:
    listed = run("--help").stdout
    assert all(f" {action} " in listed for action in Action)


def test_a_reply_is_said_in_one_line(run: Run, number: str) -> None:
    result = run("reply", number, "--text", "Essayez encore.", "--wait")
    assert result.stdout == (
        f"{number} is waiting: answered, waiting, assigned; mail queued: reply to jeanne@example.org\n"
    )


def test_a_text_comes_from_a_pipe_or_a_file(run: Run, number: str, tmp_path: Path) -> None:
    assert done(run, "reply", number, "--file", "-", given="Essayez encore.\n")["mails"] == [
        {"kind": "reply", "to": "jeanne@example.org"}
    ]
    (tmp_path / "note.txt").write_text("Appelée à 10 h.", encoding="utf-8")
    done(run, "note", number, "--file", str(tmp_path / "note.txt"))
    assert shown(run, number)["timeline"][-1]["data"]["text"] == "Appelée à 10 h."


@pytest.mark.parametrize("given", [(), ("--text", "a", "--file", "b"), ("--file", "nowhere.txt")])
def test_a_text_is_given_once_and_can_be_read(run: Run, number: str, given: tuple[str, ...]) -> None:
    assert isinstance(run("reply", number, *given).exception, ConfigurationError)


def test_a_case_is_closed_and_opened_again(run: Run, number: str) -> None:
    closed = done(run, "close", number, "--text", "Réglé.")
    assert (closed["status"], closed["withheld"]) == ("closed", {})
    assert [one["kind"] for one in closed["mails"]] == ["closing"]
    assert done(run, "reopen", number)["status"] == "open"
    silent = run("close", number, "--silent")
    assert silent.stdout == f"{number} is closed: closed; mail queued: none to the requester (silent)\n"


def test_a_case_waits_and_goes_on(run: Run, number: str) -> None:
    assert done(run, "wait", number, "--days", "3")["entries"][0]["data"] == {"days": 3}
    assert done(run, "resume", number)["status"] == "open"


def test_a_case_is_taken_given_and_handed_back(run: Run, number: str) -> None:
    done(run, "take", number)
    assert done(run, "assign", number, "--to", "anke")["mails"] == [
        {"kind": "event", "to": "anke.schmitz@spw.example.be"}
    ]
    done(run, "assign", number, "--queue", "line3")
    case = shown(run, number)
    assert (case["agent"], case["queue"]) == ("", "line3")


@pytest.mark.parametrize("given", [(), ("--to", "anke", "--queue", "line1"), ("--queue", "line9")])
def test_a_case_is_assigned_to_one_of_either(run: Run, number: str, given: tuple[str, ...]) -> None:
    assert isinstance(run("assign", number, *given).exception, ConfigurationError)


def test_a_priority_is_corrected(run: Run, number: str) -> None:
    entry = done(run, "prioritise", number, "--impact", "1", "--urgency", "2")["entries"][0]
    assert entry == {"kind": "assessed", "data": {"impact": 1, "urgency": 2, "priority": "P1", "before": "P4"}}


def test_the_second_level_is_asked_told_and_gives_it_back(run: Run, number: str) -> None:
    asked = done(run, "escalate", number, "--wording", WORDING, "--since", "lundi", "--affected", "3")
    assert [(one["kind"], one["to"]) for one in asked["mails"]] == [
        ("escalation", "support@digital.example.be"),
        ("escalated", "nora.delvaux@spw.example.be"),
    ]
    assert [one["to"] for one in done(run, "tell-n2", number, "--text", "Voici le dossier.")["mails"]] == [
        "support@digital.example.be"
    ]
    assert isinstance(run("returned", number, "--outcome", "perhaps").exception, ConfigurationError)
    assert done(run, "returned", number, "--outcome", "refused")["status"] == "open"
    private = [line.get("word") or line.get("what") for line in shown(run, number)["timeline"] if line["private"]]
    assert private == ["escalated", "escalation", "n2_message", "returned"]


def test_two_requests_are_told_apart(run: Run, number: str) -> None:
    second = shown(run, number)["timeline"][1]["id"]
    entry = done(run, "split", number, "--message", str(second), "--subject", "Autre chose")["entries"][0]
    case = shown(run, entry["data"]["case"])
    assert (case["subject"], case["requester"], case["status"]) == ("Autre chose", "jeanne@example.org", "new")


def test_who_splits_is_told_the_number_of_the_new_case(run: Run, number: str) -> None:
    second = shown(run, number)["timeline"][1]["id"]
    said = run("split", number, "--message", str(second)).stdout
    new = said.partition(": split ")[2].partition(";")[0]
    assert new != number
    assert shown(run, new)["requester"] == "jeanne@example.org"


def test_cases_are_linked_merged_and_parted(run: Run, number: str, sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    other = a_case(Store(engine))
    engine.dispose()
    assert run("link", number, other).stdout == f"{number} is open: linked {other}; mail queued: none\n"
    assert done(run, "unlink", other, number)["status"] == "open"
    assert done(run, "merge", number, other)["status"] == "closed"
    assert isinstance(run("take", number).exception, RefusedError)
    assert done(run, "unmerge", number)["status"] == "open"


def test_tags_are_corrected(run: Run, number: str) -> None:
    entry = done(run, "tag", number, "--tool", "gesper", "--why", "told by phone")["entries"][0]
    assert entry["data"]["chosen"] == {"motif": "incident", "tool": "gesper", "scope": "in"}
    assert shown(run, number)["tool"] == "gesper"
    assert isinstance(run("tag", number, "--tool", "nothing").exception, RefusedError)


def test_the_requester_the_copies_and_the_fields_are_put_right(run: Run, number: str) -> None:
    done(run, "requester", number, "jan@example.org", "--name", "Jan Peeters")
    assert done(run, "copy", number, "on")["entries"][0]["data"] == {"copied": True}
    case = shown(run, number)
    assert (case["requester"], case["name"], case["copied"]) == ("jan@example.org", "Jan Peeters", True)
    assert isinstance(run("copy", number, "perhaps").exception, ConfigurationError)
    assert isinstance(run("field", number, "place").exception, ConfigurationError)
    assert isinstance(run("field", number, "nothing=1").exception, RefusedError)


def test_who_acts_is_an_agent_of_the_profile(run: Run, number: str) -> None:
    assert done(run, "take", number, "--as", "anke")["case"] == number
    error = run("take", number, "--as", "nobody").exception
    assert isinstance(error, ConfigurationError)
    [(key, cause, mend)] = error.faults
    assert (key, cause) == ("--as", "the profile has no agent nobody")
    assert "nora, thomas, anke" in mend


def test_what_cannot_be_done_is_refused_with_its_mend(run: Run, number: str) -> None:
    assert str(run("resume", number).exception) == (
        f"{number} is open: `resume` cannot be done; a case goes on by itself when its requester writes"
    )
    assert isinstance(run("take", "MPA-26-99999").exception, RefusedError)


def test_cases_are_listed_by_priority_and_age(run: Run, sqlite_url: str, number: str) -> None:
    store = Store(open_engine(sqlite_url))
    urgent = a_case(store, priority="P1", queue="line1", agent="anke")
    closed = a_case(store, status="closed")
    a_case(store, hidden=True)
    store.engine.dispose()

    def listed(*given: str) -> list[str]:
        return [json.loads(line)["case"] for line in run("list", *given, "--json").stdout.splitlines()]

    assert listed() == [urgent, number]
    assert listed("--queue", "line1") == listed("--agent", "anke") == [urgent]
    assert listed("--status", "closed") == [closed]
    done(run, "prioritise", number, "--impact", "1", "--urgency", "1")
    assert listed("--overdue") == [number]
    assert "overdue" in run("list").stdout
    assert run("list", "--queue", "line2").stdout == "There is no such case.\n"
    for option in ("--queue", "--agent", "--status"):
        assert isinstance(run("list", option, "nowhere").exception, ConfigurationError)


def test_a_case_is_shown_with_its_private_thread_marked(run: Run, number: str) -> None:
    done(run, "escalate", number, "--wording", WORDING)
    said = run("show", number).stdout
    assert f"{number}  escalated  P4  supervisor  nora" in said
    assert "[private] escalated nora" in said
    assert f"    {WORDING}\n" in said
    assert "file         1 ecran.png (3 bytes" in said
    assert "\x1b" not in said


def test_cases_are_searched(run: Run, number: str) -> None:
    done(run, "note", number, "--text", "Appelé la commune de Sprimont")
    [found] = map(json.loads, run("search", "sprim", "--json").stdout.splitlines())
    assert (found["case"], found["status"]) == (number, "open")
    assert number in run("search", "outil:notice", "statut:ouvert").stdout
    assert run("search", "introuvable").stdout == "There is no such case.\n"
    wrong = run("search", "foo:bar").exception
    assert isinstance(wrong, ConfigurationError)
    assert wrong.faults[0][0] == "QUERY"
