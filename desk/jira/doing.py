"""One thing done in Jira, once: what may have been done already is looked for first."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cases.case import EntryKind, Status
from cases.dossier import Dossier, Line
from cases.errors import PermanentError
from cases.profile import Profile
from cases.ticket import ACTOR, TO_N2, Push, PushKind, is_marked
from cases.ticket_files import attached
from cases.ticket_words import comment, description, letter, own_letters, shown, summary, values
from desk.enclosures import Enclosure
from notify.jira.answers import DeniedError, Issue
from notify.jira.client import Client
from notify.jira.project import Project

GONE, UNSAID, UNMAPPED, SAME, OVERTAKEN = "gone", "unsaid", "unmapped", "same", "overtaken"
"""What became of a push that had nothing to do: the file is deleted here, the line was taken back or says nothing, no
status there stands for ours, it has it already, somebody set another there meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A push with what it is about. `ticket` is the row of the case's ticket; `line` the one that it says, None where
    it was taken back; `file` what is to be attached, None where it is deleted here; `attached` are the SHA-256 of the
    files that are attached by now."""

    push: Any
    case: Dossier
    ticket: Any
    line: Line | None = None
    file: Enclosure | None = None
    attached: Collection[str] = ()

    @property
    def unsure(self) -> bool:
        """Whether it may have been done before."""
        return self.push.sending_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What it became there: a word, an id or a hash; columns of the ticket that are other by it, a line for the
    timeline, and what is to be done next. `look`: the ticket is to be looked at."""

    result: str
    ticket: Mapping[str, Any] = field(default_factory=dict)
    line: Line | None = None
    then: Sequence[Push] = ()
    look: bool = False


class NotYetError(Exception):
    """Jira's index may not show yet what may have been made; `at` it does."""

    def __init__(self, at: datetime) -> None:
        super().__init__("it may have been made: it is looked for once Jira's index shows it")
        self.at = at


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Does it. `project` are the names looked up, asked for when they are needed; `sending` notes that it begins."""

    client: Client
    profile: Profile
    project: Callable[[], Project]
    sending: Callable[[], None]
    clock: Callable[[], datetime]

    def do(self, job: Job) -> Finished:
        """Do it. Raises AwayError, DeniedError, MisfitError, NotYetError."""
        ways = {
            PushKind.CREATE: self._create,
            PushKind.COMMENT: self._comment,
            PushKind.ATTACH: self._attach,
            PushKind.STATUS: self._status,
        }
        return ways[PushKind(job.push.kind)](job)

    def _create(self, job: Job) -> Finished:
        project, case = self.project(), job.case
        if found := self._made_before(job, project):
            return self._made(case, found)
        asked = project.values(summary(case, self.profile.jira), description(case, self.profile), self._values(case))
        self.sending()
        return self._made(case, self.client.create(project.desk, project.request_type, asked))

    def _values(self, case: Dossier) -> Mapping[str, str]:
        return values(case, self.profile)

    def _made_before(self, job: Job, project: Project) -> Issue | None:
        """The ticket of the case that is there already; the oldest, should there be several."""
        if not job.unsure:
            return None
        shown_at = job.push.sending_at + timedelta(seconds=self.profile.jira.search_after_seconds)
        if self.clock() < shown_at:
            raise NotYetError(shown_at)
        keys = self.client.search(self.profile.jira.project, project.reference.id, job.case.number)
        return self.client.request(min(keys, key=_age)) if keys else None

    def _made(self, case: Dossier, issue: Issue) -> Finished:
        now = self.clock()
        kept = {"key": issue.key, "issue_id": issue.id, "link": issue.link, "status": issue.status, "made_at": now}
        line = Line(kind=EntryKind.TICKET_MADE, at=now, actor=ACTOR, data={"key": issue.key, "link": issue.link})
        files = tuple(attached(case.id, own_letters(case), self.profile.jira))
        return Finished(result=issue.key, ticket={**kept, "seen_at": now}, line=line, then=files, look=True)

    def _comment(self, job: Job) -> Finished:
        jira, line = self.profile.jira, job.line
        said = comment(job.case, line, jira, job.push.id) if line else ""
        if not (line and said):
            return Finished(result=UNSAID)
        message = letter(job.case, line)
        public = jira.public and line.kind not in TO_N2
        files = tuple(attached(job.case.id, filter(None, [message]), jira))
        return Finished(result=self._said(job, said, public=public), then=files)

    def _said(self, job: Job, said: str, *, public: bool) -> str:
        """The id of our comment, which is there already or is written now."""
        key, case = job.ticket.key, job.case
        if job.unsure:
            there = self.client.comments(key, "")
            if found := next((one.id for one in there if is_marked(one.text, case.number, job.push.id)), ""):
                return found
        self.sending()
        return self.client.comment(key, said, public=public)

    def _attach(self, job: Job) -> Finished:
        file, begin = job.file, f"{job.case.number}-{job.push.id} "
        if file is None:
            return Finished(result=GONE)
        there = job.unsure and any(one.startswith(begin) for one in self.client.attachments(job.ticket.key))
        if there or file.sha256 in job.attached:
            return Finished(result=file.sha256)
        self.sending()
        named = replace(file, filename=begin + shown(self.profile.jira)(file.filename))
        try:
            self._attached(job, named)
        except DeniedError as error:
            if error.status not in (400, 404):
                raise
            self._attached(job, named)  # what is left there dies soon: once more, from the begin
        return Finished(result=file.sha256)

    def _attached(self, job: Job, file: Enclosure) -> None:
        left = (file.filename, file.body, file.content_type or "application/octet-stream")
        temporary = self.client.upload(self.project().desk, left)
        self.client.attach(job.ticket.key, temporary, public=self.profile.jira.public and job.line is None)

    def _status(self, job: Job) -> Finished:
        jira, case, key = self.profile.jira, job.case, job.ticket.key
        if Status(job.ticket.agreed) is case.status:  # both sides have settled it meanwhile
            return Finished(result=SAME)
        target = jira.target(case.status)
        if not target:
            return Finished(result=UNMAPPED, ticket={"agreed": case.status})
        there = self.client.request(key).status
        if jira.meaning(there) is case.status:
            return Finished(result=SAME, ticket={"agreed": case.status}, look=there != job.ticket.status)
        if there != job.ticket.status:
            return Finished(result=OVERTAKEN, look=True)
        way = self._way(key, case, target)
        self.sending()
        self.client.transition(key, way)
        return Finished(result=target, ticket={"status": target, "agreed": case.status, "seen_at": self.clock()})

    def _way(self, key: str, case: Dossier, target: str) -> str:
        ways = self.client.transitions(key)
        named = self.profile.jira.transitions.get(case.status, "")
        found = [one for one in ways if one.to.casefold() == target.casefold()]
        chosen = [one for one in found if one.name.casefold() == named.casefold()] if named else found
        if not chosen:
            known = ", ".join(f"{one.name} (to {one.to})" for one in ways) or "none"
            wanted = f"'{named}' to '{target}'" if named else f"to '{target}'"
            mend = "change the workflow, or jira.statuses and jira.transitions"
            raise PermanentError(f"{key} has no transition {wanted} now; it has {known}: {mend}")
        return chosen[0].id


def _age(key: str) -> int:
    """Keys of one project, by age."""
    number = key.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
