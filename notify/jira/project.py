"""The names of the profile, looked up in the project: what each is there; what does not fit, and how to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.errors import PermanentError
from cases.hours import Fault
from cases.ticket import Jira
from notify.jira.answers import Field
from notify.jira.client import Client

GIVEN = frozenset({"summary", "description"})
"""Fields that every ticket of ours has."""
RIGHTS = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS", "TRANSITION_ISSUES")


class MisfitError(PermanentError):
    """The profile and the project do not fit. `faults` are (key, cause, mend) each."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{key}: {cause}; {mend}" for key, cause, mend in faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The ids behind the names. `fields` are those of the request type by name, in lower case."""

    desk: str
    request_type: str
    fields: Mapping[str, Field]
    reference: Field

    def values(self, summary: str, description: str, written: Mapping[str, str]) -> dict[str, Any]:
        """What a request is made with, by field ids. Raises MisfitError where a field has no such choice."""
        found: dict[str, Any] = {"summary": summary, "description": description}
        faults: list[Fault] = []
        for name, value in written.items():
            field = self.fields[name.casefold()]
            if not field.choices:
                found[field.id] = value
            elif value.casefold() in field.choices:
                found[field.id] = {"id": field.choices[value.casefold()]}
            elif value or field.required:
                mend = f"add it to the field's choices; it has {', '.join(field.choices)}"
                faults.append((f"jira.fields.{name}", f"has no choice '{value}'", mend))
        if faults:
            raise MisfitError(faults)
        return found


def resolve(client: Client, jira: Jira) -> Project:
    """Look every name up. Raises MisfitError with all that do not fit, AwayError, DeniedError."""
    desk = client.service_desk(jira.project)
    if not desk:
        mend = "correct the key, or let the account of the token see that service project"
        raise MisfitError([("jira.project", f"there is no service project {jira.project}", mend)])
    types = {name.casefold(): identity for name, identity in client.request_types(desk).items()}
    request_type = types.get(jira.request_type.casefold(), "")
    if not request_type:
        cause, known = f"the project has no request type '{jira.request_type}'", ", ".join(types)
        raise MisfitError([("jira.request_type", cause, f"use one of {known}")])
    fields = {one.name.casefold(): one for one in client.fields(desk, request_type)}
    faults = [*_field_faults(jira, fields), *_status_faults(jira, client.statuses(jira.project))]
    if faults:
        raise MisfitError(faults)
    return Project(
        desk=desk,
        request_type=request_type,
        fields=fields,
        reference=fields[jira.reference.casefold()],
    )


def _field_faults(jira: Jira, fields: Mapping[str, Field]) -> Iterator[Fault]:
    known = ", ".join(one.name for one in fields.values())
    if jira.reference.casefold() not in fields:
        yield "jira.reference", f"the request type has no field '{jira.reference}'", f"use one of {known}"
    for name in jira.fields:
        if name.casefold() not in fields:
            yield f"jira.fields.{name}", f"the request type has no field '{name}'", f"use one of {known}"
    filled = {name.casefold() for name in (*jira.fields, jira.reference)}
    for name, field in fields.items():
        if field.required and name not in filled and field.id not in GIVEN:
            mend = "add it to [jira.fields] with an attribute of the case, or make it optional there"
            yield f"jira.fields.{field.name}", "is required there and not filled", mend


def _status_faults(jira: Jira, known: set[str]) -> Iterator[Fault]:
    folded = {name.casefold() for name in known}
    for name in jira.statuses:
        if name.casefold() not in folded:
            mend = f"use one of {', '.join(sorted(known))}"
            yield f"jira.statuses.{name}", f"the project has no status '{name}'", mend


def lacking_rights(client: Client, jira: Jira) -> list[str]:
    """The rights that we need and do not have."""
    found = client.permissions(jira.project, RIGHTS)
    return [name for name in RIGHTS if not found[name]]
