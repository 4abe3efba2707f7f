"""One-time links, my account, and the administrators' page."""

import re
import threading
from contextlib import suppress

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from cases.secondlevel import Role
from desk.access import digest
from desk.signin import passwords
from desk.signin.accounts import LINK_LASTS, AccountFaultError, Accounts, Newcomer
from store.tx import Store
from tests.desk import signed
from tests.desk.signin.conftest import Browser
from tests.desk.signin.signing import BOSS, EMAIL, WORDS, Clock, actions, enter

NEW = "une autre phrase à retenir"


def address(page: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(r"/desk/sign-in/link/[\w-]+", page)
    assert found
    return found[0]


def link(client: TestClient, identity: str = "nora") -> str:
    """A link that an administrator makes."""
    assert enter(client, email=BOSS) == 303
    return address(client.post(f"/desk/users/{identity}", data={"do": "link"}).text)


def test_a_link_lets_one_choose_a_password_once(another: Browser, store: Store) -> None:
    path, nora = link(another()), another()
    assert "Hello Nora Delvaux" in nora.get(path).text
    assert nora.get(path).status_code == 200
    assert nora.post(path, data={"password": "too short"}).status_code == 422
    assert nora.post(path, data={"password": NEW}).headers["location"] == "/desk"
    assert nora.get("/desk/account").status_code == 200
    for answer in (another().get(path), another().post(path, data={"password": NEW})):
        assert (answer.status_code, "once, for 24 hours" in answer.text) == (410, True)
    assert enter(another(), WORDS) == 422
    assert enter(another(), NEW) == 303


def test_no_hash_is_made_for_whoever_has_no_link(another: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(passwords, "hashed", made.append)
    assert another().post("/desk/sign-in/link/guessed", data={"password": NEW}).status_code == 410
    assert made == []


def test_a_newer_link_and_a_day_end_it(another: Browser, clock: Clock) -> None:
    boss = another()
    first, second = link(boss), link(boss)
    assert (another().get(first).status_code, another().get(second).status_code) == (410, 200)
    clock.now += LINK_LASTS
    assert another().get(second).status_code == 410


def test_a_new_password_asks_for_the_old_and_ends_other_sessions(client: TestClient, another: Browser) -> None:
    elsewhere = another()
    enter(client), enter(elsewhere)
    form = {"current": "not that one", "new": NEW}
    refused = client.post("/desk/account/password", data=form)
    assert (refused.status_code, "not your current password" in refused.text) == (422, True)
    assert client.post("/desk/account/password", data={"current": WORDS, "new": "court"}).status_code == 422
    kept = client.cookies["session"]
    assert client.post("/desk/account/password", data={"current": WORDS, "new": NEW}).status_code == 303
    assert client.cookies["session"] != kept
    assert (client.get("/desk/account").status_code, elsewhere.get("/desk/account").status_code) == (200, 303)


def test_the_current_password_cannot_be_guessed_in_an_open_page(client: TestClient) -> None:
    enter(client)
    for _ in range(5):
        client.post("/desk/account/password", data={"current": "a guess", "new": NEW})
    assert client.post("/desk/account/password", data={"current": WORDS, "new": NEW}).status_code == 422


def test_preferences_are_kept_and_the_language_is_that(client: TestClient, another: Browser, store: Store) -> None:
    enter(client)
    client.post("/desk/account", data={"language": "de"})
    assert "Mein Konto" in client.get("/desk/account").text
    with store.reading() as tx:
        row = tx.accounts.find("nora")
    assert row.preferences == {"language": "de", "shortcuts": False}
    elsewhere = another()
    enter(elsewhere)
    assert '<html lang="de">' in elsewhere.get("/desk/account").text


def test_other_sessions_are_seen_and_ended_and_nobody_elses(client: TestClient, another: Browser) -> None:
    second, third, boss = another(), another(), another()
    for one in (client, second, third):
        enter(one)
    enter(boss, email=BOSS)
    assert client.get("/desk/account").text.count("End this session") == 2
    client.post("/desk/account/sessions", data={"session": digest(second.cookies["session"])})
    assert (second.get("/desk/account").status_code, third.get("/desk/account").status_code) == (303, 200)
    client.post("/desk/account/sessions", data={"session": digest(boss.cookies["session"])})
    client.post("/desk/account/sessions")
    assert (third.get("/desk/account").status_code, boss.get("/desk/account").status_code) == (303, 200)
    assert client.get("/desk/account").status_code == 200


@pytest.mark.parametrize("do", ["role", "disable", "sign-out"])
def test_what_an_administrator_does_ends_sessions_at_once(client: TestClient, another: Browser, do: str) -> None:
    boss = another()
    enter(client), enter(boss, email=BOSS)
    answer = boss.post("/desk/users/nora", data={"do": do, "role": "auditor"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/users?done={do}")
    assert client.get("/desk/account").status_code == 303
    assert boss.get(f"/desk/users?done={do}").status_code == 200


def test_an_administrator_adds_somebody_who_chooses_a_password(another: Browser, store: Store) -> None:
    boss, new = another(), another()
    enter(boss, email=BOSS)
    page = boss.post("/desk/users", data={"email": "Luc@example.org", "name": "Luc Martin", "role": "expert"}).text
    assert "Luc Martin" in page
    assert new.post(address(page), data={"password": NEW}).status_code == 303
    assert "Luc Martin" in new.get("/desk/account").text
    assert actions(store) == ["signed-in", "account-added", "link-made", "password-changed", "signed-in"]


def test_faults_are_said_beside_their_field_and_nothing_typed_is_lost(another: Browser) -> None:
    boss = another()
    enter(boss, email=BOSS)
    taken = boss.post("/desk/users", data={"email": EMAIL, "name": "Somebody Else"})
    assert (taken.status_code, 'id="email-fault"' in taken.text, "Somebody Else" in taken.text) == (422, True, True)
    last = boss.post("/desk/users/thomas", data={"do": "disable"})
    assert (last.status_code, "the last administrator" in last.text) == (422, True)


def test_accounts_are_for_administrators(client: TestClient) -> None:
    enter(client)
    assert client.get("/desk/users").status_code == 403
    assert client.post("/desk/users/thomas", data={"do": "disable"}).status_code == 403


def test_nobody_has_the_name_of_a_program(store: Store, profile: Profile, clock: Clock) -> None:
    """Both would stand on timelines as the same."""
    with store.transaction("tests") as tx:
        tx.programs.add("crm-sync", Role.AGENT, clock.now)
    with pytest.raises(AccountFaultError), store.transaction("tests") as tx:
        Accounts(tx, profile, "nora", clock.now).add(Newcomer(email="crm@example.org", id="crm-sync"))


@pytest.mark.servers("postgres")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
@pytest.mark.parametrize("how", ["give", "disable"])
def test_two_administrators_who_take_it_from_each_other_at_once_leave_one(
    store: Store, profile: Profile, how: str
) -> None:
    names = ("anke", "nora")
    for name in names:
        signed.enter(store, name, Role.ADMINISTRATOR)
    both = threading.Barrier(2)

    def demote(identity: str) -> None:
        with suppress(AccountFaultError), store.transaction("tests") as tx:
            changing = Accounts(tx, profile, "command", signed.NOW)
            row = changing.find(identity)
            both.wait(20)
            changing.disable(row) if how == "disable" else changing.give(row, Role.AGENT)

    threads = [threading.Thread(target=demote, args=[name]) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.reading() as tx:
        left = [row.id for row in tx.accounts.all() if row.role == Role.ADMINISTRATOR and row.disabled_at is None]
    assert len(left) == 1
