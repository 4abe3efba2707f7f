"""What Jira answers, read with care: each part is there and of the right kind, or the answer is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.errors import PermanentError, TransientError
from cases.ticket_fold import Comment

_LONGEST = 300
LONGEST_LINK = 400


class AwayError(TransientError):
    """No answer that could be used. `unsure`: what was asked may have been done. `pause` is how long Jira wants to be
    left alone, None where it did not say."""

    def __init__(self, text: str, *, unsure: bool = False, pause: timedelta | None = None) -> None:
        super().__init__(text[:_LONGEST])
        self.unsure = unsure
        self.pause = pause


class DeniedError(PermanentError):
    """Jira refuses that, and says why; nothing was done."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text[:_LONGEST])
        self.status = status


@dataclass(frozen=True, slots=True)
class Issue:
    """A ticket as Jira tells of it: `link` is where people see it."""

    key: str
    id: str
    link: str
    status: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a request type. `kind` is its schema's type (`string`, `option`, `priority`); `choices` the ids of
    what may be chosen, by label."""

    id: str
    name: str
    required: bool
    kind: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Transition:
    """A way to another status. `to` is that status."""

    id: str
    name: str
    to: str


def part(value: Any, *path: str) -> Any:
    """What stands there, by names of objects. Raises AwayError where nothing does."""
    for name in path:
        if not isinstance(value, dict) or value.get(name) is None:
            raise AwayError(f"Jira's answer has no {'.'.join(path)}", unsure=True)
        value = value[name]
    return value


def text(value: Any, *path: str) -> str:
    """The same, which is text."""
    found = part(value, *path)
    if not isinstance(found, str) or not found:
        raise AwayError(f"Jira's answer has no text at {'.'.join(path)}", unsure=True)
    return found


def objects(value: Any, *path: str) -> list[Mapping[str, Any]]:
    """The same, which is a list of objects."""
    found = part(value, *path)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AwayError(f"Jira's answer has no list at {'.'.join(path)}", unsure=True)
    return found


def issue(value: Any) -> Issue:
    """A customer request."""
    web = str(part(value, "_links").get("web", ""))
    link = web if web.startswith(("https://", "http://")) and len(web) <= LONGEST_LINK else ""
    return Issue(text(value, "issueKey"), text(value, "issueId"), link, text(value, "currentStatus", "status"))


def comment(value: Any, own: str) -> Comment:
    """A comment; `own` is our account."""
    author = value.get("author") or {}
    return Comment(
        id=text(value, "id"),
        at=_moment(text(value, "created", "iso8601")),
        name=str(author.get("displayName") or ""),
        text=str(part(value, "body")),
        public=bool(part(value, "public")),
        own=bool(own) and own == account(author),
    )


def account(user: Mapping[str, Any]) -> str:
    """By what a user is known: an account id in the Cloud, a key in a data center."""
    return str(user.get("accountId") or user.get("key") or user.get("name") or "")


def field(value: Mapping[str, Any]) -> Field:
    """A field of a request type."""
    valid = value.get("validValues") or []
    choices = {str(one.get("label", "")).casefold(): str(one.get("value", "")) for one in valid}
    kind = str((value.get("jiraSchema") or {}).get("type", "string"))
    return Field(text(value, "fieldId"), text(value, "name"), bool(value.get("required")), kind, choices)


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except ValueError as error:
        raise AwayError(f"Jira's answer has no date: {written}") from error


def complaint(value: Any) -> str:
    """What Jira says is wrong: its messages, and those about fields with the field before them."""
    if not isinstance(value, dict):
        return ""
    said = [str(value.get("errorMessage") or ""), *map(str, value.get("errorMessages") or ())]
    fields = value.get("errors")
    said += [f"{name}: {one}" for name, one in fields.items()] if isinstance(fields, dict) else []
    return "; ".join(dict.fromkeys(filter(None, said)))
