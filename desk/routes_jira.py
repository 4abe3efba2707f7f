"""Webhooks of Jira: signed ones are kept, at once and once; what they are about is asked for later.

Administrators' webhooks are signed (developer.atlassian.com, Jira webhooks, secure admin webhooks): `X-Hub-Signature`
is `sha256=` and the HMAC of the body as it came (WebSub 7.1). A delivery that is tried again has the same
`X-Atlassian-Webhook-Identifier`.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from notify.jira.answers import account
from store.engine import UNAVAILABLE
from store.tx import Kind, Store, Transaction

log = structlog.get_logger()

PATH = "/jira/webhook"
LARGEST = 2_000_000
"""Bytes of a webhook: an issue with all its fields, and its history of changes."""
_OF_COMMENT = re.compile(r"/issue/(\d{1,18})/comment/")
_UNSTORABLE = re.compile("[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is read of a webhook: which issue (key or id) it is about, by whom, and what it calls itself."""

    identifier: str
    issue: str
    author: str
    event: str


@dataclass(frozen=True)
class JiraHook:
    """Takes webhooks in. `secrets` are what Jira may sign with: one, or two while one replaces the other."""

    store: Store
    secrets: Sequence[bytes]
    clock: Callable[[], datetime]

    def router(self) -> APIRouter:
        found = APIRouter(include_in_schema=False)
        found.post(PATH)(self.take)
        return found

    async def take(self, request: Request) -> Response:
        """204 where it is kept or was before, 403 unsigned, 400 where it is none, 503 to have it sent again."""
        body = await _body(request)
        if body is None or not is_signed(body, request.headers.get("x-hub-signature", ""), self.secrets):
            log.warning("jira_webhook_refused", bytes=len(body or b""))
            return Response("This request is not signed by our Jira.", 403)
        found = notice(body, request.headers.get("x-atlassian-webhook-identifier", ""))
        if found is None:
            return Response("This is no webhook about an issue.", 400)
        try:
            await run_in_threadpool(self._keep, found)
        except UNAVAILABLE:
            return Response("It cannot be kept now.", 503)
        return Response(status_code=204)

    def _keep(self, found: Notice) -> None:
        now = self.clock()
        columns = {name: getattr(found, name) for name in Notice.__slots__}

        def keep(tx: Transaction) -> None:
            if tx.tickets.notices.keep({**columns, "received_at": now, "due_at": now}):
                tx.wake(Kind.TICKET)

        self.store.run("ticket.notice", keep)


async def _body(request: Request) -> bytes | None:
    """The bytes as they came; None where there are too many, or no end."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def is_signed(body: bytes, signature: str, secrets: Sequence[bytes]) -> bool:
    """Whether that is the body's HMAC by one of them; compared in constant time."""
    given = signature.encode("latin-1", "replace")
    return any(hmac.compare_digest(_signature(body, one), given) for one in secrets)


def _signature(body: bytes, secret: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()


def notice(body: bytes, identifier: str) -> Notice | None:
    """What a webhook is about, None where it is about no issue. Without an identifier its bytes are one."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    issue = _issue(said) if isinstance(said, dict) else ""
    if not issue:
        return None
    return Notice(
        identifier=_plain(identifier, 200) or hashlib.sha256(body).hexdigest(),
        issue=_plain(issue, 64),
        author=_plain(account(_author(said)), 128),
        event=_plain(str(said.get("webhookEvent", "")), 64),
    )


def _author(said: dict[str, Any]) -> dict[str, Any]:
    """Who did it, {} where it does not say: a comment that was edited or deleted was not by who wrote it."""
    whose = {"comment_updated": "updateAuthor", "comment_deleted": ""}.get(str(said.get("webhookEvent")), "author")
    return _object(said, "user") or _object(_object(said, "comment"), whose)


def _issue(said: dict[str, Any]) -> str:
    """Its id, which stays when it is moved to another project, or its key. Comments of a data center name their issue
    in their own address alone."""
    issue = _object(said, "issue")
    if named := issue.get("id") or issue.get("key"):
        return str(named)
    found = _OF_COMMENT.search(str(_object(said, "comment").get("self", "")))
    return found[1] if found else ""


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _plain(text: str, longest: int) -> str:
    return _UNSTORABLE.sub("", text)[:longest]
