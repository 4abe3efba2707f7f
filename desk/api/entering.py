"""Who asks: a program with a token of its own (RFC 6750), with a role, and not too often."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from limits import parse

from cases.routing import Agent
from cases.secondlevel import Role
from desk.access import SEEN_EVERY, digest
from desk.api.problems import Problem, ProblemError
from desk.api.rules import RULES
from desk.counters import Counters
from desk.rules import ROLES
from desk.service import Service
from desk.signin.network import network_of

PREFIX = "agl_"
"""How every token begins: whoever finds one knows what it is."""
HINT = 10
"""Letters of a token by which people tell it from others."""
ENDS_SOON = timedelta(days=14)
"""From when on answers say that the token ends."""
PER_MINUTE, FAILED_PER_MINUTE = 600, 60
"""Requests of one program, and without a valid token out of one network."""


def new_token() -> str:
    """256 bits that nobody guesses."""
    return PREFIX + secrets.token_urlsafe(32)


def token_row(token: str, program_id: str, now: datetime, ends_at: datetime | None) -> dict[str, Any]:
    """What is kept of a token."""
    hint = token[:HINT]
    return {"digest": digest(token), "program_id": program_id, "hint": hint, "made_at": now, "ends_at": ends_at}


@dataclass(frozen=True, slots=True)
class Entered:
    """A program that asks. `seen_before`: that it asks is noted already."""

    agent: Agent
    digest: str
    ends_at: datetime | None
    seen_before: bool

    @property
    def id(self) -> str:
        return self.agent.id

    def headers(self, now: datetime) -> Mapping[str, str]:
        """What its answers say of its token."""
        soon = self.ends_at is not None and self.ends_at - now <= ENDS_SOON
        return {"token-ends-at": f"{self.ends_at:%Y-%m-%dT%H:%M:%SZ}"} if soon else {}


@dataclass(frozen=True)
class Door:
    """Lets programs in."""

    service: Service

    def enter(self, request: Request) -> Entered | None:
        """Who asks; None where the route is for everybody. Raises ProblemError."""
        rule = RULES[f"{request.method} {request.scope['route'].path}"]
        if rule not in ROLES:
            return None
        found = self._found(request)
        _require_few(self.service.counters, "api.program", f"{PER_MINUTE} per 1 minute", found.id)
        if found.agent.role not in ROLES[rule]:
            may = ", ".join(sorted(ROLES[rule]))
            raise ProblemError(Problem.FORBIDDEN, f"{found.id} is {found.agent.role}", f"it takes one of {may}")
        return found

    def note_seen(self, entered: Entered) -> None:
        """Note that its token was used."""
        now = self.service.clock()
        self.service.store.run("program.seen", lambda tx: tx.programs.used(entered.digest, now))

    def _found(self, request: Request) -> Entered:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self._unknown(request, "there is no token", "")
        kept = digest(token.strip())
        with self.service.store.reading() as tx:
            row = tx.programs.entered(kept)
        now = self.service.clock()
        if row is None:
            raise self._unknown(request, "there is no such token")
        if row.revoked_at is not None:
            raise self._unknown(request, "the program was revoked")
        if row.ends_at is not None and row.ends_at <= now:
            raise self._unknown(request, f"the token ended on {row.ends_at:%Y-%m-%d}")
        agent = Agent(id=row.program_id, queues=(), role=Role(row.role))
        seen = row.used_at is not None and row.used_at + SEEN_EVERY > now
        return Entered(agent, kept, row.ends_at, seen)

    def _unknown(self, request: Request, cause: str, error: str = ', error="invalid_token"') -> ProblemError:
        """401, or 429 where the same network tries too often."""
        limit = f"{FAILED_PER_MINUTE} per 1 minute"
        _require_few(self.service.counters, "api.unknown", limit, network_of(request))
        headers = {"www-authenticate": f'Bearer realm="Aiguillage"{error}'}
        mend = "send Authorization: Bearer agl_…, as `aiguillage program add` or `rotate` printed it"
        return ProblemError(Problem.UNAUTHORIZED, cause, mend, headers=headers)


def _require_few(counters: Counters, name: str, most: str, who: str) -> None:
    """Count once more. Raises ProblemError, with when to come again, where that is too often."""
    limit = parse(most)
    if counters.count(lambda limiter: limiter.hit(limit, name, who)):
        return
    window = counters.count(lambda limiter: limiter.get_window_stats(limit, name, who))
    seconds = max(1, int(window.reset_time - time.time()) + 1)
    cause, mend = f"more than {most.replace(' 1 ', ' ')}", f"wait {seconds} seconds"
    raise ProblemError(Problem.TOO_MANY, cause, mend, headers={"retry-after": str(seconds)})
