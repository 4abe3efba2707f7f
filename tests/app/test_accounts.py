"""Accounts from outside the pages: the demonstration's, the first one, and the organisation's sign-in."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.accounts import greeting, means
from app.settings import Settings
from app.wiring import House, build
from cases.errors import ConfigurationError
from cases.profile import SignIn
from cases.secondlevel import Role
from desk.signin.accounts import Accounts, Newcomer

ADDRESS = "http://127.0.0.1:8080/"


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    built = build(Settings(database_url=sqlite_url))
    yield built
    built.store.engine.dispose()


def test_the_demonstration_has_its_supervisor_and_a_link_of_each_start(house: House) -> None:
    first, second = means(house, demo=True), means(house, demo=True)
    assert greeting(house, first, ADDRESS) == f"Sign in with  {ADDRESS}desk/sign-in/demo/{first.demo}"
    assert first.demo != second.demo
    with house.store.reading() as tx:
        [account] = tx.accounts.all()
    assert (account.id, account.role, account.password) == ("thomas", Role.SUPERVISOR, None)


def test_where_nobody_has_an_account_the_command_that_makes_one_is_said(house: House) -> None:
    assert "aiguillage user add" in greeting(house, means(house), ADDRESS)
    with house.store.transaction("test") as tx:
        Accounts(tx, house.profile, "test", house.clock()).add(Newcomer(email="a@example.org"))
    assert greeting(house, means(house), ADDRESS) == ""


def test_an_issuer_wants_a_group_that_has_a_role(house: House) -> None:
    settings = replace(house.settings, oidc_issuer="https://login.example.org", oidc_client_id="aiguillage")
    with pytest.raises(ConfigurationError, match="no group has a role"):
        means(replace(house, settings=settings))
    mapped = replace(house.profile, sign_in=SignIn(groups={"a": Role.AGENT}))
    found = means(replace(house, settings=settings, profile=mapped)).issuer
    assert found is not None
    assert found.registration.redirect_uri == f"{ADDRESS}desk/sign-in/oidc/back"
