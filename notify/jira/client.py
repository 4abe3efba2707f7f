"""Jira Service Management over HTTP, Cloud and Data Center: the only file that speaks to it.

The paths are the same for both (developer.atlassian.com, Service Management REST API and platform API v2); the search
is not. Every operation that is used stands in tests/contracts/jsm.yaml. Nothing is tried again here: the rows do that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cases.ticket import Flavour
from cases.ticket_fold import Comment
from notify.jira import answers
from notify.jira.answers import AwayError, DeniedError, Field, Issue, Transition

if TYPE_CHECKING:
    import httpx2

DESK, PLATFORM = "/rest/servicedeskapi", "/rest/api/2"
PAGE = 100
PATIENCE_SECONDS = 20.0
CONNECT_SECONDS = 5.0
REFUSED_PAUSE = timedelta(minutes=15)
"""How long a token that is refused is not tried again: accounts are locked for less."""
LONGEST_PAUSE, SHORT_PAUSE = timedelta(hours=1), timedelta(seconds=30)
"""The most that is waited where Jira says for how long; what is waited where it does not."""
HEADERS = {"accept": "application/json", "x-experimentalapi": "opt-in"}
"""Some of a data center's operations are behind that header; the Cloud minds it no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How Jira is reached. `url` is `https://api.atlassian.com/ex/jira/CLOUD-ID` for a scoped token, or a data center's
    address; `user` the mail address of a person's token, '' for a service account's or a data center's, sent alone."""

    url: str
    token: str = field(repr=False)
    user: str = ""
    flavour: Flavour = Flavour.CLOUD


class Client:
    """One account at one Jira. Every method raises AwayError where there is no answer that could be used, DeniedError
    where Jira refuses."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def account(self) -> str:
        """Who we are there."""
        return answers.account(self._get(f"{PLATFORM}/myself"))

    def permissions(self, project: str, wanted: tuple[str, ...]) -> dict[str, bool]:
        """Which of these rights we have in the project."""
        query = {"projectKey": project, "permissions": ",".join(wanted)}
        found = answers.part(self._get(f"{PLATFORM}/mypermissions", query), "permissions")
        return {name: bool((found.get(name) or {}).get("havePermission")) for name in wanted}

    def statuses(self, project: str) -> set[str]:
        """The names of all statuses that issues of the project can have."""
        types = answers.objects({"types": self._get(f"{PLATFORM}/project/{_path(project)}/statuses")}, "types")
        return {answers.text(one, "name") for kind in types for one in answers.objects(kind, "statuses")}

    def service_desk(self, project: str) -> str:
        """The id of the project's service desk, '' where there is none."""
        desks = self._pages(f"{DESK}/servicedesk")
        return next((answers.text(one, "id") for one in desks if one.get("projectKey") == project), "")

    def request_types(self, desk: str) -> dict[str, str]:
        """The ids of its request types, by name."""
        found = self._pages(f"{DESK}/servicedesk/{_path(desk)}/requesttype")
        return {answers.text(one, "name"): answers.text(one, "id") for one in found}

    def fields(self, desk: str, request_type: str) -> list[Field]:
        """The fields that a request of that type has."""
        path = f"{DESK}/servicedesk/{_path(desk)}/requesttype/{_path(request_type)}/field"
        return [answers.field(one) for one in answers.objects(self._get(path), "requestTypeFields")]

    def create(self, desk: str, request_type: str, values: Mapping[str, Any]) -> Issue:
        """Make a request, raised by our own account: no citizen is copied into Jira."""
        asked = {"serviceDeskId": desk, "requestTypeId": request_type, "requestFieldValues": dict(values)}
        return answers.issue(self._post(f"{DESK}/request", asked))

    def request(self, key: str) -> Issue:
        """A request as it stands."""
        return answers.issue(self._get(f"{DESK}/request/{_path(key)}"))

    def search(self, project: str, field: str, number: str) -> list[str]:
        """The keys of the issues in whose `field` exactly that stands. The index may lag behind by minutes."""
        name = f"cf[{field.removeprefix('customfield_')}]" if field.startswith("customfield_") else field
        jql = f'project = "{project}" AND {name} ~ "\\"{number}\\""'
        path = f"{PLATFORM}/search/jql" if self._access.flavour is Flavour.CLOUD else f"{PLATFORM}/search"
        found = answers.objects(self._post(path, {"jql": jql, "fields": [field], "maxResults": PAGE}), "issues")
        return [answers.text(one, "key") for one in found if (one.get("fields") or {}).get(field) == number]

    def comments(self, key: str, own: str) -> tuple[Comment, ...]:
        """All comments, oldest first; `own` is our account."""
        return tuple(answers.comment(one, own) for one in self._pages(f"{DESK}/request/{_path(key)}/comment"))

    def comment(self, key: str, body: str, *, public: bool) -> str:
        """Write a comment; its id."""
        return answers.text(self._post(f"{DESK}/request/{_path(key)}/comment", {"body": body, "public": public}), "id")

    def attachments(self, key: str) -> set[str]:
        """The names of its files."""
        return {answers.text(one, "filename") for one in self._pages(f"{DESK}/request/{_path(key)}/attachment")}

    def upload(self, desk: str, file: tuple[str, bytes, str]) -> str:
        """Leave a file (name, bytes, type) there for a while; the id by which it is attached."""
        path = f"{DESK}/servicedesk/{_path(desk)}/attachTemporaryFile"
        found = self._send("POST", path, files={"file": file}, headers={"x-atlassian-token": "no-check"})
        left = answers.objects(found, "temporaryAttachments")
        if len(left) != 1:
            raise AwayError("Jira's answer names no temporary file")
        return answers.text(left[0], "temporaryAttachmentId")

    def attach(self, key: str, temporary: str, *, public: bool) -> None:
        """Attach what was left there. Raises DeniedError where it is gone by now."""
        asked = {"temporaryAttachmentIds": [temporary], "public": public}
        self._post(f"{DESK}/request/{_path(key)}/attachment", asked)

    def transitions(self, key: str) -> list[Transition]:
        """The ways to other statuses that are open to us now."""
        found = answers.objects(self._get(f"{PLATFORM}/issue/{_path(key)}/transitions"), "transitions")
        return [
            Transition(answers.text(one, "id"), answers.text(one, "name"), answers.text(one, "to", "name"))
            for one in found
        ]

    def transition(self, key: str, identity: str) -> None:
        """Go one of these ways."""
        self._send("POST", f"{PLATFORM}/issue/{_path(key)}/transitions", json={"transition": {"id": identity}})

    def close(self) -> None:
        """Close the kept connections."""
        if "_http" in self.__dict__:
            self._http.close()

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        """What a list holds, page after page (`start`, `limit`, `isLastPage`)."""
        start = 0
        while True:
            page = self._get(path, {"start": start, "limit": PAGE})
            values = answers.objects(page, "values")
            yield from values
            start += len(values)
            if not values or page.get("isLastPage", True):
                return

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        return self._send("GET", path, params=dict(query or {}))

    def _post(self, path: str, value: Mapping[str, Any]) -> Any:
        return self._send("POST", path, json=value)

    def _send(self, method: str, path: str, **what: Any) -> Any:
        """The JSON of a good answer, None for an empty one."""
        import httpx2

        writes = method != "GET"
        try:
            answer = self._http.request(method, self._access.url.rstrip("/") + path, **what)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise AwayError(f"Jira cannot be reached ({type(error).__name__})") from error
        except httpx2.HTTPError as error:
            raise AwayError(f"Jira did not answer ({type(error).__name__})", unsure=writes) from error
        if not answer.is_success:
            raise _refusal(answer, writes=writes)
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise AwayError("Jira's answer is no JSON", unsure=writes) from error

    @cached_property
    def _http(self) -> "httpx2.Client":
        import httpx2

        access = self._access
        headers = HEADERS if access.user else {**HEADERS, "authorization": f"Bearer {access.token}"}
        timeout = httpx2.Timeout(PATIENCE_SECONDS, connect=CONNECT_SECONDS)
        basic = (access.user, access.token) if access.user else None
        return httpx2.Client(headers=headers, auth=basic, timeout=timeout, follow_redirects=False)


def _path(name: str) -> str:
    return quote(name, safe="")


def _refusal(answer: "httpx2.Response", *, writes: bool) -> Exception:
    """What an answer means that is not a good one."""
    status, said = answer.status_code, answers.complaint(_json(answer))
    if status == 401:
        text = "Jira refuses the token (401): it has expired, or AIGUILLAGE_JIRA_URL is not the address that it is for"
        return AwayError(text, pause=REFUSED_PAUSE)
    if status == 429:
        reason = answer.headers.get("ratelimit-reason", "")
        return AwayError(f"Jira asks for a pause (429 {reason})", pause=_pause(answer) or SHORT_PAUSE)
    if status == 409 or status < 400:
        return AwayError(f"Jira answered {status}: {said or 'a conflict, or another address'}", pause=_pause(answer))
    if status >= 500 or status == 408:
        return AwayError(f"Jira answered {status}", unsure=writes, pause=_pause(answer))
    return DeniedError(status, f"Jira refuses it ({status}): {said or 'without a reason'}")


def _pause(answer: "httpx2.Response") -> timedelta | None:
    """Retry-After in seconds (RFC 9110 10.2.3); Jira sends no dates."""
    after = answer.headers.get("retry-after", "")
    return min(timedelta(seconds=int(after)), LONGEST_PAUSE) if after.isdecimal() and len(after) < 9 else None


def _json(answer: "httpx2.Response") -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
