"""Webhooks as an administrator's are sent: signed by their secret, tried again for a while."""

import hashlib
import hmac
import time
from collections.abc import Mapping

import httpx2

TRIES, BETWEEN = 50, 0.1


def signature(body: bytes, secret: str) -> str:
    """X-Hub-Signature of a body (WebSub 7.1)."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send one; the last status, 0 where nobody answered."""
    status = 0
    for _ in range(TRIES):
        try:
            status = httpx2.post(url, content=body, headers={"content-type": "application/json", **headers}).status_code
        except httpx2.TransportError:
            status = 0
        if status and status < 500:
            return status
        time.sleep(BETWEEN)  # nobody says when the other side answers again
    return status
