"""Renders the page of one case for its citizen."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from cases.case import EntryKind, Status
from desk.service import Service
from desk.tracking import Who, said, stages
from ingest.voice.numbers import written
from ingest.web import kinds, uploads
from ingest.web.answers import LONGEST_TEXT
from ingest.web.drafts import Draft, new_secret

DATA = ("see", "correct", "erase", "object")
"""What people may wish about their data (GDPR articles 15, 16, 17 and 21)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case whose link was followed. `stands` is the one that it was merged into, or itself; `who` is its reader, None
    where no address was typed, or too long ago."""

    case: Any
    stands: Any
    token: str
    who: Who | None

    @property
    def address(self) -> str:
        """The reader's own, '' where they are not known."""
        return getattr(self.case, self.who) if self.who else ""

    @property
    def is_theirs(self) -> bool:
        """Whether the case that goes on is the reader's too: one that was merged may be somebody else's."""
        return self.address != "" and self.address in (self.stands.requester, self.stands.submitter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What was in the way of what somebody posted: `fault` names a text of `track.fault`. `draft` holds what they
    typed, and the files that were taken, under `secret`."""

    status: int
    fault: str
    draft: Draft | None = None
    secret: str = ""
    refused: tuple[uploads.Refused, ...] = ()


@dataclass(frozen=True)
class TrackPage:
    """The page, in words and shapes."""

    service: Service

    def answer(self, request: Request, opened: Opened, trouble: Trouble | None = None) -> Response:
        """How the case stands, and for who typed their address what was said."""
        case, stands, profile = opened.case, opened.stands, self.service.profile
        both = sorted({case.id, stands.id}) if opened.who else []
        with self.service.store.reading() as tx:
            entries = tx.cases.entries(stands.id)
            received = [row for identity in both for row in tx.cases.inbound(identity)]
            sent = [row for identity in both for row in tx.cases.outbound(identity)]
        form = profile.web_form
        return self.service.reader.page(
            request,
            "track.html",
            status=trouble.status if trouble else 200,
            case=case,
            stands=stands,
            is_theirs=opened.is_theirs,
            token=opened.token,
            who=opened.who,
            stages=stages(stands, entries),
            answer_by=self._answer_by(stands),
            said=said(case, received, sent, self.service.signer),
            trouble=trouble,
            draft=trouble.draft if trouble else None,
            secret=(trouble.secret if trouble else "") or new_secret(),
            ask=request.query_params.get("ask", ""),
            done=request.query_params.get("done", ""),
            survey=self._survey(stands, entries) if opened.is_theirs else "",
            form=form if form.themes else None,
            call=(form.phone, written(form.phone)) if form.phone else None,
            wishes=DATA if form.privacy.path else (),
            limits={"text": LONGEST_TEXT, "file": uploads.LARGEST_FILE, "files": uploads.MOST_FILES},
            together=uploads.LARGEST_TOGETHER,
            kinds=kinds,
        )

    def _answer_by(self, case: Any) -> Any:
        """By when an answer is promised; a promise that was not kept is no news."""
        due_at = case.response_due_at  # None where nobody waits for an answer of ours
        return due_at if due_at and due_at >= self.service.clock() else None

    def _survey(self, case: Any, entries: Any) -> str:
        """The address of the question at the end, '' while there is no end."""
        closings = sum(entry.kind == EntryKind.CLOSED for entry in entries)
        if case.status != Status.CLOSED or not closings:
            return ""
        return f"/survey/{self.service.signer.survey_token(case.id, closings)}"
