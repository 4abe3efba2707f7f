"""The one service project of the site, the ways to ask about it, and a request as it comes in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

PROJECT, DESK, TYPE = "DIG", "7", "21"
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
WAYS = (
    ("get", "/rest/api/2/myself", "myself"),
    ("get", "/rest/api/2/mypermissions", "mypermissions"),
    ("get", "/rest/api/2/project/([^/]+)/statuses", "statuses"),
    ("post", "/rest/api/2/search(?:/jql)?", "search"),
    ("get", "/rest/api/2/issue/([^/]+)/transitions", "ways"),
    ("post", "/rest/api/2/issue/([^/]+)/transitions", "transition"),
    ("get", _DESK, "desks"),
    ("get", f"{_DESK}/([^/]+)/requesttype", "types"),
    ("get", f"{_DESK}/([^/]+)/requesttype/([^/]+)/field", "type_fields"),
    ("post", f"{_DESK}/([^/]+)/attachTemporaryFile", "upload"),
    ("post", "/rest/servicedeskapi/request", "create"),
    ("get", _KEY, "request"),
    ("get", f"{_KEY}/comment", "listed"),
    ("post", f"{_KEY}/comment", "comment"),
    ("get", f"{_KEY}/attachment", "files"),
    ("post", f"{_KEY}/attachment", "attach"),
)
"""Method, path and what of the site answers it."""


class RefusedError(Exception):
    """An answer that is none of the good ones."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status, self.said = status, said


@dataclass
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def file(self) -> tuple[str, bytes]:
        """The one file of a form (RFC 7578). Raises RefusedError."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        [part] = message_from_bytes(head + (self.body or b""), policy=HTTP).iter_parts()
        body = part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") != "file" or not isinstance(body, bytes):
            raise RefusedError(400, {"errorMessage": "the file is named `file`"})
        return str(part.get_filename()), body
