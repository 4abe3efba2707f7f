"""Sessions: a browser that somebody is signed in with. Its cookie is drawn at random and kept as a digest only."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desk.access import digest
from store.accounts import IDLE
from store.audit import Noted
from store.tx import Transaction

LASTING = timedelta(hours=12)
"""How long a session lasts at most, unless somebody asks for more."""
STEP, FARTHEST = timedelta(hours=1), timedelta(hours=24)
"""By how much it is prolonged when somebody asks, and how long it can last so: twelve times, WCAG 2.2.1 wants ten."""
WARNING = timedelta(minutes=6)
"""How long before its end people may ask for more: a minute longer than they are warned (desk/static/session.js)."""


class How(StrEnum):
    """What somebody signed in with."""

    PASSWORD = "password"
    OIDC = "oidc"
    LINK = "link"


def open_session(tx: Transaction, account: str, how: How, now: datetime, old: str = "") -> str:
    """Open a session; its secret, for the cookie. `old` is the secret that the browser came with: it is of no use any
    more, so that nobody finds a session open that they laid there (session fixation)."""
    secret = secrets.token_urlsafe(32)
    row = {"digest": digest(secret), "account_id": account, "how": how}
    tx.accounts.forget_ended(now)
    tx.accounts.close_session(digest(old))
    tx.accounts.open_session({**row, "opened_at": now, "seen_at": now, "ends_at": now + LASTING})
    tx.audit.note(Noted.SIGNED_IN, now, account, account, {"how": how})
    return secret


def stay(tx: Transaction, row: Any, now: datetime) -> int:
    """Let a session go on, longer where it was about to end; the seconds that it lasts now."""
    ends_at: datetime = row.ends_at
    if ends_at - now <= WARNING:
        ends_at = max(ends_at, min(now + STEP, row.opened_at + FARTHEST))
    tx.accounts.prolong(row.digest, now, ends_at)
    return int(min(ends_at - now, IDLE).total_seconds())


def revoke(tx: Transaction, account: str, by: str, now: datetime, *, but: str = "") -> int:
    """End the sessions of an account, all others than one; how many."""
    ended = tx.accounts.close_sessions(account, but=but)
    if ended:
        tx.audit.note(Noted.SESSIONS_ENDED, now, by, account, {"sessions": ended})
    return ended
