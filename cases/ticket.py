"""Jira Service Management beside the cases: what the profile says of it, and what of a case is pushed there.

Nothing is pushed that stands in no table of docs/jira.md; what a person notes for the team never is.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from cases.case import EntryKind, Status
from cases.masking import Personal
from cases.secondlevel import Outcome

_STRICT = {"strict": True, "extra": "forbid"}
ACTOR = "jira"
"""Who stands on the timeline for what was done there; none of it is sent back."""


class Pushed(StrEnum):
    """Which cases have a ticket: none, those that are escalated to a second level that works there, or every one."""

    NOTHING = "nothing"
    ESCALATIONS = "escalations"
    EVERY = "every"


class Flavour(StrEnum):
    """Jira Cloud, or Jira Data Center."""

    CLOUD = "cloud"
    DATACENTER = "datacenter"


class Owner(StrEnum):
    """Whose status stands where both sides changed it since they last agreed."""

    HERE = "here"
    JIRA = "jira"


class Files(StrEnum):
    """Which files of messages are attached there: those that a person chose to go along with an escalation, or every
    one. No file can be masked."""

    CHOSEN = "chosen"
    EVERY = "every"


class Closing(StrEnum):
    """What a ticket that is closed there does here: brings the case back from the second level, or closes it."""

    RETURNS = "returns"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jira:
    """The service project in which cases have tickets. Everything there is meant by its name.

    `reference` is the text field that has the case's number; `fields` says by a field's name which attribute of the
    case stands in it (`ATTRIBUTES`). `statuses` says by a status' name what it means here; the first of several is the
    one that we set. `transitions` names one by our status, where two lead to the same. `public`: its portal shows our
    comments. `unmasked`: who works there may see personal data; `shows`: where not, the kinds that stay readable. None
    of the `files` is attached that is larger than `largest_file_mb`, or can do more than be read (`cases.dangers`). A
    create of which nobody knows whether it came about is looked for after `search_after_seconds`: the index lags.
    """

    __pydantic_config__ = _STRICT
    push: Pushed = Pushed.NOTHING
    flavour: Flavour = Flavour.CLOUD
    project: str = ""
    request_type: str = ""
    language: str = "fr"
    status_owner: Owner = Owner.HERE
    closing: Closing = Closing.RETURNS
    reference: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    transitions: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    unmasked: bool = False
    shows: tuple[Personal, ...] = ()
    files: Files = Files.CHOSEN
    largest_file_mb: int = 10
    poll_minutes: int = 60
    search_after_seconds: int = 60

    @property
    def is_on(self) -> bool:
        return self.push is not Pushed.NOTHING

    def meaning(self, status: str) -> Status | None:
        """What a status there means here, None where the profile does not say."""
        return next((ours for name, ours in self.statuses.items() if name.casefold() == status.casefold()), None)

    def target(self, status: Status) -> str:
        """The status there that is set for one of ours, '' where none is."""
        return next((name for name, ours in self.statuses.items() if ours is status), "")


class PushKind(StrEnum):
    CREATE = "create"
    COMMENT = "comment"
    ATTACH = "attach"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One thing to do there, once: its key is unique for ever. `entry_id` is the line that it says, None for a create
    and for a file of a message; `data` says where a file is: its place among those of the line (`file`), or `message`
    and `index`."""

    kind: PushKind
    key: str
    case_id: int
    entry_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A line that was written on a timeline. `said`: it has words."""

    id: int
    case_id: int
    kind: str
    actor: str
    said: bool
    data: Mapping[str, Any]


CAME = frozenset({EntryKind.WROTE, EntryKind.RESUMED, EntryKind.REOPENED})
"""Lines that a message of the requester's writes; each then names it."""

TO_N2 = frozenset({EntryKind.ESCALATED, EntryKind.N2_WRITTEN, EntryKind.RETURNED})
"""Lines of a second level's private thread: only one that works there is told, and the portal never shows them."""

MOVES = frozenset(
    {EntryKind.ANSWERED, EntryKind.ASSIGNED, EntryKind.WAITING, EntryKind.RESUMED, EntryKind.ESCALATED}
    | {EntryKind.RETURNED, EntryKind.CLOSED, EntryKind.REOPENED, EntryKind.MERGED, EntryKind.UNMERGED}
    | {EntryKind.RECALLED}
)
"""Lines by which a case may have another status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushing:
    """What is pushed of a transaction. `there` are the ids of the second levels that work in Jira; an answer waits for
    as long as it can be taken back (`undo`)."""

    jira: Jira
    there: Collection[str]
    undo: timedelta = timedelta()

    def of(self, opened: Collection[int], lines: Sequence[Written], known: Collection[int]) -> list[Push]:
        """The pushes, in order. `opened` are the cases that the transaction opened, without those hidden; `known` are
        cases that have a ticket, or are to have one."""
        found, begun = list[Push](), set(known)
        for case_id in (*self._begun_by_opening(opened, lines), *self._begun_by_line(lines)):
            if case_id not in begun:
                begun.add(case_id)
                found.append(created(case_id))
        told = [line for line in lines if line.case_id in begun and line.actor != ACTOR]
        for line in told:
            found += self._says(line)
        last = {line.case_id: line for line in told if line.kind in MOVES}
        held = {line.case_id for line in told if _is_held_back(line)}
        return found + [self._push(PushKind.STATUS, line, held=case_id in held) for case_id, line in last.items()]

    def _begun_by_opening(self, opened: Collection[int], lines: Sequence[Written]) -> Iterator[int]:
        history = {one.case_id for one in lines if one.kind == EntryKind.ROUTED and one.data.get("history")}
        if self.jira.push is Pushed.EVERY:
            yield from (case_id for case_id in opened if case_id not in history)

    def _begun_by_line(self, lines: Sequence[Written]) -> Iterator[int]:
        for line in lines:
            found_again = line.kind == EntryKind.REOPENED and "hidden" in line.data
            if self._is_told(line) or (found_again and self.jira.push is Pushed.EVERY):
                yield line.case_id

    def _is_told(self, line: Written) -> bool:
        """Whether it begins a stay at a second level that works there."""
        return line.kind == EntryKind.ESCALATED and line.data.get("n2") in self.there

    def _says(self, line: Written) -> Iterator[Push]:
        if self._has_words(line):
            yield self._push(PushKind.COMMENT, line)
        if self._is_told(line):
            for place in range(len(line.data.get("files") or ())):
                key = f"{PushKind.ATTACH}:{line.id}:{place}"
                yield Push(kind=PushKind.ATTACH, key=key, case_id=line.case_id, entry_id=line.id, data={"file": place})

    def _has_words(self, line: Written) -> bool:
        if line.kind in CAME:
            return "message" in line.data
        if line.kind in TO_N2:
            withdrawn = line.kind != EntryKind.RETURNED or line.data.get("outcome") == Outcome.WITHDRAWN
            return line.data.get("n2") in self.there and withdrawn
        if line.kind in (EntryKind.MERGED, EntryKind.UNMERGED):
            return True
        return line.said and line.kind in (EntryKind.ANSWERED, EntryKind.CLOSED)

    def _push(self, kind: PushKind, line: Written, *, held: bool = False) -> Push:
        wait = self.undo if held or _is_held_back(line) else timedelta()
        return Push(kind=kind, key=f"{kind}:{line.id}", case_id=line.case_id, entry_id=line.id, wait=wait)


def _is_held_back(line: Written) -> bool:
    """Whether it can be taken back for a while (`cases.recalling`)."""
    return line.kind == EntryKind.ANSWERED and "before" in line.data


def created(case_id: int) -> Push:
    """The ticket itself; every case has one at most."""
    return Push(kind=PushKind.CREATE, key=f"{PushKind.CREATE}:{case_id}", case_id=case_id)


def mark(number: str, push_id: int) -> str:
    """What stands at the end of a comment of ours: by it we find it again."""
    return f"[{number}/{push_id}]"


def is_marked(text: str, number: str, push_id: int) -> bool:
    """Whether that comment is this push's. The Cloud may give its brackets back as `\\[` and `\\]`."""
    return re.search(rf"(?<![\w-]){re.escape(number)}/{push_id}(?!\d)", text) is not None
