"""The site: its project, its tickets, what may be asked of it, and what people do there."""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from app.demo.jira.hooks import deliver, signature
from app.demo.jira.issue import Issue, keep, kept
from app.demo.jira.project import DESK, FIELDS, PROJECT, RIGHTS, TYPE, WAYS, WORKFLOW, Asked, RefusedError
from app.demo.jira.rules import faults_of, page

OURS, THEIRS = "712020:ours", "712020:digital"
NAMES = {OURS: "Aiguillage", THEIRS: "Robin Exemple"}
Answer = tuple[int, Any]


@dataclass
class Site:
    """`workflow` names the statuses to which a status leads, `fields` are those of the request type, `web` is where
    people see a ticket. Webhooks go to `hook`, signed by `secret`. `file` keeps the tickets, if anything does."""

    token: str
    secret: str
    cloud: bool = True
    hook: str = ""
    web: str = "https://jira.example.org/servicedesk/customer/portal/1"
    file: Path | None = None
    fields: list[dict[str, Any]] = field(default_factory=lambda: [dict(one) for one in FIELDS])
    workflow: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(WORKFLOW))
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    issues: dict[str, Issue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._temporary: dict[str, tuple[str, bytes]] = {}
        self.lock = threading.RLock()
        if self.file:
            self.issues = kept(self.file)

    @property
    def base(self) -> str:
        """What stands before each path, as in the Cloud."""
        return "/ex/jira/11111111-2222-3333-4444-555555555555" if self.cloud else ""

    # What people do there

    def comments(self, key: str, body: str, *, public: bool = False, times: int = 1) -> str:
        """Somebody writes a comment; its id. The webhook is delivered that often."""
        with self.lock:
            made = self._commented(self.issues[key], body, public, THEIRS)
        self._tell("comment_created", key, THEIRS, times)
        return str(made["id"])

    def edits(self, key: str, identity: str, body: str) -> None:
        """Somebody edits a comment."""
        with self.lock:
            next(one for one in self.issues[key].comments if one["id"] == identity)["body"] = body
        self._tell("comment_updated", key, THEIRS)

    def deletes(self, key: str, identity: str) -> None:
        """Somebody deletes a comment."""
        with self.lock:
            issue = self.issues[key]
            issue.comments = [one for one in issue.comments if one["id"] != identity]
        self._tell("comment_deleted", key, THEIRS)

    def moves(self, key: str, status: str, *, times: int = 1, told: bool = True) -> None:
        """Somebody sets a status; without `told` the webhook is lost."""
        if status not in self.workflow:
            raise ValueError(status)
        self.issues[key].status = status
        if told:
            self._tell("jira:issue_updated", key, THEIRS, times)

    # What is asked of it

    def answer(self, request: Asked) -> Answer:
        """Do it. Raises RefusedError."""
        with self.lock:
            for method, pattern, name in WAYS:
                if method == request.method and (found := re.fullmatch(pattern, request.path)):
                    done: Answer = getattr(self, name)(request, *map(unquote, found.groups()))
                    return done
        raise RefusedError(404, {"errorMessage": "no such resource"})

    def myself(self, _: Asked) -> Answer:
        return 200, self.user(OURS)

    def user(self, account: str) -> dict[str, str]:
        if self.cloud:
            return {"accountId": account, "displayName": NAMES[account]}
        return {"key": account, "name": account, "displayName": NAMES[account]}

    def mypermissions(self, request: Asked) -> Answer:
        wanted = request.query["permissions"].split(",")
        return 200, {"permissions": {name: {"havePermission": name in self.rights} for name in wanted}}

    def statuses(self, _: Asked, project: str) -> Answer:
        need(project == PROJECT, 404, "no such project")
        return 200, [{"name": "Demande", "statuses": [{"name": name} for name in self.workflow]}]

    def desks(self, request: Asked) -> Answer:
        others = [{"id": str(100 + number), "projectKey": f"X{number}"} for number in range(120)]
        return page(request, [*others, {"id": DESK, "projectKey": PROJECT}])

    def types(self, request: Asked, desk: str) -> Answer:
        need(desk == DESK, 404, "no such service desk")
        return page(request, [{"id": "20", "name": "Autre"}, {"id": TYPE, "name": "Assistance Mon Permis"}])

    def type_fields(self, _: Asked, desk: str, kind: str) -> Answer:
        need((desk, kind) == (DESK, TYPE), 404, "no such request type")
        return 200, {"requestTypeFields": self.fields, "canRaiseOnBehalfOf": True}

    def create(self, request: Asked) -> Answer:
        asked = request.json
        need((asked["serviceDeskId"], asked["requestTypeId"]) == (DESK, TYPE), 400, "no such request type")
        values = asked["requestFieldValues"]
        if errors := faults_of(values, self.fields):
            raise RefusedError(400, {"errorMessages": [], "errors": errors})
        number = len(self.issues) + 1
        issue = Issue(str(10_000 + number), f"{PROJECT}-{number}", values)
        self.issues[issue.key] = issue
        self._tell("jira:issue_created", issue.key, OURS)
        return 201, self._shown(issue)

    def request(self, _: Asked, key: str) -> Answer:
        return 200, self._shown(self._issue(key))

    def listed(self, request: Asked, key: str) -> Answer:
        return page(request, self._issue(key).comments)

    def comment(self, request: Asked, key: str) -> Answer:
        made = self._commented(self._issue(key), request.json["body"], request.json["public"], OURS)
        self._tell("comment_created", key, OURS)
        return 201, made

    def upload(self, request: Asked, desk: str) -> Answer:
        need(desk == DESK, 404, "no such service desk")
        name, body = request.file
        identity = f"temp{uuid4()}"
        self._temporary[identity] = (name, body)
        return 201, {"temporaryAttachments": [{"temporaryAttachmentId": identity, "fileName": name}]}

    def files(self, request: Asked, key: str) -> Answer:
        return page(request, [{"filename": name} for name in self._issue(key).files])

    def attach(self, request: Asked, key: str) -> Answer:
        """A comment by whoever attaches shows the files, as in Jira."""
        issue = self._issue(key)
        for identity in request.json["temporaryAttachmentIds"]:
            name, body = self.take(identity)
            need(name not in issue.files, 400, "attached twice")
            issue.files[name] = body
            self._commented(issue, f"[^{name}]", request.json["public"], OURS)
        self._tell("comment_created", key, OURS)
        return 201, {"attachments": {"size": len(issue.files)}}

    def take(self, identity: str) -> tuple[str, bytes]:
        """What was left under that id, once."""
        need(identity in self._temporary, 400, f"No temporary attachment {identity}")
        return self._temporary.pop(identity)

    def ways(self, _: Asked, key: str) -> Answer:
        return 200, {"transitions": self._ways(self._issue(key))}

    def transition(self, request: Asked, key: str) -> Answer:
        issue, wanted = self._issue(key), request.json["transition"]["id"]
        found = next((one for one in self._ways(issue) if one["id"] == wanted), None)
        if found is None:
            raise RefusedError(400, {"errorMessages": ["It seems that this is an illegal transition"]})
        issue.status = found["to"]["name"]
        self._tell("jira:issue_updated", key, OURS)
        return 204, None

    def search(self, request: Asked) -> Answer:
        cloud = request.path.endswith("/jql")
        need(cloud == self.cloud, 410, "The requested API has been removed")
        found = re.fullmatch(r'project = "(\w+)" AND cf\[(\d+)\] ~ "\\"(.+)\\""', request.json["jql"])
        if found is None:
            raise RefusedError(400, {"errorMessages": ["Error in the JQL Query"]})
        name = f"customfield_{found[2]}"
        hits = [one for one in self.issues.values() if one.indexed and found[3] in str(one.fields.get(name))]
        return 200, {"issues": [{"id": one.id, "key": one.key, "fields": {name: one.fields[name]}} for one in hits]}

    # What it tells

    def webhook(self, event: str, key: str, author: str = THEIRS) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of one. A comment's in a data center names its issue in an address alone."""
        issue, by = self.issues[key], self.user(author)
        said: dict[str, Any] = {"timestamp": 1, "webhookEvent": event, "user": by}
        if event.startswith("comment"):
            address = f"https://jira.example.org/rest/api/2/issue/{issue.id}/comment/1"
            about = {"self": address, "author": by, "updateAuthor": by}
            said = {"timestamp": 1, "webhookEvent": event, "comment": about}
        if self.cloud or not event.startswith("comment"):
            said["issue"] = {"id": issue.id, "key": issue.key, "fields": {"summary": issue.fields["summary"]}}
        body = json.dumps(said).encode()
        signed = signature(body, self.secret)
        return body, {"x-atlassian-webhook-identifier": uuid4().hex, "x-hub-signature": signed}

    def deliver(self, body: bytes, headers: Mapping[str, str], times: int) -> None:
        """Send one that often, each time with the same identifier, without waiting for it."""
        for _ in range(times):
            threading.Thread(target=deliver, args=(self.hook, body, headers), daemon=True).start()

    def _tell(self, event: str, key: str, author: str, times: int = 1) -> None:
        """Something has changed: it is kept, and told to whoever wants to know."""
        if self.file:
            keep(self.issues, self.file)
        if self.hook:
            self.deliver(*self.webhook(event, key, author), times)

    def _ways(self, issue: Issue) -> list[dict[str, Any]]:
        names = list(self.workflow)
        return [
            {"id": str(names.index(to) + 11), "name": f"Passer à {to}", "to": {"name": to}}
            for to in self.workflow[issue.status]
        ]

    def _commented(self, issue: Issue, body: str, public: bool, author: str) -> dict[str, Any]:
        made = {
            "id": str(int(uuid4()) % 10**9 + 10**9),
            "body": body,
            "public": public,
            "author": self.user(author),
            "created": {"iso8601": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")},
        }
        issue.comments.append(made)
        return made

    def _shown(self, issue: Issue) -> dict[str, Any]:
        status = {"status": issue.status, "statusCategory": "INDETERMINATE"}
        web = {"web": f"{self.web}/{issue.key}"}
        return {"issueId": issue.id, "issueKey": issue.key, "currentStatus": status, "_links": web}

    def _issue(self, key: str) -> Issue:
        need(key in self.issues, 404, "The issue no longer exists.")
        return self.issues[key]


def need(holds: bool, status: int, said: str) -> None:
    """Raises RefusedError where it does not."""
    if not holds:
        raise RefusedError(status, {"errorMessage": said})
