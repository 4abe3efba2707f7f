"""Cases as the API shows them. Pure: rows and values in, shapes out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from cases.case import Status, case_number
from cases.dossier import Dossier, Message
from cases.event import Attachment
from cases.form import Choice
from cases.joining import linked
from cases.priority import Priority
from cases.profile import Profile
from cases.routing import Queue
from desk.actions import Done as Did
from desk.api import shapes
from desk.api.etags import version_tag

_LINE = (
    *("number", "version", "status", "channel", "subject", "lang", "category", "motif", "tool", "scope", "review"),
    *("priority", "impact", "urgency", "queue", "agent", "phone", "opened_at", "touched_at", "closed_at"),
    *("response_due_at", "resolution_due_at", "n2_due_at"),
)
"""What a list shows of a row as it stands there."""


def line(row: Any) -> dict[str, Any]:
    """A row of a list."""
    requester = {"name": row.requester_name, "address": row.requester}
    return {name: getattr(row, name) for name in _LINE} | {"requester": requester}


def case(row: Any, found: Dossier, profile: Profile) -> shapes.CaseShape:
    """One case: its row, and the same as actions look at it."""
    numbered = {identity: case_number(profile.case_prefix, identity) for identity in _others(found)}
    return shapes.CaseShape(
        **line(row),
        copied=found.copied,
        submitter=found.submitter,
        hidden=found.hidden,
        flags=list(found.flags),
        fields=dict(found.fields),
        linked=list(linked(found)),
        proposed=numbered.get(found.proposed or 0),
        merged_into=numbered.get(found.merged_into or 0),
        merged=[numbered[one] for one in found.merged],
        stays=[shapes.StayShape(n2=one.n2, ticket=one.ticket, outcome=one.outcome) for one in found.stays],
        messages=[_message(one, found.files) for one in found.messages],
        timeline=[
            shapes.LineShape(kind=one.kind, at=one.at, actor=one.actor, text=one.text, data=dict(one.data))
            for one in found.timeline
        ],
    )


def _others(found: Dossier) -> Collection[int]:
    return [one for one in (found.proposed, found.merged_into, *found.merged) if one]


def _message(one: Message, files: Sequence[tuple[Message, Attachment]]) -> shapes.MessageShape:
    own = [(place, file) for place, (message, file) in enumerate(files, start=1) if message.id == one.id]
    return shapes.MessageShape(
        id=one.id,
        at=one.at,
        sender=one.sender,
        subject=one.subject,
        text=one.text,
        person=one.person,
        private=one.private,
        merged=one.merged,
        files=[
            shapes.File(place=place, filename=file.filename, content_type=file.content_type, size=file.size)
            for place, file in own
        ],
    )


def mails(rows: Iterable[Any]) -> shapes.Mails:
    """What leaves for a case."""
    return shapes.Mails(
        mails=[
            shapes.MailShape(
                id=row.id,
                kind=row.kind,
                to=row.recipient,
                lang=row.lang,
                at=row.sent_at or row.created_at,
                state=row.outcome or row.state,
                private=row.escalation_id is not None,
            )
            for row in rows
        ]
    )


def done(did: Did) -> dict[str, Any]:
    """What an act did. Addresses are left out: it is kept for a day under its idempotency key."""
    found = shapes.Done(
        case=did.number,
        status=did.status,
        version=did.version,
        etag=version_tag(did.version),
        entries=[shapes.Line(kind=one.kind, data=_plain(one.data)) for one in did.lines],
        mails=[one.kind for one in did.mails],
        withheld=did.withheld,
    )
    return found.model_dump(mode="json")


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """The particulars without those that people's own words or names stand in."""
    return {name: value for name, value in data.items() if name not in _WORDS}


_WORDS = frozenset({"address", "name", "before", "fields", "since", "affected", "tried", "files"})


def vocabulary(profile: Profile) -> shapes.Vocabulary:
    """The words of a service."""
    return shapes.Vocabulary(
        categories=[_word(one) for one in profile.categories],
        motifs=[shapes.MotifWord(id=one.id, labels=dict(one.labels), category=one.category) for one in profile.motifs],
        tools=[_word(one) for one in profile.tools],
        scopes=list(profile.scopes),
        queues=list(Queue),
        statuses=list(Status),
        priorities=list(Priority),
        agents=[
            shapes.AgentWord(id=one.id, name=one.name, role=one.role, queues=list(one.queues))
            for one in profile.routing.agents
        ],
        second_levels=[shapes.Word(id=one.id, labels={one.language: one.label}) for one in profile.second_level],
        fields=[
            shapes.FieldWord(id=one.id, labels=dict(one.labels), kind=one.kind, options=list(one.options))
            for one in profile.fields
        ],
        themes=[_theme(one) for one in profile.web_form.themes],
    )


def _word(one: Any) -> shapes.Word:
    return shapes.Word(id=one.id, labels=dict(one.labels))


def _theme(one: Choice) -> shapes.ThemeWord:
    return shapes.ThemeWord(id=one.id, labels=dict(one.labels), reasons=[_theme(finer) for finer in one.reasons])
