"""One mailbox's connection settings, read from a mapping and checked at once.

The keys are those of the environment after `AIGUILLAGE_MAILBOX_<NAME>_`: IMAP_URL SMTP_URL PASSWORD OAUTH_TOKEN_URL
OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET OAUTH_REFRESH_TOKEN OAUTH_SCOPE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from ingest.email.oauth import OAuthClient, TokenSource

TIMEOUT = 20.0
"""Seconds to wait for an answer: a connection that died in silence is replaced within half a minute."""

Fault = tuple[str, str, str]

_IMAP_EXAMPLE = "write imaps://user@mail.example.org:993, the password in the key that ends in PASSWORD"


class Security(StrEnum):
    """How the connection is protected; the value is the URL's scheme."""

    TLS = "imaps"
    STARTTLS = "imap+starttls"
    PLAIN = "imap"


DEFAULT_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}
OAUTH_KEYS = ("OAUTH_TOKEN_URL", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_REFRESH_TOKEN", "OAUTH_SCOPE")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where a mailbox is read and as whom. `token`, where set, replaces the password (XOAUTH2)."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(default="", repr=False)
    token: TokenSource | None = None
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """All that one mailbox's settings say. `smtp_url` is passed on as it is, '' where there is none."""

    imap: ImapAccount
    smtp_url: str = field(default="", repr=False)
    token: TokenSource | None = None


def read_credentials(prefix: str, settings: Mapping[str, str]) -> tuple[Credentials | None, list[Fault]]:
    """The credentials under `prefix`, and every fault as (key, cause, mend). None where there is a fault."""
    values = {key[len(prefix) :]: value for key, value in settings.items() if key.startswith(prefix)}
    oauth, faults = _read_oauth(prefix, values)
    token = TokenSource(oauth) if oauth else None
    url, url_faults = _split(prefix + "IMAP_URL", values.get("IMAP_URL", ""))
    faults += url_faults
    if url is None or faults:
        return None, faults
    password = values.get("PASSWORD") or unquote(url.password or "")
    user = unquote(url.username or "")
    faults += _login_faults(prefix, user, password, token)
    if faults:
        return None, faults
    security = Security(url.scheme)
    port = url.port or DEFAULT_PORTS[security]
    account = ImapAccount(
        host=url.hostname or "", port=port, security=security, user=user, password=password, token=token
    )
    return Credentials(imap=account, smtp_url=values.get("SMTP_URL", ""), token=token), []


def _split(key: str, text: str) -> tuple[SplitResult | None, list[Fault]]:
    if not text:
        return None, [(key, "is missing", _IMAP_EXAMPLE)]
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None, [(key, "is not a URL", _IMAP_EXAMPLE)]
    if url.scheme not in set(Security):
        return None, [(key, f"has the scheme {url.scheme or 'none'}", "use imaps://, imap+starttls:// or imap://")]
    return (url, []) if url.hostname else (None, [(key, "names no host", _IMAP_EXAMPLE)])


def _read_oauth(prefix: str, values: Mapping[str, str]) -> tuple[OAuthClient | None, list[Fault]]:
    given = {key.removeprefix("OAUTH_").lower(): values[key] for key in OAUTH_KEYS if values.get(key)}
    if not given:
        return None, []
    faults = [
        (f"{prefix}OAUTH_{key}", "is missing", "set it, or none of the keys that begin with OAUTH")
        for key in ("TOKEN_URL", "CLIENT_ID")
        if key.lower() not in given
    ]
    if not (given.keys() & {"client_secret", "refresh_token"}):
        faults.append((f"{prefix}OAUTH_CLIENT_SECRET", "is missing", "set it, or OAUTH_REFRESH_TOKEN"))
    token_url = given.get("token_url", "https:")
    if not token_url.startswith(("https:", "http://127.0.0.1", "http://localhost")):
        faults.append((f"{prefix}OAUTH_TOKEN_URL", "is not https", "secrets travel over https only"))
    return (None, faults) if faults else (OAuthClient(**given), [])


def _login_faults(prefix: str, user: str, password: str, token: TokenSource | None) -> list[Fault]:
    faults = []
    if not user:
        faults.append((prefix + "IMAP_URL", "names no user", _IMAP_EXAMPLE))
    if not password and token is None:
        faults.append((prefix + "PASSWORD", "is missing", "set it, or the keys that begin with OAUTH"))
    if any(ord(letter) < 32 for letter in user + password):
        faults.append((prefix + "PASSWORD", "holds a control character", "remove line ends and tabs"))
    return faults
