"""docs/api.md is executed: its commands against a service that runs, and its tables."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app.commands.program import program
from app.http import application
from cases.secondlevel import Role
from desk.api.entering import FAILED_PER_MINUTE, PER_MINUTE
from desk.api.problems import KINDS
from desk.api.road import LARGEST_BODY
from desk.api.rules import ACTS
from notify.hooks.events import EventType
from store.tx import Store
from tests.desk.api.conftest import serving
from tests.desk.api.programs import add_program
from tests.desk.running import running
from tests.desk.working import Work
from tests.docs.tables import DOCS, rows
from tests.mails import mail

PAGE = (DOCS / "api.md").read_text(encoding="utf-8")
COMMANDS = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S))


def theme(work: Work) -> list[str]:
    """The ids of a choice in the form."""
    found: list[Any] = list(work.profile.web_form.themes)
    path = []
    while found:
        path.append(found[0].id)
        found = list(found[0].reasons)
    return path


def test_the_commands_do_what_the_page_says(sqlite_store: Store, tmp_path: Path) -> None:
    work = Work(sqlite_store)
    number = work.opened(mail("Où en est mon permis ?"))
    token = add_program(sqlite_store)
    with running(serving(work)) as address:
        known = {"API": f"{address}/api/v1", "TOKEN": token, "NUMBER": number, "THEME": json.dumps(theme(work))}
        run = ["bash", "-euo", "pipefail", "-c", COMMANDS]
        done = subprocess.run(run, env={"PATH": "/usr/bin:/bin", **known}, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    assert '"kind":"note"' in done.stdout
    assert '"case":"MPA-26-00002"' in done.stdout


def test_every_status_is_in_the_table() -> None:
    assert {int(row["status"]) for row in rows("api.md", "status | when")} == {status for status, _ in KINDS.values()}


def test_every_act_event_and_limit_is_named() -> None:
    named = re.search(r"same refusals:\n`([^`]+)`", PAGE)
    assert named
    assert tuple(named[1].split()) == ACTS
    assert all(f"`{one}`" in PAGE for one in EventType)
    assert f"{PER_MINUTE} times a minute" in PAGE
    assert f"token {FAILED_PER_MINUTE} times" in PAGE
    assert f"{LARGEST_BODY:,} bytes" in PAGE


def test_every_command_is_in_the_table() -> None:
    told = {row["command"].split()[2] for row in rows("api.md", "command | does")}
    assert told == {one.name or one.callback.__name__ for one in program.registered_commands if one.callback}


def test_the_document_has_an_example_of_each_body(sqlite_store: Store) -> None:
    pages = application(serving(Work(sqlite_store)), bind="127.0.0.1:8080", public_url="http://127.0.0.1:8080")
    found = TestClient(pages, base_url="http://127.0.0.1:8080").get("/api/v1/openapi.json").json()
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            assert one["summary"], (path, method)
            assert {"401", "422", "429"} <= set(one["responses"]), (path, method)
    assert Role.AGENT in found["components"]["schemas"]["Role"]["enum"]
