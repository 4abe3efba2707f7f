"""Who sent a request: Twilio, for our account, or somebody else.

A signature covers the address that was asked for and every field of the form (twilio.com/docs/usage/security). The
address is rebuilt from the public one in our settings and the request's raw path and query: what a proxy says of host,
port and scheme is not trusted. The key decides the algorithm, never the request alone: auth tokens sign with SHA-1, a
SharedKey with SHA-256.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import parse_qs, parse_qsl

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from ingest.voice.twilio.account import Account

LONGEST_BODY = 64 * 1024
_MOST_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"

Fields = Mapping[str, str]


class RefusedError(Exception):
    """The request is not Twilio's, or not about our account; the text holds nothing of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came: the raw path and query, each header's values by lower-case name, and the body."""

    path: bytes
    query: bytes
    headers: Mapping[str, Sequence[str]]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value, '' where it is missing. Raises RefusedError where it is there twice."""
        values = self.headers.get(name, ())
        if len(values) > 1:
            raise RefusedError(f"{name} is there twice")
        return values[0] if values else ""


class Signatures:
    """Checks requests against one account's keys and our public address."""

    def __init__(self, account: Account, public_url: str) -> None:
        self._account_sid = account.sid
        self._public_url = public_url.rstrip("/")
        self._tokens = [RequestValidator(token) for token in account.tokens if token]
        self._shared = {key: RequestValidator(secret) for key, secret in account.shared_keys.items() if secret}

    def fields(self, request: Received) -> Fields:
        """The signed fields of a request. Raises RefusedError unless Twilio sent it about our account."""
        try:
            fields = self._signed_fields(request)
        except (ValueError, RecursionError) as error:  # what is no form, no JSON, no address or no text
            raise RefusedError("the request cannot be read") from error
        if not self._account_sid or fields.get("AccountSid") != self._account_sid:
            raise RefusedError("the account is not ours")
        return fields

    def _signed_fields(self, request: Received) -> Fields:
        signature = request.header("x-twilio-signature")
        if not signature:
            raise RefusedError("the signature is missing")
        if request.header("content-type").partition(";")[0].strip().lower() in ("", _FORM):
            fields = signed = _form(request.body)
        else:
            fields, signed = _json(request), {}  # the address, which is signed, holds the body's hash
        validators, algorithm = self._keys(request)
        url = self._url(request)
        if not any(one.validate(url, signed, signature, algorithm) for one in validators):
            raise RefusedError("the signature is wrong")
        return fields

    def _keys(self, request: Received) -> tuple[Sequence[RequestValidator], str]:
        """The keys that may have signed this request, and the one algorithm that goes with them."""
        settings = request.header("x-twilio-webhooks-signature-settings")
        if not settings:
            return self._tokens, HMAC_SHA1
        named = dict(part.strip().partition("=")[::2] for part in settings.split(","))
        key = self._shared.get(named.get("key", ""))
        if key is None or named.get("algorithm") != HMAC_SHA256:
            raise RefusedError("the key is not one of ours")
        return [key], HMAC_SHA256

    def _url(self, request: Received) -> str:
        query = b"?" + request.query if request.query else b""
        return self._public_url + (request.path + query).decode("ascii")


def _form(body: bytes) -> Fields:
    """The fields of a form. The validator would not see that a field is there twice: that is refused."""
    pairs = parse_qsl(
        body.decode(), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS
    )
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RefusedError("a field is there twice")
    return fields


def _json(request: Received) -> Fields:
    """The fields of a body that is not a form, whose hash must be in the address."""
    hashes = parse_qs(request.query.decode("ascii")).get("bodySHA256", [])
    if len(hashes) != 1 or not compare_digest(sha256(request.body).hexdigest().encode(), hashes[0].lower().encode()):
        raise RefusedError("the body's hash is missing or wrong")
    found = json.loads(request.body)
    if not isinstance(found, dict):
        raise RefusedError("the body holds no fields")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}
