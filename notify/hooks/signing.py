"""Who sent a webhook, proved as Standard Webhooks 1.0 does: HMAC-SHA-256 over `id.timestamp.body`."""

import base64
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cases.tokens import Signer

PREFIX = "whsec_"
OVERLAP = timedelta(days=1)
"""How long the secret before signs as well, so that a receiver can change its own meanwhile."""


def shown(key: bytes) -> str:
    """The secret as libraries of Standard Webhooks read it."""
    return PREFIX + base64.b64encode(key).decode()


def keys(signer: Signer, program: Any, now: datetime) -> list[bytes]:
    """What a program's webhooks are signed with now, the newest first."""
    until = program.salt_before_until
    salts = [program.salt, program.salt_before if until and until > now else None]
    return [signer.webhook_key(program.id, salt) for salt in salts if salt]


def headers(identity: str, body: bytes, at: datetime, signing: Iterable[bytes]) -> Mapping[str, str]:
    """The headers of one webhook: its id stays the same however often it is sent."""
    timestamp = str(int(at.timestamp()))
    signed = f"{identity}.{timestamp}.".encode() + body
    found = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in signing)
    return {
        "webhook-id": identity,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in found),
        "content-type": "application/json",
        "user-agent": "Aiguillage",
    }
