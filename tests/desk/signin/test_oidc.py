"""Signing in at the organisation, against a provider that is strict."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey, OctKey

from app.http import application
from cases.profile import Profile, SignIn
from cases.secondlevel import Role
from desk.service import Service
from desk.signin.identity import role_of
from desk.signin.issuer import Issuer, Registration
from desk.signin.means import Means
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.signin.signing import EMAIL, PUBLIC, Clock, people
from tests.servers.issuer import CLIENT, SECRET
from tests.servers.issuer import Issuer as Provider

GROUPS = {"g-agents": Role.AGENT, "g-leads": Role.SUPERVISOR}
NORA = {"sub": "a1", "email": EMAIL, "email_verified": True, "name": "Nora Delvaux", "groups": ["g-agents", "other"]}
LUC = {"sub": "b2", "email": "Luc@example.org", "email_verified": True, "name": "Luc Martin", "groups": ["g-leads"]}


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    clock.now = datetime.now(UTC)
    with Provider(f"{PUBLIC}/desk/sign-in/oidc/back", dict(LUC), now=lambda: clock.now.timestamp()) as running:
        yield running


@pytest.fixture
def pages(sqlite_store: Store, profile: Profile, provider: Provider, clock: Clock) -> FastAPI:
    people(sqlite_store)
    known = Registration(issuer=provider.url, client_id=CLIENT, client_secret=SECRET, public_url=PUBLIC)
    mapped = replace(profile, sign_in=SignIn(groups=GROUPS))
    desk = Service(sqlite_store, mapped, SIGNER, None, clock, means=Means(issuer=Issuer(known)))
    return application(desk, bind="127.0.0.1:8080", public_url=PUBLIC)


@pytest.fixture
def client(pages: FastAPI) -> Iterator[TestClient]:
    headers = {"origin": PUBLIC, "accept-language": "en"}
    with TestClient(pages, base_url=PUBLIC, headers=headers, follow_redirects=False) as one:
        yield one


def there(client: TestClient, to: str = "") -> str:
    """To the provider; where it sends one back to."""
    away = client.get("/desk/sign-in/oidc", params={"next": to})
    assert away.status_code == 303
    return httpx2.get(away.headers["location"]).headers["location"]


def sign_in(client: TestClient, to: str = "") -> httpx2.Response:
    return client.get(there(client, to))


def account(store: Store, identity: str) -> Any:
    with store.reading() as tx:
        return tx.accounts.find(identity)


def test_one_goes_there_and_comes_back_signed_in(client: TestClient, sqlite_store: Store) -> None:
    assert 'href="/desk/sign-in/oidc?next=/desk/day"' in client.get("/desk/sign-in?next=/desk/day").text
    answer = sign_in(client, "/desk/day")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/day")
    assert "Luc Martin" in client.get("/desk/day").text
    made = account(sqlite_store, "luc")
    assert (made.email, made.role, made.subject, made.password) == ("luc@example.org", "supervisor", "b2", None)


def test_the_role_is_what_the_groups_say_each_time(client: TestClient, provider: Provider, sqlite_store: Store) -> None:
    sign_in(client)
    provider.person |= {"groups": ["g-agents"], "name": "Luc Martin-Dupont"}
    assert sign_in(client).status_code == 303
    assert (account(sqlite_store, "luc").role, account(sqlite_store, "luc").name) == ("agent", "Luc Martin-Dupont")


@pytest.mark.parametrize("groups", [None, [], ["other"], "g-agents", {"g-agents": True}])
def test_without_a_group_nobody_gets_in_and_sessions_end(client: TestClient, provider: Provider, groups: Any) -> None:
    assert sign_in(client).status_code == 303
    provider.person |= {"groups": groups}
    other = sign_in(client)
    assert (other.status_code, "none of your groups" in other.text) == (403, True)
    assert client.get("/desk/day").status_code == 303


def test_an_account_of_a_verified_address_is_theirs(
    client: TestClient, provider: Provider, sqlite_store: Store
) -> None:
    provider.person = dict(NORA)
    assert sign_in(client).status_code == 303
    assert (account(sqlite_store, "nora").subject, account(sqlite_store, "nora").issuer) == ("a1", provider.url)
    provider.person["email"] = "married@example.org"
    assert sign_in(client).status_code == 303
    assert account(sqlite_store, "nora").email == EMAIL


@pytest.mark.parametrize("said", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}])
def test_an_address_that_nobody_vouches_for_opens_no_account(client: TestClient, provider: Provider, said: Any) -> None:
    provider.person = NORA | said
    answer = sign_in(client)
    assert (answer.status_code, "does not vouch" in answer.text) == (403, True)


@pytest.mark.parametrize("said", [True, 1, "1", "true"])
def test_entra_vouches_in_its_own_way(client: TestClient, provider: Provider, sqlite_store: Store, said: Any) -> None:
    provider.person = {**NORA, "xms_edov": said}
    del provider.person["email_verified"]
    assert sign_in(client).status_code == 303
    assert account(sqlite_store, "nora").subject == "a1"


def test_only_a_verified_address_makes_an_agent_of_the_profile(
    client: TestClient, provider: Provider, sqlite_store: Store, profile: Profile
) -> None:
    agent = next(one for one in profile.routing.agents if one.address)
    provider.person |= {"email": agent.address, "email_verified": False}
    assert sign_in(client).status_code == 303
    with sqlite_store.reading() as tx:
        made = tx.accounts.find_subject(provider.url, "b2")
    assert made is not None
    assert made.id.startswith("u-")


def test_who_writes_another_s_address_into_their_own_profile_keeps_nobody_out(
    client: TestClient, provider: Provider, sqlite_store: Store
) -> None:
    provider.person = {**LUC, "email": "chief@example.org", "email_verified": False}
    assert sign_in(client).status_code == 303
    client.cookies.clear()
    provider.person = {**LUC, "sub": "c3", "email": "chief@example.org"}
    assert sign_in(client).status_code == 303
    with sqlite_store.reading() as tx:
        first, chief = tx.accounts.find_subject(provider.url, "b2"), tx.accounts.find_subject(provider.url, "c3")
    assert first is not None
    assert chief is not None
    assert (first.email.partition("@")[2], chief.email) == ("unverified.invalid", "chief@example.org")


def test_a_second_person_of_the_same_name_gets_another_id(
    client: TestClient, provider: Provider, sqlite_store: Store
) -> None:
    sign_in(client)
    provider.person |= {"sub": "c3", "email": "luc@example.com"}
    assert sign_in(client).status_code == 303
    with sqlite_store.reading() as tx:
        assert len(tx.accounts.all()) == 4


def test_a_closed_account_stays_closed(client: TestClient, sqlite_store: Store, clock: Clock) -> None:
    sign_in(client)
    with sqlite_store.transaction("test") as tx:
        tx.accounts.change("luc", disabled_at=clock.now)
    assert "This account is closed" in sign_in(client).text


def changed(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A lie: these claims in place of the true ones; None leaves one out."""
    return lambda true: {name: value for name, value in {**true, **claims}.items() if value is not None}


LIES = {
    "another nonce": changed(nonce="another"),
    "no nonce": changed(nonce=None),
    "another audience": changed(aud="somebody else"),
    "more audiences": changed(aud=[CLIENT, "somebody else"], azp=CLIENT),
    "another authorised party": changed(azp="somebody else"),
    "no audience": changed(aud=None),
    "another issuer": changed(iss="https://evil.example.org"),
    "no issuer": changed(iss=None),
    "nobody": changed(sub=None),
    "an empty subject": changed(sub=""),
    "no end": changed(exp=None),
    "ended": lambda true: {**true, "exp": true["iat"] - 120},
    "from the future": lambda true: {**true, "iat": true["iat"] + 600},
    "another access token": changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_must_not_be_believed_is_not(client: TestClient, provider: Provider, lie: str) -> None:
    provider.lie = LIES[lie]
    answer = sign_in(client)
    assert (answer.status_code, "could not be verified" in answer.text) == (400, True)
    assert client.get("/desk/day").status_code == 303


def test_a_signature_of_another_key_is_not_believed(client: TestClient, provider: Provider) -> None:
    provider.sign_with = ECKey.generate_key("P-256", {"kid": provider.key.kid})
    assert sign_in(client).status_code == 400


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_signature_without_a_key_of_theirs_is_none(client: TestClient, provider: Provider, alg: str) -> None:
    if alg == "HS256":
        provider.sign_with = OctKey.import_key(SECRET, {"kid": provider.key.kid})  # type: ignore[assignment]
    provider.alg = alg
    assert sign_in(client).status_code == 400


def test_new_keys_are_looked_for_and_old_ones_kept(client: TestClient, provider: Provider) -> None:
    for _ in range(2):
        assert sign_in(client).status_code == 303
    assert provider.fetched.count("/certs") == 1
    provider.rotate()
    assert sign_in(client).status_code == 303
    assert provider.fetched.count("/certs") == 2


def test_a_code_is_of_use_once_and_to_this_browser(client: TestClient, pages: FastAPI) -> None:
    back = there(client)
    with TestClient(pages, base_url=PUBLIC, follow_redirects=False) as stranger:
        assert stranger.get(back).status_code == 400
        there(stranger)
        assert stranger.get(back).status_code == 400
    kept = client.cookies["__Host-oidc"]
    assert client.get(back).status_code == 303
    client.cookies.set("__Host-oidc", kept, domain="desk.example.org")
    assert client.get(back).status_code == 400


def test_what_took_too_long_begins_again(client: TestClient, clock: Clock) -> None:
    back = there(client)
    clock.later(minutes=11)
    answer = client.get(back)
    assert (answer.status_code, "Begin again" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "spoilt", [("state=", "state=x"), ("code=", "coda="), ("iss=", "iss=https%3A%2F%2Fevil.example.org&a=")]
)
def test_an_answer_to_nothing_that_was_asked_is_refused(client: TestClient, spoilt: tuple[str, str]) -> None:
    assert client.get(there(client).replace(*spoilt)).status_code == 400


def test_somebody_who_refuses_there_is_told_so(client: TestClient) -> None:
    there(client)
    answer = client.get("/desk/sign-in/oidc/back?error=access_denied&state=x")
    assert (answer.status_code, "was refused" in answer.text) == (400, True)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_secret_is_sent_as_the_provider_wants_it(client: TestClient, provider: Provider, method: str) -> None:
    provider.extra = {"token_endpoint_auth_methods_supported": [method]}
    assert sign_in(client).status_code == 303
    assert ("client_secret" in provider.asked[-1]) == (method == "client_secret_post")


@pytest.mark.parametrize(
    "extra",
    [
        {"issuer": "https://evil.example.org"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_discovery_document_of_somebody_else_is_not_used(client: TestClient, provider: Provider, extra: Any) -> None:
    provider.extra = extra
    answer = client.get("/desk/sign-in/oidc")
    assert (answer.status_code, "does not answer at the moment" in answer.text) == (503, True)


def test_a_provider_that_is_away_is_said_to_be(pages: FastAPI, client: TestClient, provider: Provider) -> None:
    back = there(client)
    provider.__exit__(None, None, None)
    assert client.get(back).status_code == 503
    assert client.get("/desk/sign-in").status_code == 200


def test_signing_out_leads_there_too(client: TestClient, provider: Provider) -> None:
    sign_in(client)
    answer = client.post("/desk/sign-out")
    back = "https%3A%2F%2Fdesk.example.org%2Fdesk%2Fsign-in"
    ends = f"{provider.url}/logout?client_id={CLIENT}&post_logout_redirect_uri={back}"
    assert (answer.status_code, answer.headers["refresh"]) == (200, f"0;url={ends}")
    assert client.get("/desk/day").status_code == 303


def test_what_was_typed_stays_in_its_page_while_one_signs_in_in_another(client: TestClient) -> None:
    page = client.post("/desk/calls/new", data={"text": "Bonjour & merci"}).text
    assert 'href="/desk/sign-in/oidc?next=/desk/signed-in" target="_blank"' in page
    assert '<input type="hidden" name="text" value="Bonjour &amp; merci">' in page
    assert sign_in(client, "/desk/signed-in").headers["location"] == "/desk/signed-in"
    assert "Close this tab" in client.get("/desk/signed-in").text


def test_of_several_groups_the_first_role_counts(profile: Profile) -> None:
    mapped = replace(profile, sign_in=SignIn(groups=GROUPS))
    assert role_of(frozenset({"g-agents", "g-leads"}), mapped) is Role.SUPERVISOR
    assert role_of(frozenset({"x"}), mapped) is None


def test_without_an_issuer_there_are_no_such_pages(sqlite_store: Store, profile: Profile) -> None:
    app = application(Service(sqlite_store, profile, SIGNER), bind="127.0.0.1:8080", public_url=PUBLIC)
    with TestClient(app, base_url=PUBLIC) as client:
        assert client.get("/desk/sign-in/oidc").status_code == 404
        assert client.get("/desk/sign-in/oidc/back?code=x&state=y").status_code == 404
