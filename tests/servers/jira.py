"""A strict, stateful Jira Service Management on loopback, Cloud or Data Center, as our contract describes it.

It refuses what tests/contracts/jsm.yaml does not allow, and what Jira does not: a wrong token, a field that is no
longer there, a transition that its workflow has not, a file that was left too long. `break_next` makes it answer
slowly, wrongly, not at all, or with an error; what people do there (`comments`, `moves`) is told by signed webhooks.
"""

import hashlib
import hmac
import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import httpx2
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

CONTRACT = Path(__file__).parents[1] / "contracts" / "jsm.yaml"
TOKEN, SECRET = "a-token-of-the-tests", "a secret of the webhooks"
OURS, THEIRS = "712020:ours", "712020:digital"
PROJECT, DESK, TYPE = "DIG", "7", "21"
Json = Any


class RefusedError(Exception):
    """An answer that is none of the good ones."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status, self.said = status, said


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


@dataclass
class Issue:
    """A request there."""

    id: str
    key: str
    fields: dict[str, Any]
    status: str = "Ouvert"
    comments: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    indexed: bool = True


@dataclass
class Jira:
    """One site with one service project. `workflow` names the statuses to which a status leads; `fields` are those of
    the request type; `dying` temporary files are gone when they are to be attached; `indexing` off, the search finds
    nothing that is new. `asked` are the requests that came in, `broken` what the contract did not allow."""

    cloud: bool = True
    hook: str = ""
    fields: list[dict[str, Any]] = field(default_factory=lambda: [dict(one) for one in FIELDS])
    workflow: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(WORKFLOW))
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    token: str = TOKEN
    dying: int = 0
    indexing: bool = True
    late: bool = False
    issues: dict[str, Issue] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    held_back: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._troubles: list[Trouble] = []
        self._temporary: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.RLock()
        self._contract = OpenAPI.from_file_path(str(CONTRACT))
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """With a path before those of the contract, as the Cloud's has."""
        return f"http://127.0.0.1:{self._server.server_port}{self.base}"

    @property
    def base(self) -> str:
        return "/ex/jira/11111111-2222-3333-4444-555555555555" if self.cloud else ""

    def __enter__(self) -> "Jira":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def break_next(self, *troubles: Trouble) -> None:
        """Answer the next requests that fit so, one each, in that order."""
        self._troubles += troubles

    def comments(self, key: str, body: str, *, public: bool = False, times: int = 1) -> str:
        """Somebody there writes a comment; the webhook is delivered that often."""
        with self._lock:
            made = self._commented(self.issues[key], body, public, THEIRS)
        self._tell("comment_created", key, THEIRS, times)
        return str(made["id"])

    def moves(self, key: str, status: str, *, times: int = 1, told: bool = True) -> None:
        """Somebody there sets a status; without `told` the webhook is lost."""
        assert status in self.workflow
        self.issues[key].status = status
        if told:
            self._tell("jira:issue_updated", key, THEIRS, times)

    def rename(self, name: str, to: str) -> None:
        """Give a field another name, and another id."""
        for one in self.fields:
            if one["name"] == name:
                one |= {"name": to, "fieldId": f"{one['fieldId']}9"}

    def flush(self) -> None:
        """Deliver what was late."""
        held, self.held_back = self.held_back, []
        for body, headers in held:
            deliver(self.hook, body, headers)

    def reindex(self) -> None:
        for one in self.issues.values():
            one.indexed = True

    def validate(self, request: "Asked", answer: "Answer | None" = None) -> str:
        """What the contract has against a request, or against an answer of ours; '' for nothing."""
        try:
            if answer is None:
                self._contract.validate_request(request)
            else:
                self._contract.validate_response(request, answer)
        except OpenAPIError as error:
            cause = "; ".join(one.message for one in getattr(error.__cause__, "schema_errors", ())) or error.__cause__
            return f"{request.method} {request.path}: {error} {cause or ''}"
        return ""

    def trouble(self, method: str, path: str) -> Trouble | None:
        """What is to become of this request, taken off the list."""
        with self._lock:
            fits = (one for one in self._troubles if one.method in ("", method) and one.path in path)
            found = next(fits, None)
            if found:
                self._troubles.remove(found)
            return found

    def answer(self, request: "Asked") -> tuple[int, Json]:
        """Do it. Raises RefusedError."""
        with self._lock:
            for method, pattern, do in _WAYS:
                if method == request.method and (found := re.fullmatch(pattern, request.path)):
                    return do(self, request, *map(unquote, found.groups()))
        raise RefusedError(404, {"errorMessage": "no such resource"})

    def myself(self, _: "Asked") -> tuple[int, Json]:
        return 200, self.user(OURS)

    def user(self, account: str) -> dict[str, str]:
        name = "Aiguillage" if account == OURS else "Robin Exemple"
        if self.cloud:
            return {"accountId": account, "displayName": name}
        return {"key": account, "name": account, "displayName": name}

    def mypermissions(self, request: "Asked") -> tuple[int, Json]:
        wanted = request.query["permissions"].split(",")
        return 200, {"permissions": {name: {"havePermission": name in self.rights} for name in wanted}}

    def statuses(self, _: "Asked", project: str) -> tuple[int, Json]:
        self._need(project == PROJECT, 404, "no such project")
        return 200, [{"name": "Demande", "statuses": [{"name": name} for name in self.workflow]}]

    def desks(self, request: "Asked") -> tuple[int, Json]:
        others = [{"id": str(100 + number), "projectKey": f"X{number}"} for number in range(120)]
        return self._page(request, [*others, {"id": DESK, "projectKey": PROJECT}])

    def types(self, request: "Asked", desk: str) -> tuple[int, Json]:
        self._need(desk == DESK, 404, "no such service desk")
        return self._page(request, [{"id": "20", "name": "Autre"}, {"id": TYPE, "name": "Assistance Mon Permis"}])

    def type_fields(self, _: "Asked", desk: str, kind: str) -> tuple[int, Json]:
        self._need((desk, kind) == (DESK, TYPE), 404, "no such request type")
        return 200, {"requestTypeFields": self.fields, "canRaiseOnBehalfOf": True}

    def create(self, request: "Asked") -> tuple[int, Json]:
        asked = request.json
        self._need((asked["serviceDeskId"], asked["requestTypeId"]) == (DESK, TYPE), 400, "no such request type")
        known = {one["fieldId"]: one for one in self.fields}
        values = asked["requestFieldValues"]
        errors = {name: "Field cannot be set: it is not on this request type" for name in values if name not in known}
        errors |= {name: "is required" for name, one in known.items() if one["required"] and not values.get(name)}
        for name, one in known.items():
            choices = {value["value"] for value in one.get("validValues", ())}
            if choices and name in values and (values[name] or {}).get("id") not in choices:
                errors[name] = "Option is not valid"
        if errors:
            raise RefusedError(400, {"errorMessages": [], "errors": errors})
        number = len(self.issues) + 1
        issue = Issue(str(10_000 + number), f"{PROJECT}-{number}", values, indexed=self.indexing)
        self.issues[issue.key] = issue
        self._tell("jira:issue_created", issue.key, OURS)
        return 201, self._shown(issue)

    def request(self, _: "Asked", key: str) -> tuple[int, Json]:
        return 200, self._shown(self._issue(key))

    def listed(self, request: "Asked", key: str) -> tuple[int, Json]:
        return self._page(request, self._issue(key).comments)

    def comment(self, request: "Asked", key: str) -> tuple[int, Json]:
        made = self._commented(self._issue(key), request.json["body"], request.json["public"], OURS)
        self._tell("comment_created", key, OURS)
        return 201, made

    def upload(self, request: "Asked", desk: str) -> tuple[int, Json]:
        self._need(desk == DESK, 404, "no such service desk")
        name, body = request.file
        identity = f"temp{uuid4()}"
        self._temporary[identity] = (name, body)
        return 201, {"temporaryAttachments": [{"temporaryAttachmentId": identity, "fileName": name}]}

    def files(self, request: "Asked", key: str) -> tuple[int, Json]:
        return self._page(request, [{"filename": name} for name in self._issue(key).files])

    def attach(self, request: "Asked", key: str) -> tuple[int, Json]:
        issue = self._issue(key)
        for identity in request.json["temporaryAttachmentIds"]:
            if self.dying:
                self.dying -= 1
                self._temporary.pop(identity, None)
            self._need(identity in self._temporary, 400, f"No temporary attachment {identity}")
            name, body = self._temporary.pop(identity)
            self._need(name not in issue.files, 400, "attached twice")
            issue.files[name] = body
        return 201, {"attachments": {"size": len(issue.files)}}

    def ways(self, _: "Asked", key: str) -> tuple[int, Json]:
        return 200, {"transitions": self._ways(self._issue(key))}

    def transition(self, request: "Asked", key: str) -> tuple[int, Json]:
        issue, wanted = self._issue(key), request.json["transition"]["id"]
        found = next((one for one in self._ways(issue) if one["id"] == wanted), None)
        if found is None:
            raise RefusedError(400, {"errorMessages": ["It seems that this is an illegal transition"]})
        issue.status = found["to"]["name"]
        self._tell("jira:issue_updated", key, OURS)
        return 204, None

    def search(self, request: "Asked") -> tuple[int, Json]:
        cloud = request.path.endswith("/jql")
        self._need(cloud == self.cloud, 410, "The requested API has been removed")
        found = re.fullmatch(r'project = "(\w+)" AND cf\[(\d+)\] ~ "\\"(.+)\\""', request.json["jql"])
        self._need(found is not None, 400, "Error in the JQL Query")
        assert found
        name = f"customfield_{found[2]}"
        hits = [one for one in self.issues.values() if one.indexed and found[3] in str(one.fields.get(name))]
        return 200, {"issues": [{"id": one.id, "key": one.key, "fields": {name: one.fields[name]}} for one in hits]}

    def _ways(self, issue: Issue) -> list[dict[str, Any]]:
        names = list(self.workflow)
        return [
            {"id": str(names.index(to) + 11), "name": f"Passer à {to}", "to": {"name": to}}
            for to in self.workflow[issue.status]
        ]

    def _commented(self, issue: Issue, body: str, public: bool, author: str) -> dict[str, Any]:
        made = {
            "id": str(1000 + sum(len(one.comments) for one in self.issues.values())),
            "body": body,
            "public": public,
            "author": self.user(author),
            "created": {"iso8601": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")},
        }
        issue.comments.append(made)
        return made

    def _shown(self, issue: Issue) -> dict[str, Any]:
        web = f"https://jira.example.org/servicedesk/customer/portal/1/{issue.key}"
        status = {"status": issue.status, "statusCategory": "INDETERMINATE"}
        return {"issueId": issue.id, "issueKey": issue.key, "currentStatus": status, "_links": {"web": web}}

    def _issue(self, key: str) -> Issue:
        self._need(key in self.issues, 404, "The issue no longer exists.")
        return self.issues[key]

    def _need(self, holds: bool, status: int, said: str) -> None:
        if not holds:
            raise RefusedError(status, {"errorMessage": said})

    def _page(self, request: "Asked", values: list[Any]) -> tuple[int, Json]:
        start, limit = int(request.query.get("start", 0)), int(request.query.get("limit", 50))
        page = values[start : start + limit]
        last = start + limit >= len(values)
        return 200, {"start": start, "limit": limit, "size": len(page), "isLastPage": last, "values": page}

    def _tell(self, event: str, key: str, author: str, times: int = 1) -> None:
        """Send a webhook, as administrators' are signed; each delivery of one has the same identifier."""
        if not self.hook:
            return
        body, headers = self.webhook(event, key, author)
        if self.late:
            self.held_back.append((body, headers))
            return
        for _ in range(times):
            threading.Thread(target=deliver, args=(self.hook, body, headers)).start()

    def webhook(self, event: str, key: str, author: str = THEIRS) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of one."""
        issue = self.issues[key]
        said: dict[str, Any] = {"timestamp": 1, "webhookEvent": event, "user": self.user(author)}
        if event.startswith("comment"):
            address = f"https://jira.example.org/rest/api/2/issue/{issue.id}/comment/1"
            said = {"timestamp": 1, "webhookEvent": event, "comment": {"self": address, "author": self.user(author)}}
        if self.cloud or not event.startswith("comment"):
            said["issue"] = {"id": issue.id, "key": issue.key, "fields": {"summary": issue.fields["summary"]}}
        body = json.dumps(said).encode()
        return body, {"x-atlassian-webhook-identifier": uuid4().hex, "x-hub-signature": signature(body)}


def signature(body: bytes, secret: str = SECRET) -> str:
    """X-Hub-Signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a webhook; tried again for a while where nobody answers well, as Jira does."""
    status = 0
    for _ in range(50):
        try:
            status = httpx2.post(url, content=body, headers={"content-type": "application/json", **headers}).status_code
        except httpx2.TransportError:
            status = 0
        if status and status < 500:
            return status
        time.sleep(0.1)
    return status


RIGHTS = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS", "TRANSITION_ISSUES")
FIELDS: list[dict[str, Any]] = [
    {"fieldId": "summary", "name": "Résumé", "required": True, "jiraSchema": {"type": "string"}},
    {"fieldId": "description", "name": "Description", "required": True, "jiraSchema": {"type": "string"}},
    {"fieldId": "customfield_10050", "name": "Dossier", "required": False, "jiraSchema": {"type": "string"}},
    {
        "fieldId": "priority",
        "name": "Priorité",
        "required": True,
        "jiraSchema": {"type": "priority"},
        "validValues": [{"value": str(number), "label": f"P{number}"} for number in range(1, 5)],
    },
]
WORKFLOW: dict[str, tuple[str, ...]] = {
    "Ouvert": ("En cours", "En attente", "Escaladé", "Terminé"),
    "En cours": ("En attente", "Escaladé", "Terminé"),
    "En attente": ("En cours", "Escaladé", "Terminé"),
    "Escaladé": ("En cours", "En attente", "Terminé"),
    "Terminé": ("En cours",),
}
"""A status leads nowhere but where it says."""

_KEY = "/rest/servicedeskapi/request/([^/]+)"
_DESK = "/rest/servicedeskapi/servicedesk"
_WAYS: list[tuple[str, str, Callable[..., tuple[int, Json]]]] = [
    ("get", "/rest/api/2/myself", Jira.myself),
    ("get", "/rest/api/2/mypermissions", Jira.mypermissions),
    ("get", "/rest/api/2/project/([^/]+)/statuses", Jira.statuses),
    ("post", "/rest/api/2/search(?:/jql)?", Jira.search),
    ("get", "/rest/api/2/issue/([^/]+)/transitions", Jira.ways),
    ("post", "/rest/api/2/issue/([^/]+)/transitions", Jira.transition),
    ("get", _DESK, Jira.desks),
    ("get", f"{_DESK}/([^/]+)/requesttype", Jira.types),
    ("get", f"{_DESK}/([^/]+)/requesttype/([^/]+)/field", Jira.type_fields),
    ("post", f"{_DESK}/([^/]+)/attachTemporaryFile", Jira.upload),
    ("post", "/rest/servicedeskapi/request", Jira.create),
    ("get", _KEY, Jira.request),
    ("get", f"{_KEY}/comment", Jira.listed),
    ("post", f"{_KEY}/comment", Jira.comment),
    ("get", f"{_KEY}/attachment", Jira.files),
    ("post", f"{_KEY}/attachment", Jira.attach),
]


@dataclass
class Asked:
    """A request, as `openapi_core.protocols.Request` has it."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes | None

    def __post_init__(self) -> None:
        self.host_url = "http://localhost"
        self.content_type = self.headers.get("Content-Type", "").lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.query),
            header=Headers(list(self.headers.items())),
            cookie=ImmutableMultiDict(),
        )
        if self.content_type.startswith("multipart"):  # its boundary minds capitals
            self.content_type = self.headers["Content-Type"]

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def file(self) -> tuple[str, bytes]:
        """The one file of a form (RFC 7578)."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        [part] = message_from_bytes(head + (self.body or b""), policy=HTTP).iter_parts()  # type: ignore[attr-defined]
        assert part.get_param("name", header="content-disposition") == "file"
        return str(part.get_filename()), part.get_payload(decode=True)


@dataclass
class Answer:
    """An answer, as `openapi_core.protocols.Response` has it."""

    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Headers = field(default_factory=Headers)


class _Server(http.server.ThreadingHTTPServer):
    def __init__(self, jira: Jira) -> None:
        self.jira = jira
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._do("get")

    def do_POST(self) -> None:
        self._do("post")

    def _do(self, method: str) -> None:
        jira, found = self.server.jira, urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        query = {name: values[0] for name, values in parse_qs(found.query).items()}
        request = Asked(
            method, found.path.removeprefix(jira.base), query, dict(self.headers), self.rfile.read(length) or None
        )
        jira.asked.append((method, request.path))
        trouble = jira.trouble(method, request.path)
        if trouble and not trouble.after:
            self._misbehave(trouble)
            if trouble.kind != "slow":
                return
        status, said = self._answered(request)
        if trouble and trouble.after:
            self._misbehave(trouble)
        else:
            self._say(request, status, said)

    def _answered(self, request: Asked) -> tuple[int, Json]:
        jira = self.server.jira
        if not self.path.startswith(jira.base) or self.headers.get("Authorization") != f"Bearer {jira.token}":
            return 401, {"errorMessage": "Unauthorized"}
        if complaint := jira.validate(request):
            jira.broken.append(complaint)
            return 400, {"errorMessage": complaint}
        try:
            return jira.answer(request)
        except RefusedError as refusal:
            return refusal.status, refusal.said

    def _misbehave(self, trouble: Trouble) -> None:
        if trouble.kind == "slow":
            time.sleep(trouble.seconds)
        elif trouble.kind == "drop":
            self.close_connection = True
        elif trouble.kind == "wrong":
            self._send(201, b"<html>Un instant, Jira se prepare</html>", "text/html", trouble.headers)
        else:
            self._send(int(trouble.kind), b'{"errorMessage": "not now"}', "application/json", trouble.headers)

    def _say(self, request: Asked, status: int, said: Json) -> None:
        data = b"" if said is None else json.dumps(said).encode()
        if complaint := self.server.jira.validate(request, Answer(status, data)):
            self.server.jira.broken.append(f"answer to {complaint}")
        self._send(status, data, "application/json", {})

    def _send(self, status: int, data: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the test's output clean."""
