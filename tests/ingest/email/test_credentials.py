"""Connection settings: each fault is named with its key and how to mend it, and no secret shows."""

import pytest

from ingest.email.credentials import Security, read_credentials

PREFIX = "AIGUILLAGE_MAILBOX_SUPPORT_"


def read(**settings: str):  # type: ignore[no-untyped-def]
    return read_credentials(PREFIX, {PREFIX + key: value for key, value in settings.items()})


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("imaps://u:p@mail.example.org", Security.TLS, 993),
        ("imap+starttls://u:p@mail.example.org", Security.STARTTLS, 143),
        ("imap://u:p@mail.example.org:1143", Security.PLAIN, 1143),
    ],
)
def test_the_scheme_says_how_the_connection_is_protected(url: str, security: Security, port: int) -> None:
    credentials, faults = read(IMAP_URL=url)
    assert faults == []
    assert (credentials.imap.security, credentials.imap.port) == (security, port)
    assert (credentials.imap.user, credentials.imap.password) == ("u", "p")


def test_user_and_password_are_unquoted_and_the_key_wins() -> None:
    credentials, _ = read(IMAP_URL="imaps://support%40example.org:a%2Fb@mail.example.org")
    assert (credentials.imap.user, credentials.imap.password) == ("support@example.org", "a/b")
    credentials, _ = read(IMAP_URL="imaps://u:old@mail.example.org", PASSWORD="new")
    assert credentials.imap.password == "new"


def test_oauth_replaces_the_password_for_both_directions() -> None:
    credentials, faults = read(
        IMAP_URL="imaps://support@mail.example.org",
        SMTP_URL="smtps://support@mail.example.org",
        OAUTH_TOKEN_URL="https://login.example.org/token",
        OAUTH_CLIENT_ID="id",
        OAUTH_CLIENT_SECRET="s3cret",
    )
    assert faults == []
    assert credentials.token is credentials.imap.token is not None
    assert credentials.smtp_url == "smtps://support@mail.example.org"


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        ({}, {"IMAP_URL"}),
        ({"IMAP_URL": "imaps://u:p@host:port"}, {"IMAP_URL"}),
        ({"IMAP_URL": "imaps://[u:p@host"}, {"IMAP_URL"}),
        ({"IMAP_URL": "https://u:p@host"}, {"IMAP_URL"}),
        ({"IMAP_URL": "imaps://"}, {"IMAP_URL"}),
        ({"IMAP_URL": "imaps://host"}, {"IMAP_URL", "PASSWORD"}),
        ({"IMAP_URL": "imaps://u@host", "PASSWORD": "a\nb"}, {"PASSWORD"}),
        (
            {"IMAP_URL": "imaps://u@host", "OAUTH_SCOPE": "x"},
            {"OAUTH_TOKEN_URL", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"},
        ),
        (
            {
                "IMAP_URL": "",
                "OAUTH_TOKEN_URL": "http://login.example.org",
                "OAUTH_CLIENT_ID": "i",
                "OAUTH_REFRESH_TOKEN": "r",
            },
            {"IMAP_URL", "OAUTH_TOKEN_URL"},
        ),
    ],
)
def test_every_fault_is_named_at_once(settings: dict[str, str], keys: set[str]) -> None:
    credentials, faults = read(**settings)
    assert credentials is None
    assert {key.removeprefix(PREFIX) for key, _, _ in faults} == keys
    assert all(cause and mend for _, cause, mend in faults)


def test_no_secret_shows_in_what_is_printed() -> None:
    credentials, _ = read(
        IMAP_URL="imaps://u:hidden1@host",
        SMTP_URL="smtp://u:hidden2@host",
        OAUTH_TOKEN_URL="https://login.example.org",
        OAUTH_CLIENT_ID="id",
        OAUTH_CLIENT_SECRET="hidden3",
        OAUTH_REFRESH_TOKEN="hidden4",
    )
    assert "hidden" not in repr(credentials)
