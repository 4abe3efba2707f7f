"""docs/signing-in.md is executed: the roles' table, the commands, and the numbers."""

import re

import pytest

from app.commands.user import user
from cases.secondlevel import Role
from desk.rules import ROLES
from desk.signin.attempts import ACCOUNT
from tests.docs.tables import DOCS, rows

PAGE = (DOCS / "signing-in.md").read_text(encoding="utf-8")
TABLE = {row["rule"].partition(":")[0]: row for row in rows("signing-in.md", "rule | administrator")}


def test_the_table_has_every_rule_and_role() -> None:
    assert set(TABLE) == set(ROLES)
    assert all(set(row) == {"rule", *Role} for row in TABLE.values())


@pytest.mark.parametrize("rule", ROLES)
def test_a_role_may_what_the_table_says(rule: str) -> None:
    assert {role for role in Role if TABLE[rule][role] == "yes"} == ROLES[rule]  # type: ignore[index]


@pytest.mark.parametrize("command", [one.name for one in user.registered_commands])
def test_every_command_is_named(command: str) -> None:
    assert re.search(rf"(?:user|,) {command}\b|, `{command}\b", PAGE)


def test_attempts_are_counted_as_the_page_says() -> None:
    assert ACCOUNT == "5 per 1 minute; 15 per 15 minutes; 50 per 1 day"
