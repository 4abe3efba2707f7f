"""How the provider signs its requests: base64 of an HMAC over URL and fields (twilio.com/docs/usage/security)."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit, urlunsplit

Fields = Iterable[tuple[str, str]]


def signature(token: str, url: str, fields: Fields = (), digest: str = "sha1") -> str:
    """The signature of a request: `fields` are those of a POST form, none for GET and JSON."""
    text = signed_url(url) + "".join(name + value for name, value in sorted(set(fields)))
    return b64encode(hmac.digest(token.encode(), text.encode(), digest)).decode("ascii")


def signed_url(url: str) -> str:
    """The URL as it is signed: no user and password, no fragment, and over HTTPS no port."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def headers(token: str, url: str, fields: Fields = ()) -> Mapping[str, str]:
    """The header of an account's auth token."""
    return {"X-Twilio-Signature": signature(token, url, fields)}


def shared_key_headers(key: str, secret: str, url: str, fields: Fields = ()) -> Mapping[str, str]:
    """The headers of a SharedKey: SHA-256 over the same text, under another secret, which `key` names."""
    return {
        "X-Twilio-Signature": signature(secret, url, fields, "sha256"),
        "X-Twilio-Webhooks-Signature-Settings": f"key={key},algorithm=HMAC_SHA256",
    }


def with_body_hash(url: str, body: bytes) -> str:
    """The URL of a JSON request, which carries the hash of its body and is signed without fields."""
    joint = "&" if urlsplit(url).query else "?"
    return f"{url}{joint}bodySHA256={hashlib.sha256(body).hexdigest()}"
