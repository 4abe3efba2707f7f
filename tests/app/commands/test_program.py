"""`aiguillage program`: programs from the command line, on a database of their own."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.commands import program
from app.settings import Settings
from app.wiring import House, build
from cases.errors import ConfigurationError
from cases.secondlevel import Role
from desk.access import digest
from desk.api.programs import ProgramFaultError
from notify.hooks.address import ForbiddenAddressError
from notify.hooks.signing import shown

Said = Callable[[], str]
ADDRESS = "https://crm.example.org/hook"


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    built = build(Settings(database_url=sqlite_url))
    monkeypatch.setattr(program, "open_house", lambda: built)
    yield built
    built.store.engine.dispose()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out.strip()


def listed(said: Said) -> list[dict[str, Any]]:
    program.list_programs(as_json=True)
    return [json.loads(line) for line in said().splitlines()]


def entered(house: House, token: str) -> Any:
    with house.store.reading() as tx:
        return tx.programs.entered(digest(token))


def test_a_token_is_printed_once_and_kept_nowhere(house: House, said: Said) -> None:
    program.add("crm-sync", Role.AGENT)
    token = said()
    assert token.startswith("agl_")
    assert entered(house, token).role == Role.AGENT
    [row] = listed(said)
    assert (row["token"], row["state"]) == (token[:10], "good")
    assert token not in json.dumps(row)


@pytest.mark.parametrize("name", ["nora", "intake", "Crm", "c", "crm sync", "", "-crm"])
def test_a_name_is_nobody_else_s(house: House, name: str) -> None:
    with pytest.raises(ProgramFaultError):
        program.add(name, Role.AGENT)


def test_a_name_is_taken_once(house: House) -> None:
    program.add("crm", Role.AGENT)
    with pytest.raises(ProgramFaultError):
        program.add("crm", Role.AUDITOR)


def test_rotating_leaves_the_old_token_for_a_while(house: House, said: Said) -> None:
    program.add("crm", Role.AGENT)
    old = said()
    program.rotate("crm", overlap=2)
    new = said()
    assert entered(house, new).ends_at is None
    left = entered(house, old).ends_at - house.clock()
    assert timedelta(hours=1) < left <= timedelta(hours=2)


def test_what_ends_soon_is_said(house: House, said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    program.add("crm", Role.AGENT, expires=f"{house.clock() + timedelta(days=5):%Y-%m-%d}")
    capsys.readouterr()
    program.list_programs()
    out, err = capsys.readouterr()
    assert "ends soon" in out
    assert "rotate it" in err
    for wrong in ("tomorrow", "2020-01-01"):
        with pytest.raises((ConfigurationError, ProgramFaultError)):
            program.rotate("crm", expires=wrong)


def test_who_is_revoked_is_let_in_no_more_and_told_nothing(house: House, said: Said) -> None:
    program.add("crm", Role.AGENT)
    program.tell("crm", ADDRESS)
    program.revoke("crm")
    said()
    [row] = listed(said)
    assert (row["state"], row["told"]) == ("revoked", None)
    for command in (program.revoke, program.rotate, program.secret):
        with pytest.raises(ProgramFaultError):
            command("crm")


def test_where_it_is_told_and_by_which_secret(house: House, said: Said) -> None:
    program.add("crm", Role.AGENT)
    with pytest.raises(ProgramFaultError):
        program.secret("crm")
    said()
    program.tell("crm", ADDRESS, ["case.closed"])
    first = said()
    with house.store.reading() as tx:
        [row] = tx.hooks.told()
    assert (row.address, row.events) == (ADDRESS, ["case.closed"])
    assert first == shown(house.signer.webhook_key("crm", row.salt))
    program.tell("crm", ADDRESS)
    assert said() == first
    program.secret("crm")
    assert said() != first
    program.tell("crm")
    with house.store.reading() as tx:
        assert tx.hooks.told() == []
    program.deliveries()
    assert said() == "Nothing was told."


def test_what_cannot_be_told(house: House) -> None:
    program.add("crm", Role.AGENT)
    with pytest.raises(ForbiddenAddressError):
        program.tell("crm", "http://crm.example.org/hook")
    with pytest.raises(ConfigurationError):
        program.tell("crm", ADDRESS, ["case.eaten"])


def test_each_change_is_a_line_of_the_audit(house: House) -> None:
    program.add("crm", Role.AGENT)
    program.rotate("crm")
    program.tell("crm", ADDRESS)
    program.revoke("crm")
    with house.store.reading() as tx:
        lines = tx.audit.newest(10, "crm")
    told = [(one.action, one.actor) for one in reversed(lines)]
    actions = ("program-added", "token-rotated", "program-told", "program-revoked")
    assert told == [(one, "command") for one in actions]
    assert "agl_" not in json.dumps([one.data for one in lines])
