"""The demonstration's Jira (app/demo/jira), held against our contract, and made to misbehave.

What tests/contracts/jsm.yaml does not allow is refused, of requests and of its own answers. `break_next` makes it
answer slowly, wrongly, not at all, or with an error.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from app.demo.jira import hooks
from app.demo.jira.issue import Issue as Issue
from app.demo.jira.project import PROJECT as PROJECT
from app.demo.jira.project import Asked
from app.demo.jira.server import Requests
from app.demo.jira.site import Answer, Site
from app.demo.loopback import Served

CONTRACT = Path(__file__).parents[1] / "contracts" / "jsm.yaml"
TOKEN, SECRET = "a-token-of-the-tests", "a secret of the webhooks"


@cache
def _contract() -> OpenAPI:
    """Read once: that takes longer than a test."""
    return OpenAPI.from_file_path(str(CONTRACT))


@dataclass
class Trouble:
    """What becomes of the next request that fits: `answers` it instead, or `after` it was done. `kind` is a status,
    "drop", "wrong" (no JSON) or "slow"."""

    kind: int | str
    method: str = ""
    path: str = ""
    after: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(kw_only=True)
class Jira(Site, Served):
    """One site. `dying` temporary files are gone when they are to be attached; `indexing` off, the search finds nothing
    that is new; `late`, webhooks wait. `asked` are the requests that came in, `broken` what the contract did not
    allow."""

    token: str = TOKEN
    secret: str = SECRET
    dying: int = 0
    indexing: bool = True
    late: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    held_back: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._troubles: list[Trouble] = []
        self._contract = _contract()
        self.listen(_Requests)

    @property
    def url(self) -> str:
        return self.address + self.base

    def break_next(self, *troubles: Trouble) -> None:
        """Answer the next requests that fit so, one each, in that order."""
        self._troubles += troubles

    def rename(self, name: str, to: str) -> None:
        """Give a field another name, and another id."""
        for one in self.fields:
            if one["name"] == name:
                one |= {"name": to, "fieldId": f"{one['fieldId']}9"}

    def reindex(self) -> None:
        for one in self.issues.values():
            one.indexed = True

    def create(self, request: Asked) -> Answer:
        status, said = super().create(request)
        self.issues[said["issueKey"]].indexed = self.indexing
        return status, said

    def take(self, identity: str) -> tuple[str, bytes]:
        if self.dying:
            self.dying -= 1
            self._temporary.pop(identity, None)
        return super().take(identity)

    def deliver(self, body: bytes, headers: Mapping[str, str], times: int) -> None:
        if self.late:
            self.held_back.append((body, dict(headers)))
        else:
            super().deliver(body, headers, times)

    def flush(self) -> None:
        """Deliver what was late."""
        held, self.held_back = self.held_back, []
        for body, headers in held:
            hooks.deliver(self.hook, body, headers)

    def complaint(self, request: Asked, answer: "_Answer | None" = None) -> str:
        """What the contract has against a request, or against an answer of ours; '' for nothing."""
        asked = _Request(request)
        try:
            if answer is None:
                self._contract.validate_request(asked)
            else:
                self._contract.validate_response(asked, answer)
        except OpenAPIError as error:
            cause = "; ".join(one.message for one in getattr(error.__cause__, "schema_errors", ())) or error.__cause__
            return f"{request.method} {request.path}: {error} {cause or ''}"
        return ""

    def trouble(self, method: str, path: str) -> Trouble | None:
        """What is to become of this request, taken off the list."""
        with self.lock:
            fits = (one for one in self._troubles if one.method in ("", method) and one.path in path)
            found = next(fits, None)
            if found:
                self._troubles.remove(found)
            return found


def signature(body: bytes, secret: str = SECRET) -> str:
    """X-Hub-Signature of a body."""
    return hooks.signature(body, secret)


class _Requests(Requests):
    def do(self, method: str) -> None:
        request, jira = self.asked(method), self.owner
        jira.asked.append((method, request.path))
        trouble = jira.trouble(method, request.path)
        if trouble and not trouble.after:
            self._misbehave(trouble)
            if trouble.kind != "slow":
                return
        status, said = self.answered(request)
        if trouble and trouble.after:
            self._misbehave(trouble)
        else:
            self._say(request, status, said)

    def answered(self, request: Asked) -> Answer:
        allowed = self.headers.get("Authorization") == f"Bearer {self.owner.token}"
        if allowed and (complaint := self.owner.complaint(request)):
            self.owner.broken.append(complaint)
            return 400, {"errorMessage": complaint}
        return super().answered(request)

    def _misbehave(self, trouble: Trouble) -> None:
        if trouble.kind == "slow":
            time.sleep(trouble.seconds)  # that is what it is: slow
        elif trouble.kind == "drop":
            self.close_connection = True
        elif trouble.kind == "wrong":
            self.send(201, b"<html>Un instant, Jira se prepare</html>", "text/html", trouble.headers)
        else:
            self.send(int(trouble.kind), b'{"errorMessage": "not now"}', headers=trouble.headers)

    def _say(self, request: Asked, status: int, said: Any) -> None:
        data = b"" if said is None else json.dumps(said).encode()
        if complaint := self.owner.complaint(request, _Answer(status, data)):
            self.owner.broken.append(f"answer to {complaint}")
        self.send(status, data)


class _Request:
    """A request, as `openapi_core.protocols.Request` has it."""

    host_url = "http://localhost"

    def __init__(self, asked: Asked) -> None:
        self.method, self.path, self.body = asked.method, asked.path, asked.body
        kind = asked.headers.get("Content-Type", "")
        self.content_type = kind if kind.startswith("multipart") else kind.lower()  # a boundary minds capitals
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(asked.query),
            header=Headers(list(asked.headers.items())),
            cookie=ImmutableMultiDict(),
        )


@dataclass
class _Answer:
    """An answer, as `openapi_core.protocols.Response` has it."""

    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Headers = field(default_factory=Headers)
