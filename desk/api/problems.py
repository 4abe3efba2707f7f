"""What the API answers in the place of what was asked for: problem details (RFC 9457), with cause and mend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from cases.acting import StaleError
from cases.refusal import Refusal, RefusedError
from desk.api.rules import PATH

MEDIA_TYPE = "application/problem+json"


class Problem(StrEnum):
    """The kinds of problems."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD = "method"
    REFUSED = "refused"
    STALE = "stale"
    UNDER_WAY = "under_way"
    KEY_REUSED = "key_reused"
    TOO_LARGE = "too_large"
    MEDIA_TYPE = "media_type"
    VERSION_NEEDED = "version_needed"
    TOO_MANY = "too_many"
    FAILED = "failed"
    AWAY = "away"


KINDS: Mapping[Problem, tuple[int, str]] = {
    Problem.MALFORMED: (400, "The request cannot be read"),
    Problem.UNAUTHORIZED: (401, "A valid token is needed"),
    Problem.FORBIDDEN: (403, "The role of this program does not allow it"),
    Problem.NOT_FOUND: (404, "There is no such thing"),
    Problem.METHOD: (405, "This address has no such method"),
    Problem.REFUSED: (409, "The action cannot be done"),
    Problem.UNDER_WAY: (409, "The same request is under way"),
    Problem.STALE: (412, "The case was changed meanwhile"),
    Problem.TOO_LARGE: (413, "The body is too large"),
    Problem.MEDIA_TYPE: (415, "The body is not JSON"),
    Problem.INVALID: (422, "The request holds what is not allowed"),
    Problem.KEY_REUSED: (422, "The idempotency key was used for another request"),
    Problem.VERSION_NEEDED: (428, "The version of the case is needed"),
    Problem.TOO_MANY: (429, "Too many requests"),
    Problem.FAILED: (500, "Something went wrong here"),
    Problem.AWAY: (503, "The database does not answer"),
}
"""The status and title of each."""


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"where": "body.text", "cause": "Field required"}]})
    where: str = Field(description="The name of the field, header or parameter.")
    cause: str


class Happened(BaseModel):
    """A line of the timeline that came meanwhile."""

    kind: str
    actor: str
    at: str


class ProblemDetails(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(description="Names the kind of problem, and leads to it on the page of the API.")
    title: str
    status: int
    detail: str = Field(description="The cause.")
    mend: str = Field(description="What would help.")
    refusal: str | None = Field(default=None, description="Why an action is refused, as docs/api.md lists it.")
    faults: list[Fault] | None = Field(default=None, description="What is wrong, one by one.")
    meanwhile: list[Happened] | None = Field(default=None, description="What happened to the case meanwhile.")


@dataclass
class ProblemError(Exception):
    """A request that is not done. `more` are members of the problem beside those that all have."""

    problem: Problem
    cause: str
    mend: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0


def answered(error: ProblemError) -> Response:
    """The answer that says so."""
    status, title = KINDS[error.problem]
    details = {
        "type": f"{PATH}/#{error.problem}",
        "title": title,
        "status": error.status or status,
        "detail": _shown(error.cause),
        "mend": error.mend,
        **error.more,
    }
    return JSONResponse(details, error.status or status, headers=dict(error.headers) or None, media_type=MEDIA_TYPE)


def _shown(text: str) -> str:
    """What somebody sent may hold what UTF-8 has not (lone surrogates)."""
    return text.encode("utf-8", "backslashreplace").decode()


def missing(cause: str, mend: str) -> ProblemError:
    """What was asked for is not there."""
    return ProblemError(Problem.NOT_FOUND, cause, mend)


def invalid(faults: Sequence[tuple[str, str]]) -> ProblemError:
    """What is wrong with a request: each (where, cause)."""
    said = [{"where": _shown(where), "cause": _shown(cause)} for where, cause in faults]
    cause = "; ".join(f"{one['where']}: {one['cause']}" for one in said[:5])
    return ProblemError(Problem.INVALID, cause, "see the schema of this operation", {"faults": said})


_FORBIDDEN = frozenset({Refusal.AUDITOR, Refusal.MAY_NOT_ESCALATE, Refusal.INCIDENT_LEADS})
_WRONG = frozenset(
    {
        *(
            Refusal.NO_TEXT,
            Refusal.TOO_LONG,
            Refusal.WAIT_OR_CLOSE,
            Refusal.DAYS,
            Refusal.LEVELS,
            Refusal.NO_SUCH_AGENT,
        ),
        *(Refusal.NO_SUCH_N2, Refusal.WORDING_SHORT, Refusal.WORDING_IS_SUBJECT, Refusal.NO_SUCH_FILE),
        *(Refusal.NOT_AN_ADDRESS, Refusal.OWN_MAILBOX, Refusal.NO_SUCH_FIELD, Refusal.NO_SUCH_OPTION),
        *(Refusal.NOT_A_NUMBER, Refusal.NOT_A_DAY, Refusal.NO_SUCH_MESSAGE, Refusal.NO_SUCH_LABEL),
        *(Refusal.QUEUE_OF_N2, Refusal.SAME_CASE, Refusal.ONE_STAYS, Refusal.NO_AGENTS),
    }
)
"""What is wrong with a request whatever the case; all else is about how the case is."""


def of_refusal(error: RefusedError, number: str) -> ProblemError:
    """The problem of an action on that case that is refused."""
    more = {"refusal": error.refusal}
    if error.refusal is Refusal.NO_SUCH_CASE and error.values.get("number", "").upper() == number.upper():
        return ProblemError(Problem.NOT_FOUND, error.cause, f"GET {PATH}/cases has those that are open", more)
    if error.refusal in _FORBIDDEN:
        return ProblemError(Problem.FORBIDDEN, error.cause, error.mend, more)
    if error.refusal in _WRONG or error.refusal is Refusal.NO_SUCH_CASE:
        return ProblemError(Problem.INVALID, error.cause, error.mend, more)
    return ProblemError(Problem.REFUSED, error.cause, error.mend, more)


def of_stale(error: StaleError) -> ProblemError:
    """The problem of a case that is another by now."""
    lines = [{"kind": one.kind, "actor": one.actor, "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}"} for one in error.lines]
    return ProblemError(Problem.STALE, str(error), "get the case, look at it again", {"meanwhile": lines})


def documented(problems: Iterable[Problem]) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of these."""
    found: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        status, title = KINDS[problem]
        known = found.get(status)
        said = f"{known['description']}; or {title[0].lower()}{title[1:]}" if known else title
        schema = {"$ref": "#/components/schemas/ProblemDetails"}
        found[status] = {"description": said, "content": {MEDIA_TYPE: {"schema": schema, "example": _example(problem)}}}
        found[status] |= {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return found


def _example(problem: Problem) -> dict[str, Any]:
    status, title = KINDS[problem]
    kind = {"type": f"{PATH}/#{problem}", "title": title, "status": status}
    return {**kind, "detail": "the cause, in a sentence", "mend": "what would help"}


_TEXT: Mapping[str, Any] = {"schema": {"type": "string"}}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to prove who asks (RFC 6750).", **_TEXT}},
    429: {"Retry-After": {"description": "Seconds to wait.", **_TEXT}},
    503: {"Retry-After": {"description": "Seconds to wait.", **_TEXT}},
}
EVERYWHERE = (
    *(Problem.MALFORMED, Problem.UNAUTHORIZED, Problem.FORBIDDEN, Problem.NOT_FOUND, Problem.INVALID),
    *(Problem.TOO_MANY, Problem.AWAY),
)
"""What any operation may answer."""
ACTING = (
    *EVERYWHERE,
    *(Problem.REFUSED, Problem.UNDER_WAY, Problem.STALE, Problem.TOO_LARGE, Problem.MEDIA_TYPE, Problem.KEY_REUSED),
    Problem.VERSION_NEEDED,
)
"""The same for what is done to a case."""
