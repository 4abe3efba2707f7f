"""Every command line of our documents is one that the program has, and what only looks is run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import app
from tests.docs.pages import PAGES, fenced, names, prose

PROGRAM = get_command(app)
_CALL = re.compile(r"(?:^\s*|bin/|&& |=\S* |\| )aiguillage((?: +[^\s`|;#<>&]+)*)(?![\w/.-])")
_CODE = re.compile(r"`([^`]+)`")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
LOOKS = (
    *("balance", "failed", "report", "menu", "probe history", "purge --dry-run", "mailbox list"),
    *("case list", "directory list", "directory log", "presence list", "user list", "user audit", "incident list"),
    *(
        "model list",
        "profile check",
        "profile route",
        "calls export",
        "privacy find",
        "db upgrade",
        "incident announcements",
    ),
)
"""What may be run as it stands in a page: it reads, or writes to its own folder only."""
OF_ANOTHER = "tutorial.md"
"""Its commands are about a profile of its own; `test_tutorial.py` runs them."""
BY_NAME = {"menu --svg", "privacy find", "report --month"}
"""How an option or a command is spoken of, without what belongs to it."""
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|…|\[|\$")


def calls(page: Path) -> Iterator[str]:
    """What follows `aiguillage` wherever the page writes a command: in fences, and between code marks."""
    code = [*fenced(page, "", "sh", "console"), *_CODE.findall(prose(page))]
    for line in "\n".join(code).replace("\\\n", " ").splitlines():
        yield from (found.strip() for found in _CALL.findall(line.partition(" # ")[0]))


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words name, and what is left of them. Fails where a group has no such command."""
    command: Any = PROGRAM
    while hasattr(command, "commands") and words and _WORD.fullmatch(words[0]):
        assert words[0] in command.commands, f"{command.name} has no {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_command_and_option_exists(page: Path) -> None:
    for call in calls(page):
        command, rest = resolve(call.rstrip(".,:)").split())
        known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
        asked = {found for word in rest for found in re.findall(r"(?<![\w-])--[a-z][a-z-]*", word)}
        assert asked <= known, f"aiguillage {call}: {asked - known}"


def lines() -> list[str]:
    """The command lines of all pages that look only, each once, without placeholders."""
    found = {call.rstrip(".,:)") for page in PAGES if page.name != OF_ANOTHER for call in calls(page)}
    return sorted(one for one in found - BY_NAME if one.startswith(LOOKS) and not PLACEHOLDER.search(one))


@pytest.mark.parametrize("line", lines())
def test_what_only_looks_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"AIGUILLAGE_DATABASE_URL": sqlite_url, "AIGUILLAGE_SECRET_KEY": "a secret of the tests"}
    done = CliRunner().invoke(app, shlex.split(line), env=given)
    assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), done.output
    assert done.exit_code in (0, 1), f"{line}: {done.output}"


def test_every_command_is_written_of_somewhere() -> None:
    told = {" ".join(call.split()[:2]) for page in PAGES for call in calls(page)}
    groups = {name.partition(" ")[0] for name in told}
    assert [name for name in resolve([])[0].commands if name not in groups] == []
