"""Once for each idempotency key (draft-ietf-httpapi-idempotency-key-header): the same request gets the same answer.

The question is kept before anything is done, the answer in the transaction that does it. Where nothing was done, since
it was refused, the key may be used again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from desk.api.problems import Problem, ProblemError, invalid
from desk.service import Service
from store.tx import Transaction

HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
"""Letters that can be seen; people send UUIDs, with or without quotes."""
_HEEDED = ("if-match",)
"""Headers that make another request of the same body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, as it is kept."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def response(self) -> Response:
        return JSONResponse(self.body, self.status, headers=dict(self.headers))


@dataclass(frozen=True, slots=True)
class Once:
    """One question of a program, begun then. Without a `key` nothing is kept of it."""

    service: Service
    program_id: str
    begun_at: datetime
    key: str = ""
    fingerprint: str = ""

    def keep(self, tx: Transaction, answer: Answer) -> None:
        """Keep the answer with what it answers. Raises ProblemError, so that nothing of it stays, where this took so
        long that another asks under the key by now."""
        if self.key:
            kept = {"status": answer.status, "headers": dict(answer.headers), "body": dict(answer.body)}
            if not tx.programs.answer(self.program_id, self.key, self.begun_at, kept):
                raise _under_way()

    def keep_alone(self, answer: Answer) -> None:
        """The same for what was done by other transactions."""
        if self.key:
            self.service.store.run("program.answered", lambda tx: self.keep(tx, answer))

    def drop(self) -> None:
        """Nothing was done."""
        if self.key:
            begun = (self.program_id, self.key, self.begun_at)
            self.service.store.run("program.dropped", lambda tx: tx.programs.drop(*begun))


def begun(service: Service, request: Request, program_id: str, body: bytes) -> Once | Response:
    """The question that this request is, or the answer that it had before. Raises ProblemError."""
    key, now = request.headers.get(HEADER), service.clock()
    if key is None:
        return Once(service, program_id, now)
    if not _KEY.fullmatch(key):
        raise invalid([("Idempotency-Key", "it is 1 to 255 letters that can be seen, such as a UUID")])
    asked = {"program_id": program_id, "key": key, "fingerprint": fingerprint(request, body)}
    if service.store.run("program.asked", lambda tx: tx.programs.begin({**asked, "begun_at": now})):
        return Once(service, program_id, now, key, asked["fingerprint"])
    with service.store.reading() as tx:
        known = tx.programs.asked(program_id, key)
    return _again(known, asked["fingerprint"])


def fingerprint(request: Request, body: bytes) -> str:
    """What tells a request from another."""
    heeded = [request.headers.get(name, "") for name in _HEEDED]
    said = "\n".join((request.method, request.url.path, request.url.query, *heeded))
    return sha256(said.encode() + b"\n" + body).hexdigest()


def _again(known: Any, asked: str) -> Response:
    if known is not None and known.fingerprint != asked:
        cause = "the key was sent before with another request"
        raise ProblemError(Problem.KEY_REUSED, cause, "send a new key with each new request")
    if known is None or known.answer is None:  # it was refused just now, or is under way
        raise _under_way()
    said = known.answer
    return Answer(said["status"], said["body"], {**said["headers"], REPLAYED: "true"}).response


def _under_way() -> ProblemError:
    mend = "send it again in a moment, with the same key"
    return ProblemError(Problem.UNDER_WAY, "it is being worked on", mend, headers={"retry-after": "1"})
