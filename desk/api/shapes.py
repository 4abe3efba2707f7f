"""What the API shows: cases, their messages and timelines, what leaves, the words of the service."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cases.case import Status
from cases.priority import Priority
from cases.routing import Queue
from cases.secondlevel import Role

NUMBER = "MPA-26-00412"
_WHEN = "2026-03-24T09:06:00Z"


class Shape(BaseModel):
    """Snake case, times in UTC (RFC 3339)."""

    model_config = ConfigDict(extra="forbid")


class Person(Shape):
    """Who asks; either may be ''."""

    name: str
    address: str


class CaseLine(Shape):
    """A case as lists show it."""

    number: str = Field(examples=[NUMBER])
    version: int = Field(description='What `If-Match: "…"` of an act names.', examples=[17])
    status: Status
    channel: str = Field(examples=["email"])
    subject: str
    lang: str = Field(examples=["fr"])
    category: str = Field(examples=["incident"])
    motif: str
    tool: str
    scope: str
    review: bool = Field(description="Whether somebody is to look at these tags.")
    priority: Priority
    impact: int
    urgency: int
    queue: Queue
    agent: str | None = Field(description="Who has it, by their id.")
    requester: Person
    phone: str | None
    opened_at: datetime = Field(examples=[_WHEN])
    touched_at: datetime
    closed_at: datetime | None
    response_due_at: datetime | None = Field(description="None for a clock that does not run.")
    resolution_due_at: datetime | None
    n2_due_at: datetime | None


class CasePage(Shape):
    """Some cases. `next` is where there are more, as the Link header says too."""

    cases: list[CaseLine]
    next: str | None = Field(examples=["/api/v1/cases?view=open&cursor=MjAyNi0wM"])
    cut: bool = Field(description="Whether older cases were not looked through for these words.")


class File(Shape):
    """A file that came with a message. `place` is what its address and an escalation name it by."""

    place: int
    filename: str
    content_type: str
    size: int | None = Field(description="Bytes.")


class MessageShape(Shape):
    """A message that came in. `private`: it is of the thread with the second level."""

    id: int
    at: datetime
    sender: str
    subject: str
    text: str
    person: bool = Field(description="Whether somebody wrote it; a machine did else.")
    private: bool
    merged: bool = Field(description="Whether it came for a case that was merged into this one.")
    files: list[File]


class LineShape(Shape):
    """A line of the timeline; docs/actions.md has the particulars of each kind."""

    kind: str = Field(examples=["note"])
    at: datetime
    actor: str = Field(examples=["nora"])
    text: str
    data: dict[str, Any]


class StayShape(Shape):
    """A stay at a second level, which goes on while `outcome` is null."""

    n2: str
    ticket: str
    outcome: str | None


class CaseShape(CaseLine):
    """One case."""

    copied: bool = Field(description="Whether who wrote for the requester has a copy of each reply.")
    submitter: str
    hidden: bool
    flags: list[str]
    fields: dict[str, str]
    linked: list[str] = Field(description="The numbers of the cases that it is linked to.")
    proposed: str | None = Field(description="A case that may be about the same.")
    merged_into: str | None
    merged: list[str]
    stays: list[StayShape]
    messages: list[MessageShape]
    timeline: list[LineShape]


class MailShape(Shape):
    """A mail that left, or is to leave. `state` is its outcome where it has one."""

    id: int
    kind: str = Field(examples=["acknowledgement"])
    to: str
    lang: str
    at: datetime
    state: str = Field(examples=["sent"])
    private: bool


class Mails(Shape):
    """What leaves for a case, the oldest first."""

    mails: list[MailShape]


class Line(Shape):
    """A line that an act has written."""

    kind: str
    data: dict[str, Any]


class Done(Shape):
    """What an act did."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": NUMBER,
                    "status": "open",
                    "version": 18,
                    "etag": '"18"',
                    "entries": [{"kind": "note", "data": {}}],
                    "mails": [],
                    "withheld": {},
                }
            ]
        }
    )
    case: str
    status: Status
    version: int
    etag: str = Field(description="What If-Match of the next act says.")
    entries: list[Line]
    mails: list[str] = Field(description="The kinds of mails that are queued.")
    withheld: dict[str, str] = Field(description="Who is not told of a closing, and why.")


class Submitted(Shape):
    """What became of a new request: `state` is pending until it is worked, `case` null until then."""

    key: str = Field(examples=["5f2b"])
    state: Literal["pending", "done", "held"]
    case: str | None = Field(examples=[NUMBER])


class ProgramShape(Shape):
    """Who asks."""

    name: str = Field(examples=["crm-sync"])
    role: Role
    token_ends_at: datetime | None


class Word(Shape):
    """An id of the service, and how people read it by language."""

    id: str
    labels: dict[str, str]


class MotifWord(Word):
    """A motif, and the category that follows from it."""

    category: str


class AgentWord(Shape):
    """Somebody who works on cases."""

    id: str
    name: str
    role: Role
    queues: list[Queue]


class FieldWord(Word):
    """A field of the service's own."""

    kind: str
    options: list[str]


class ThemeWord(Word):
    """A choice of the form, and the finer ones."""

    reasons: list["ThemeWord"]


class Vocabulary(Shape):
    """The words of the service."""

    categories: list[Word]
    motifs: list[MotifWord]
    tools: list[Word]
    scopes: list[str]
    queues: list[Queue]
    statuses: list[Status]
    priorities: list[Priority]
    agents: list[AgentWord]
    second_levels: list[Word]
    fields: list[FieldWord]
    themes: list[ThemeWord]
