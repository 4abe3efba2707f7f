"""`aiguillage user`: accounts from the command line, on a database of its own."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.commands import user
from app.settings import Settings
from app.wiring import House, build
from cases.secondlevel import Role
from desk.access import digest
from desk.signin.accounts import AccountFaultError
from desk.signin.passwords import matches

Said = Callable[[], str]


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    built = build(Settings(database_url=sqlite_url, public_url="https://desk.example.org/"))
    monkeypatch.setattr(user, "open_house", lambda: built)
    yield built
    built.store.engine.dispose()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out


def account(house: House, identity: str) -> Any:
    with house.store.reading() as tx:
        return tx.accounts.find(identity)


def test_adding_prints_a_link_that_works_once(house: House, said: Said) -> None:
    user.add("Jeanne.Dupont@example.org", name="Jeanne Dupont", role=Role.ADMINISTRATOR)
    link = said().strip()
    assert link.startswith("https://desk.example.org/desk/sign-in/link/")
    with house.store.transaction("test") as tx:
        found = [tx.accounts.use_link(digest(link.rpartition("/")[2]), house.clock()) for _ in range(2)]
    assert found == ["jeanne.dupont", None]


def test_an_agent_of_the_profile_gets_their_own_id_and_name(house: House) -> None:
    agent = next(one for one in house.profile.routing.agents if one.address)
    user.add(agent.address.upper())
    assert (account(house, agent.id).name, account(house, agent.id).role) == (agent.name, Role.AGENT)


@pytest.mark.parametrize(
    ("email", "identity", "fault"),
    [
        ("nobody", "", "email"),
        ("a b@example.org", "", "email"),
        ("a@example.org", "Not an id", "id"),
        ("known@example.org", "", "taken"),
        ("other@example.org", "known", "taken"),
    ],
)
def test_what_cannot_be_an_account_is_refused(house: House, email: str, identity: str, fault: str) -> None:
    user.add("known@example.org")
    with pytest.raises(AccountFaultError) as refused:
        user.add(email, identity=identity)
    assert refused.value.fault == fault


def test_the_last_administrator_stays_one(house: House) -> None:
    user.add("boss@example.org", role=Role.ADMINISTRATOR)
    for change in (lambda: user.disable("boss"), lambda: user.give_role("boss", Role.AGENT)):
        with pytest.raises(AccountFaultError, match="last administrator"):
            change()
    user.add("second@example.org", role=Role.ADMINISTRATOR)
    user.give_role("boss@example.org", Role.AUDITOR)
    assert account(house, "boss").role == Role.AUDITOR


def test_a_password_is_read_from_a_pipe(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    user.add("jeanne@example.org")
    monkeypatch.setattr("sys.stdin", io.StringIO("quatre mots et un cheval\n"))
    user.password("jeanne")
    assert matches("quatre mots et un cheval", account(house, "jeanne").password)
    monkeypatch.setattr("sys.stdin", io.StringIO("court\n"))
    with pytest.raises(AccountFaultError, match="at least 12"):
        user.password("jeanne")


def test_lists_are_json_lines(house: House, said: Said) -> None:
    user.add("jeanne@example.org")
    user.disable("jeanne")
    user.enable("jeanne")
    said()
    user.list_users(as_json=True)
    user.sessions("jeanne", as_json=True)
    user.audit(as_json=True)
    jeanne, *lines = map(json.loads, said().splitlines())
    assert (jeanne["id"], jeanne["email"], jeanne["sessions"]) == ("jeanne", "jeanne@example.org", 0)
    actions = ["account-enabled", "account-disabled", "link-made", "account-added"]
    assert [(line["action"], line["actor"], line["about"]) for line in lines] == [
        (action, "command", "jeanne") for action in actions
    ]


def test_who_is_not_there_is_named_as_such(house: House) -> None:
    with pytest.raises(AccountFaultError, match="no such account"):
        user.sign_out("nobody")
