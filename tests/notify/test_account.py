import pytest

from cases.errors import ConfigurationError
from notify.account import account

HELLO = "monpermis.example.be"


@pytest.mark.parametrize(
    ("url", "scheme", "port"),
    [
        ("smtp://mail.example.org", "smtp", 25),
        ("smtp://mail.example.org:2525", "smtp", 2525),
        ("smtp+starttls://mail.example.org", "smtp+starttls", 587),
        ("smtps://mail.example.org", "smtps", 465),
    ],
)
def test_scheme_and_port(url: str, scheme: str, port: int) -> None:
    found = account(url, HELLO)
    assert (found.scheme, found.host, found.port, found.hello) == (scheme, "mail.example.org", port, HELLO)
    assert (found.username, found.password) == (None, None)


def test_a_user_and_password_may_hold_any_character() -> None:
    found = account("smtps://help%40example.org:p%3A%40%2F@mail.example.org", HELLO)
    assert (found.username, found.password) == ("help@example.org", "p:@/")
    assert "p:@/" not in repr(found)


def test_a_token_takes_the_place_of_the_password() -> None:
    found = account("smtps://help%40example.org@mail.example.org", HELLO, lambda: "token")
    assert found.password is None
    assert found.token is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_password_may_go_unprotected_within_the_machine(host: str) -> None:
    assert account(f"smtp://user:secret@{host}:2525", HELLO).password == "secret"


@pytest.mark.parametrize(
    ("url", "token", "cause"),
    [
        ("", None, "is not the address"),
        ("mail.example.org", None, "is not the address"),
        ("imap://mail.example.org", None, "is not the address"),
        ("smtp://", None, "is not the address"),
        ("smtp://mail.example.org:port", None, "is not the address"),
        ("smtp://mail.example.org:99999", None, "is not the address"),
        ("smtp://user:secret@mail.example.org", None, "unprotected"),
        ("smtps://mail.example.org", lambda: "token", "names no user"),
    ],
)
def test_faults_name_the_setting_and_the_mend(url: str, token: object, cause: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        account(url, HELLO, token)  # type: ignore[arg-type]
    ((key, found, mend),) = caught.value.faults
    assert key == "AIGUILLAGE_SMTP_URL"
    assert cause in found
    assert "smtps://" in mend
    assert "secret" not in str(caught.value)
