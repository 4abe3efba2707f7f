"""Access tokens for XOAUTH2, from any OAuth 2.0 token endpoint (RFC 6749): Microsoft 365, Google, others."""

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from cases.errors import TransientError

EARLY = 120.0
"""Seconds before its end at which a token is renewed."""
PATIENCE = 30.0
DEFAULT_LIFE = 3600


class TokenRefusedError(TransientError):
    """The endpoint gave no token; the text says which error it named (RFC 6749 section 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """Who asks and where. With a refresh token the grant is `refresh_token`, without `client_credentials`."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""


class TokenSource:
    """The current access token of one client, fetched when it is first asked for. Safe for several threads."""

    def __init__(self, client: OAuthClient) -> None:
        self._client = client
        self._refresh_token = client.refresh_token
        self._token, self._ends = "", 0.0
        self._lock = threading.Lock()

    def get(self) -> str:
        """A token with some life left. Raises TokenRefusedError."""
        with self._lock:
            if time.monotonic() >= self._ends - EARLY:
                self._fetch()
            return self._token

    def renew(self) -> str:
        """A new token in place of one that was refused. Raises TokenRefusedError."""
        with self._lock:
            self._fetch()
            return self._token

    def _fetch(self) -> None:
        answer = _post(self._client.token_url, self._form())
        self._token = str(answer["access_token"])
        self._ends = time.monotonic() + float(answer.get("expires_in") or DEFAULT_LIFE)
        self._refresh_token = str(answer.get("refresh_token") or self._refresh_token)  # some endpoints rotate it

    def _form(self) -> dict[str, str]:
        grant = "refresh_token" if self._refresh_token else "client_credentials"
        form = {
            "grant_type": grant,
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "refresh_token": self._refresh_token,
            "scope": self._client.scope,
        }
        return {name: value for name, value in form.items() if value}


def _post(url: str, form: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the settings take https only
        url, urllib.parse.urlencode(form).encode(), {"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise TokenRefusedError(f"the token endpoint answered {error.code} ({_error_name(error)})") from error
    except (OSError, ValueError) as error:
        raise TokenRefusedError(f"the token endpoint gave no answer ({error})") from error
    if not isinstance(answer, dict) or not answer.get("access_token"):
        raise TokenRefusedError("the token endpoint's answer holds no access token")
    return answer


def _error_name(error: urllib.error.HTTPError) -> str:
    """The endpoint's own word for it, such as `invalid_grant`: the secret died and a person must renew it."""
    try:
        return str(json.load(error).get("error", "no reason given"))
    except (ValueError, AttributeError, OSError):
        return "no reason given"
