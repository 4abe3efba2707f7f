"""A strict, stateful OpenID provider on loopback: discovery, keys, authorize, token, end of session.

It does what Core 1.0 and Discovery 1.0 ask of a provider and refuses what they do not allow: an unknown client or
redirect, a code that was used or belongs to another, a wrong verifier. `lie` makes it send what nobody must believe.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from app.demo.loopback import Handler, Served

CLIENT, SECRET = "aiguillage", "s3cret & ~strange%"
REQUIRED = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"}
Claims = dict[str, Any]
Lie = Callable[[Claims], Claims]


class RefusedError(Exception):
    """An OAuth 2.0 error (RFC 6749 4.1.2.1, 5.2)."""


@dataclass
class Issuer(Served):
    """Signs in whoever `person` is, without asking. `lie` changes the claims of ID tokens, `sign_with` the key, `alg`
    the algorithm; `extra` is added to the discovery document. `asked` are the token requests that came in."""

    redirect_uri: str
    person: Claims
    lie: Lie = lambda claims: claims
    alg: str = "ES256"
    extra: Claims = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.listen(_Handler)
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()

    @property
    def url(self) -> str:
        return f"{self.address}/realms/demo"

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self.key = self.sign_with = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"})

    def published(self) -> Claims:
        """The keys that ID tokens are signed with (RFC 7517 5)."""
        return {"keys": [self.key.as_dict(private=False)]}

    def discovery(self) -> Claims:
        paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/certs"}
        return {
            "issuer": self.url,
            **{name: self.url + path for name, path in paths.items()},
            "end_session_endpoint": self.url + "/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            **self.extra,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to (Core 3.1.2). Raises RefusedError where it must not be."""
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect_uri:
            raise RefusedError("invalid_request")
        if REQUIRED - query.keys() or "openid" not in query["scope"].split() or query["response_type"] != "code":
            raise RefusedError("invalid_request")
        if query.get("code_challenge_method") != "S256":
            raise RefusedError("invalid_request")
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state'], 'iss': self.url})}"

    def token(self, form: dict[str, str], client: tuple[str, str]) -> Claims:
        """An access token and an ID token for a code, once (Core 3.1.3). Raises RefusedError."""
        self.asked.append(form)
        begun = self._codes.pop(form.get("code", ""), None)
        if client != (CLIENT, SECRET):
            raise RefusedError("invalid_client")
        same = begun is not None and form.get("redirect_uri") == begun["redirect_uri"]
        if begun is None or not same or form["grant_type"] != "authorization_code":
            raise RefusedError("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            raise RefusedError("invalid_grant")
        access = secrets.token_urlsafe(16)
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": self._id_token(begun)}

    def _id_token(self, begun: dict[str, str]) -> str:
        now = int(self.now())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"], **self.person}
        header = {"alg": self.alg, "kid": self.sign_with.kid}
        if self.alg == "none":
            parts = [_encoded(header), _encoded(self.lie(claims)), ""]
            return ".".join(parts)
        return jwt.encode(header, self.lie(claims), self.sign_with, [self.alg])


def _encoded(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class _Handler(Handler):
    def do_GET(self) -> None:
        found, issuer = urlsplit(self.path), self.owner
        path = found.path.removeprefix("/realms/demo")
        issuer.fetched.append(path)
        if path == "/auth":
            self.redirect(found.query)
            return
        documents = {"/.well-known/openid-configuration": issuer.discovery, "/certs": issuer.published}
        self.answer(200 if path in documents else 404, documents.get(path, dict)())

    def do_POST(self) -> None:
        body = self.read().decode()
        try:
            self.answer(200, self.owner.token(_single(body), self.client(_single(body))))
        except RefusedError as error:
            self.answer(401 if str(error) == "invalid_client" else 400, {"error": str(error)})

    def client(self, form: dict[str, str]) -> tuple[str, str]:
        """RFC 6749 2.3.1: form-encoded, then Basic; or in the form, where that is offered."""
        offered = self.owner.discovery().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic" and "client_secret_basic" in offered:
            name, _, secret = base64.b64decode(value).decode().partition(":")
            return unquote_plus(name), unquote_plus(secret)
        if "client_secret_post" in offered and not scheme:
            return form.get("client_id", ""), form.get("client_secret", "")
        return "", ""

    def redirect(self, query: str) -> None:
        try:
            location = self.owner.authorize(_single(query))
        except RefusedError as error:
            self.answer(400, {"error": str(error)})
            return
        self.send(302, headers={"Location": location})

    def answer(self, status: int, value: Claims) -> None:
        self.send(status, json.dumps(value).encode())


def _single(text: str) -> dict[str, str]:
    """A form or query whose names stand there once (RFC 6749 3.1)."""
    found = parse_qs(text, keep_blank_values=True)
    if any(len(values) > 1 for values in found.values()):
        raise RefusedError("invalid_request")
    return {name: values[0] for name, values in found.items()}
