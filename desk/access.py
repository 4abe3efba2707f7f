"""Who asks, and whether they may: each route has its rule (`desk.rules`).

Whoever is not signed in is asked to sign in; whoever may not is told so in words. What a page shows only to some, it
asks `Person.may`; what an action refuses to some it says itself (`cases.acting.require`), whoever comes to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import BackgroundTasks, Request

from cases.profile import Profile
from cases.routing import Agent
from cases.secondlevel import Role
from desk.rules import LEADING, ROLES, RULES, Access
from store.accounts import IDLE
from store.tx import Store


class SignInNeededError(Exception):
    """Nobody is signed in."""


class NotAllowedError(Exception):
    """Whoever is signed in may not do that; `access` is what it would take."""

    def __init__(self, access: Access) -> None:
        self.access = access
        super().__init__(access)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. `agent` is what they are on cases; `session` the digest of their session, which ends in `left`
    seconds unless they go on; `waves` is how many incidents are proposed to them."""

    agent: Agent
    email: str
    session: str
    left: int
    preferences: Mapping[str, Any] = field(default_factory=dict)
    waves: int = 0

    @property
    def id(self) -> str:
        return self.agent.id

    @property
    def name(self) -> str:
        """How others see them."""
        return self.agent.name or self.agent.id

    def may(self, access: Access) -> bool:
        """Whether a route of that rule is theirs."""
        return self.agent.role in ROLES.get(access, frozenset(Role))


def person(row: Any, profile: Profile, left: int) -> Person:
    """Whom a row of `Accounts.signed_in` is: the profile's agent of that id with the account's own role, or somebody
    who is in none of its queues."""
    own = {"name": row.name, "address": row.email, "role": Role(row.role)}
    known = next((one for one in profile.routing.agents if one.id == row.id), None)
    agent = replace(known, **own) if known else Agent(id=row.id, queues=(), **own)
    waves = getattr(row, "waves", 0) if agent.role in LEADING else 0
    return Person(agent, row.email, row.digest, left, row.preferences, waves)


def seconds_left(row: Any, seen_at: datetime, now: datetime) -> int:
    """How long that session lasts if nothing more is seen of it after that moment."""
    return int((min(row.ends_at, max(row.seen_at, seen_at) + IDLE) - now).total_seconds())


COOKIES = ("__Host-session", "session")
"""The cookie's name where pages are encrypted, and where they are this machine's own (RFC 6265bis 4.1.3.2)."""


def cookie_of(scheme: str) -> str:
    return COOKIES[0] if scheme == "https" else COOKIES[1]


def digest(secret: str) -> str:
    """What is kept of a secret that was drawn at random: it can be compared and not be used."""
    return sha256(secret.encode()).hexdigest()


SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last there."""


def session_of(request: Request, store: Store, now: datetime) -> Any:
    """The row of the session of whoever asks (`Accounts.signed_in`), or None."""
    secret = request.cookies.get(cookie_of(request.url.scheme), "")
    if not secret:
        return None
    with store.reading() as tx:
        return tx.accounts.signed_in(digest(secret), now)


def authorised(
    store: Store, profile: Profile, clock: Callable[[], datetime]
) -> Callable[[Request, BackgroundTasks], None]:
    """The dependency of every route: looks up its rule, and leaves who asks in `request.state.person`.

    Raises SignInNeededError, NotAllowedError; KeyError where a route has no rule, which is a fault of ours.
    """

    def look_up(request: Request, later: BackgroundTasks) -> None:
        rule = RULES[f"{request.method} {request.scope['route'].path}"]
        request.state.person = None
        if rule not in ROLES:
            return
        now = clock()
        row = session_of(request, store, now)
        if row is None:
            raise SignInNeededError
        came = is_somebody(request)
        found = person(row, profile, seconds_left(row, now if came else row.seen_at, now))
        request.state.person = found
        if not found.may(rule):
            raise NotAllowedError(rule)
        if came and row.seen_at + SEEN_EVERY <= now:
            later.add_task(_note_seen, store, row.digest, now)  # once the answer has left: it waits for no writer

    return look_up


def is_somebody(request: Request) -> bool:
    """Whether a person asked, not a page that keeps itself up to date (Fetch Metadata, Fetch 2.2): an open page alone
    keeps nobody signed in."""
    return request.headers.get("sec-fetch-mode", "navigate") == "navigate"


def _note_seen(store: Store, session: str, now: datetime) -> None:
    with store.transaction("session.seen") as tx:
        tx.accounts.seen(session, now)
