"""A submission account (RFC 6409) as an address: `smtp+starttls://user:password@host:587`."""

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cases.errors import ConfigurationError

Token = Callable[[], str]
"""Where an OAuth2 access token comes from (XOAUTH2). It is asked at each sign-in and may raise TransientError."""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where and as whom mail is submitted. `hello` is the name that we greet with (RFC 5321 4.1.1.1)."""

    scheme: str
    host: str
    port: int
    hello: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: Token | None = field(default=None, repr=False)


def account(url: str, hello: str, token: Token | None = None) -> Account:
    """Read `smtp://`, `smtp+starttls://` or `smtps://[user[:password]@]host[:port]`; `token` signs in by XOAUTH2.

    Raises ConfigurationError.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _fault("is not the address of a mail server") from error
    if parts.scheme not in PORTS or not host:
        raise _fault("is not the address of a mail server")
    if parts.username and parts.scheme == "smtp" and not _is_loopback(host):
        raise _fault("would send the password unprotected")
    if token and not parts.username:
        raise _fault("names no user to sign in")
    return Account(
        scheme=parts.scheme,
        host=host,
        port=port,
        hello=hello,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or "") if parts.username and not token else None,
        token=token,
    )


def _fault(cause: str) -> ConfigurationError:
    mend = "write smtp+starttls://user:password@host:587, smtps://user:password@host:465 or smtp://host:25"
    return ConfigurationError([("AIGUILLAGE_SMTP_URL", cause, mend)])


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
