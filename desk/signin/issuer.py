"""An OpenID provider, asked over HTTP: its discovery document, its keys, and tokens for a code.

OpenID Connect Discovery 1.0, Core 1.0 section 3.1, PKCE (RFC 7636). The only file that speaks HTTP to a provider.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

from desk.guard import is_loopback

if TYPE_CHECKING:
    import httpx2
    from joserfc.jwk import KeySet

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
KEPT_SECONDS = 3600.0
"""How long a discovery document and keys are used before they are asked for again."""
PATIENCE_SECONDS = 5.0
AWAY_SECONDS = 10.0
"""For how long a provider that did not answer is not asked again."""


class IssuerAwayError(Exception):
    """The provider does not answer, or answers something that is none of OpenID Connect."""


class RefusedTokenError(Exception):
    """The provider gives no token for that code: it was used before, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How this installation is known to a provider. No `client_secret` makes it a public client. `groups_claim` is the
    claim of an ID token that names somebody's groups."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    groups_claim: str = "groups"
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; it must know this very address."""
        return f"{self.public_url.rstrip('/')}/desk/sign-in/oidc/back"


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in under way: what ties the answer to the browser that asked, the token to the answer, and the code to
    whoever began."""

    state: str
    nonce: str
    verifier: str


class Issuer:
    """One provider. What it publishes is kept for an hour; a key that is not known is looked for anew."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = Lock()

    def authorization_url(self, flow: Flow) -> str:
        """Where somebody is sent to sign in. Raises IssuerAwayError."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        return str(
            prepare_grant_uri(
                self.discovered()["authorization_endpoint"],
                client_id=self.registration.client_id,
                response_type="code",
                redirect_uri=self.registration.redirect_uri,
                scope=SCOPE,
                state=flow.state,
                nonce=flow.nonce,
                code_challenge=create_s256_code_challenge(flow.verifier),
                code_challenge_method="S256",
            )
        )

    def tokens(self, code: str, verifier: str) -> Mapping[str, Any]:
        """The answer of the token endpoint (Core 3.1.3.3). Raises IssuerAwayError, RefusedTokenError."""
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        known = self.registration
        body = prepare_token_request(
            "authorization_code", redirect_uri=known.redirect_uri, code=code, code_verifier=verifier
        )
        method = self._method()
        encoded = quote_plus if method == "client_secret_basic" else str  # as a form's values (RFC 6749 2.3.1)
        client = ClientAuth(encoded(known.client_id), encoded(known.client_secret), method)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        address, headers, body = client.prepare("POST", self.discovered()["token_endpoint"], headers, body)
        answer = self._ask("POST", address, headers=headers, content=body)
        if answer.is_client_error:
            raise RefusedTokenError
        return _object(answer)

    def keys(self, *, fresh: bool = False) -> "KeySet":
        """The keys that the provider signs with. Raises IssuerAwayError."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            return KeySet.import_key_set(self._get(self.discovered()["jwks_uri"], fresh=fresh))
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise IssuerAwayError from error

    def discovered(self) -> Mapping[str, Any]:
        """The discovery document, whose issuer is the very one that was asked (Discovery 4.3), with every endpoint as
        well guarded as that. Raises IssuerAwayError."""
        found: Mapping[str, Any] = self._get(self.registration.issuer.rstrip("/") + WELL_KNOWN)
        endpoints = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if found.get("issuer") != self.registration.issuer or not all(map(self._is_guarded, endpoints)):
            raise IssuerAwayError
        return found

    def end_session_url(self) -> str:
        """Where somebody is sent to sign out at the provider too (RP-Initiated Logout 1.0), '' where it has no such
        place or does not answer now."""
        from authlib.common.urls import add_params_to_uri

        try:
            found = self.discovered().get("end_session_endpoint")
        except IssuerAwayError:
            return ""
        if not self._is_guarded(found):
            return ""
        known = self.registration
        back = f"{known.public_url.rstrip('/')}/desk/sign-in"
        return str(add_params_to_uri(found, {"client_id": known.client_id, "post_logout_redirect_uri": back}))

    def _method(self) -> str:
        """How the client proves itself; in the form where that may be, since Basic is encoded in several ways."""
        offered = self.discovered().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not self.registration.client_secret:
            return "none"
        return "client_secret_post" if "client_secret_post" in offered else "client_secret_basic"

    def _is_guarded(self, address: object) -> bool:
        found = urlsplit(address) if isinstance(address, str) else urlsplit("")
        here = is_loopback(urlsplit(self.registration.issuer).hostname or "")
        return bool(found.hostname) and (found.scheme == "https" or (found.scheme == "http" and here))

    def _get(self, address: str, *, fresh: bool = False) -> Any:
        with self._lock:
            at, kept = self._kept.get(address, (0.0, None))
        age = time.monotonic() - at
        if kept is not None and not fresh and age < KEPT_SECONDS:
            return kept
        if kept is None and at and age < AWAY_SECONDS:
            raise IssuerAwayError
        found = self._read(address)
        with self._lock:
            self._kept[address] = (time.monotonic(), found)
        return found

    def _read(self, address: str) -> Any:
        """What is there. That nothing is, is remembered for a while: whoever asks to sign in would wait for it."""
        try:
            return _object(self._ask("GET", address))
        except IssuerAwayError:
            with self._lock:
                if address not in self._kept:
                    self._kept[address] = (time.monotonic(), None)
            raise

    def _ask(self, method: str, address: str, **what: Any) -> "httpx2.Response":
        import httpx2

        try:
            return httpx2.request(method, address, timeout=PATIENCE_SECONDS, follow_redirects=False, **what)
        except httpx2.HTTPError as error:
            raise IssuerAwayError from error


def _object(answer: "httpx2.Response") -> Mapping[str, Any]:
    """The JSON object of a good answer. Raises IssuerAwayError."""
    try:
        found = answer.json() if answer.is_success else None
    except ValueError as error:
        raise IssuerAwayError from error
    if not isinstance(found, dict):
        raise IssuerAwayError
    return found
