"""Who may ask for what: one rule for each route, and nothing without a rule. A test compares it with the routes.

Whoever is not signed in is asked to sign in; whoever may not is told so in words. What a page shows only to some, it
asks `Person.may`; what an action refuses to some it says itself (`cases.acting.require`), whoever comes to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from fastapi import BackgroundTasks, Request

from cases.profile import Profile
from cases.routing import Agent
from cases.secondlevel import Role
from store.accounts import IDLE
from store.tx import Store


class Access(StrEnum):
    """Whom a route is for. `OWN` is about the account of whoever asks, whatever their role. `CITIZEN` is everybody too:
    its routes look at a signed link, or at nothing but what is sent; `PROVIDER` are those whose requests another
    service signs."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    PROVIDER = "provider"
    OWN = "own"
    READ = "read"
    WORK = "work"
    LEAD = "lead"
    ADMINISTER = "administer"


_LEADING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
ROLES: Mapping[Access, frozenset[Role]] = {
    Access.OWN: frozenset(Role),
    Access.READ: frozenset(Role),
    Access.WORK: frozenset(Role) - {Role.AUDITOR},
    Access.LEAD: _LEADING,
    Access.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}
"""Who may do what of N24; the other rules are for whoever asks."""

RULES: Mapping[str, Access] = {
    "GET /": Access.READ,
    "GET /desk": Access.READ,
    "GET /desk/cases": Access.READ,
    "POST /desk/bulk": Access.WORK,
    "POST /desk/bulk/run": Access.WORK,
    "GET /desk/bulk/{identity}": Access.WORK,
    "POST /desk/bulk/{identity}/undo": Access.WORK,
    "GET /desk/cases/{number}": Access.READ,
    "POST /desk/cases/{number}": Access.WORK,
    "POST /desk/cases/{number}/draft": Access.WORK,
    "POST /desk/cases/{number}/discard": Access.WORK,
    "POST /desk/cases/{number}/looking": Access.WORK,
    "POST /desk/cases/{number}/recall": Access.WORK,
    "POST /desk/cases/{number}/close": Access.WORK,
    "POST /desk/cases/{number}/wait": Access.WORK,
    "POST /desk/cases/{number}/resume": Access.WORK,
    "POST /desk/cases/{number}/reopen": Access.WORK,
    "GET /desk/cases/{number}/{form}": Access.READ,
    "POST /desk/cases/{number}/tags": Access.WORK,
    "POST /desk/cases/{number}/priority": Access.WORK,
    "POST /desk/cases/{number}/take": Access.WORK,
    "POST /desk/cases/{number}/assign": Access.WORK,
    "POST /desk/cases/{number}/queue": Access.WORK,
    "POST /desk/cases/{number}/requester": Access.WORK,
    "POST /desk/cases/{number}/copies": Access.WORK,
    "POST /desk/cases/{number}/fields": Access.WORK,
    "POST /desk/cases/{number}/article": Access.WORK,
    "POST /desk/cases/{number}/escalate": Access.WORK,
    "POST /desk/cases/{number}/tell": Access.WORK,
    "POST /desk/cases/{number}/returned": Access.WORK,
    "POST /desk/cases/{number}/split": Access.WORK,
    "POST /desk/cases/{number}/link": Access.WORK,
    "POST /desk/cases/{number}/unlink": Access.WORK,
    "POST /desk/cases/{number}/merge": Access.WORK,
    "POST /desk/cases/{number}/unmerge": Access.WORK,
    "GET /desk/day": Access.READ,
    "GET /desk/incidents": Access.READ,
    "GET /desk/incidents/new": Access.WORK,
    "POST /desk/incidents/new": Access.WORK,
    "GET /desk/incidents/{identity}": Access.READ,
    "GET /desk/incidents/{identity}/{form}": Access.READ,
    "POST /desk/incidents/{identity}/announce": Access.LEAD,
    "POST /desk/incidents/{identity}/update": Access.LEAD,
    "POST /desk/incidents/{identity}/close": Access.LEAD,
    "POST /desk/incidents/{identity}/dismiss": Access.LEAD,
    "POST /desk/incidents/{identity}/automatic": Access.LEAD,
    "POST /desk/incidents/{identity}/link": Access.WORK,
    "POST /desk/incidents/{identity}/unlink": Access.WORK,
    "GET /desk/messages/{identity}": Access.READ,
    "GET /desk/messages/{identity}/raw": Access.READ,
    "GET /desk/messages/{identity}/files/{index}": Access.READ,
    "GET /desk/messages/{identity}/html": Access.READ,
    "GET /desk/sent/{identity}/html": Access.READ,
    "GET /desk/recordings/{identity}/sound": Access.READ,
    "GET /desk/live": Access.READ,
    "GET /desk/status": Access.READ,
    "GET /desk/calls/new": Access.WORK,
    "POST /desk/calls/new": Access.WORK,
    "POST /desk/calls/take-back": Access.WORK,
    "GET /desk/calls/sheet": Access.READ,
    "POST /desk/calls/check": Access.WORK,
    "POST /desk/calls/import": Access.WORK,
    "GET /desk/phone": Access.READ,
    "GET /desk/phone/callbacks": Access.READ,
    "GET /desk/phone/callbacks/{identity}": Access.READ,
    "POST /desk/phone/callbacks/{identity}": Access.WORK,
    "GET /desk/dashboard": Access.READ,
    "GET /desk/dashboard/excel": Access.READ,
    "GET /desk/dashboard/review": Access.READ,
    "GET /desk/review": Access.WORK,
    "GET /desk/review/list": Access.WORK,
    "POST /desk/review/undo": Access.WORK,
    "GET /desk/review/{form}": Access.WORK,
    "POST /desk/review/{number}": Access.WORK,
    "GET /desk/model": Access.LEAD,
    "GET /desk/model/{form}": Access.LEAD,
    "POST /desk/model/compare": Access.LEAD,
    "POST /desk/model/promote": Access.LEAD,
    "POST /desk/model/back": Access.LEAD,
    "POST /desk/model/beside": Access.LEAD,
    "GET /desk/settings": Access.LEAD,
    "GET /desk/settings/mailboxes/{name}": Access.LEAD,
    "POST /desk/settings/mailboxes/{name}": Access.ADMINISTER,
    "GET /desk/settings/hours": Access.LEAD,
    "GET /desk/settings/menu": Access.LEAD,
    "GET /desk/settings/menu/drawing": Access.LEAD,
    "GET /desk/settings/texts": Access.LEAD,
    "GET /desk/settings/try": Access.LEAD,
    "POST /desk/settings/try": Access.LEAD,
    "GET /desk/settings/failed": Access.ADMINISTER,
    "POST /desk/settings/failed": Access.ADMINISTER,
    "GET /desk/settings/audit": Access.ADMINISTER,
    "GET /desk/supervisor": Access.LEAD,
    "POST /desk/supervisor/presence": Access.LEAD,
    "POST /desk/cases/{number}/help": Access.WORK,
    "POST /desk/cases/{number}/advise": Access.LEAD,
    "POST /desk/cases/{number}/advice-read": Access.WORK,
    "GET /desk/screen": Access.READ,
    "GET /desk/screen/{digits}": Access.READ,
    "GET /desk/demo/write": Access.READ,
    "POST /desk/demo/write": Access.WORK,
    "GET /desk/demo/caught": Access.READ,
    "GET /desk/demo/caught/{name}/html": Access.READ,
    "GET /desk/demo/caught/{name}/raw": Access.READ,
    "POST /desk/demo/office": Access.WORK,
    "GET /desk/demo/telephone": Access.READ,
    "POST /desk/demo/telephone": Access.WORK,
    "GET /desk/demo/telephone/{sid}": Access.READ,
    "POST /desk/demo/telephone/{sid}": Access.WORK,
    "GET /desk/sign-in": Access.PUBLIC,
    "POST /desk/sign-in": Access.PUBLIC,
    "GET /desk/sign-in/oidc": Access.PUBLIC,
    "GET /desk/sign-in/oidc/back": Access.PUBLIC,
    "GET /desk/signed-in": Access.OWN,
    "GET /desk/sign-in/demo/{secret}": Access.PUBLIC,
    "GET /desk/sign-in/link/{secret}": Access.PUBLIC,
    "POST /desk/sign-in/link/{secret}": Access.PUBLIC,
    "POST /desk/sign-out": Access.PUBLIC,
    "GET /desk/account": Access.OWN,
    "POST /desk/account": Access.OWN,
    "POST /desk/account/password": Access.OWN,
    "POST /desk/account/sessions": Access.OWN,
    "GET /desk/users": Access.ADMINISTER,
    "POST /desk/users": Access.ADMINISTER,
    "POST /desk/users/{identity}": Access.ADMINISTER,
    "POST /desk/stay": Access.OWN,
    "GET /form": Access.CITIZEN,
    "POST /form": Access.CITIZEN,
    "GET /form/sent/{key}": Access.CITIZEN,
    "GET /track/{token}": Access.CITIZEN,
    "POST /track/{token}": Access.CITIZEN,
    "POST /track/{token}/add": Access.CITIZEN,
    "POST /track/{token}/close": Access.CITIZEN,
    "POST /track/{token}/data": Access.CITIZEN,
    "GET /survey/{token}": Access.CITIZEN,
    "POST /survey/{token}": Access.CITIZEN,
}
"""By method and path, as the route is written."""


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
    waves = getattr(row, "waves", 0) if agent.role in _LEADING else 0
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
