"""Access tokens against a real token endpoint, and Dovecot that asks that endpoint whether they are good."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.email.credentials import ImapAccount
from ingest.email.imap_errors import LoginRefusedError
from ingest.email.mailbox import connect
from ingest.email.oauth import OAuthClient, TokenRefusedError, TokenSource
from tests.servers.imap import ImapServer
from tests.servers.tokens import TokenServer


@pytest.fixture
def endpoint() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


def client(endpoint: TokenServer, **more: str) -> OAuthClient:
    return OAuthClient(token_url=endpoint.token_url, client_id="aiguillage", **more)


def test_a_token_is_kept_until_shortly_before_its_end(endpoint: TokenServer) -> None:
    source = TokenSource(client(endpoint, client_secret="s3cret", scope="imap"))
    assert source.get() == source.get()
    assert endpoint.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": "aiguillage",
            "client_secret": "s3cret",
            "scope": "imap",
        }
    ]
    endpoint.expires_in = 60  # less than the margin
    assert source.renew() != source.get()


def test_a_refresh_token_is_used_where_there_is_one(endpoint: TokenServer) -> None:
    TokenSource(client(endpoint, refresh_token="r1")).get()
    assert endpoint.asked[0]["grant_type"] == "refresh_token"
    assert endpoint.asked[0]["refresh_token"] == "r1"


def test_the_endpoints_reason_is_in_the_error(endpoint: TokenServer) -> None:
    endpoint.refuse_with = "invalid_grant"
    with pytest.raises(TokenRefusedError, match="invalid_grant"):
        TokenSource(client(endpoint, refresh_token="dead")).get()


def test_an_endpoint_that_is_away(endpoint: TokenServer) -> None:
    away = replace(client(endpoint, client_secret="s3cret"), token_url="http://127.0.0.1:9/token")
    with pytest.raises(TokenRefusedError, match="no answer"):
        TokenSource(away).get()


def account(server: ImapServer, tokens: TokenServer) -> ImapAccount:
    source = TokenSource(client(tokens, client_secret="s3cret"))
    account = replace(server.new_folder().account, password="", token=source)
    tokens.username = account.user
    return account


@pytest.mark.servers("dovecot")
def test_xoauth2_login(dovecot_imap: ImapServer, token_server: TokenServer) -> None:
    session = connect(account(dovecot_imap, token_server), "INBOX")
    assert session.list_after(0) == []
    session.close()


@pytest.mark.servers("dovecot")
def test_a_token_that_was_revoked_is_renewed_once(dovecot_imap: ImapServer, token_server: TokenServer) -> None:
    ours = account(dovecot_imap, token_server)
    connect(ours, "INBOX").close()
    token_server.revoke_all()
    before = len(token_server.asked)
    connect(ours, "INBOX").close()
    assert len(token_server.asked) == before + 1


@pytest.mark.servers("dovecot")
def test_tokens_of_another_account_are_refused(dovecot_imap: ImapServer, token_server: TokenServer) -> None:
    ours = account(dovecot_imap, token_server)
    token_server.username = "somebody-else"
    with pytest.raises(LoginRefusedError):
        connect(ours, "INBOX")
