"""The review of tags: `/desk/review`, one message after the other, or all that waits as a list.

A sitting is told by its address alone: how many were looked at, the last correction, and after which case it goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from cases.acting import StaleError
from cases.refusal import RefusedError
from cases.review import Cause, Field
from cases.tagging import choices, tag
from desk.composer.writing import desk_of
from desk.going_back import back_to
from desk.pages import Named
from desk.panel.posted import Number, Posted, Sent
from desk.review.card import card
from desk.review.session import Session, waiting
from desk.routes_files import LARGEST
from desk.said import refused, stale
from desk.service import Service

PAGE = "/desk/review"
NEWEST = 500
"""Of the doubted cases, and of the accepted ones, so many of the newest are looked through: it costs the same with a
thousand cases or a million."""
LISTED = 50

Count = Annotated[int, Query(ge=0, le=100_000)]
Row = Annotated[int, Query(ge=0, le=LARGEST)]


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where somebody is: `looked` at so many, `last` is the id of the last correction, `after` that of the case that
    was put off last; 0 for none."""

    looked: int = 0
    last: int = 0
    after: int = 0

    @property
    def address(self) -> str:
        """The page of this sitting."""
        parts = {"looked": self.looked, "last": self.last, "after": self.after}
        said = {name: value for name, value in parts.items() if value}
        return f"{PAGE}?{urlencode(said)}" if said else PAGE


@dataclass(frozen=True)
class ReviewPages:
    """Tags looked at by a person."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.next)
        found.get(f"{PAGE}/list")(self.list)
        found.post(f"{PAGE}/undo")(self.undo)
        found.get(f"{PAGE}/{{form}}")(self.back)
        found.post(f"{PAGE}/{{number}}")(self.settle)

    def next(self, request: Request, looked: Count = 0, last: Row = 0, after: Row = 0, case: Row = 0) -> Response:
        """The next card; `case` asks for one in particular."""
        return self._card(request, Sitting(looked, last, after), case)

    def back(self, request: Request, form: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the page."""
        return back_to(request, PAGE)

    def list(self, request: Request, sort: Literal["sure", "new"] = "sure") -> Response:
        """What waits, the least sure first or the newest first."""
        with self.service.store.reading() as tx:
            found = waiting(tx, self.service.clock(), NEWEST)
            doubted = [identity for cause, identity in found if cause is Cause.DOUBT]
            shown = sorted(doubted, reverse=True)[:LISTED] if sort == "new" else doubted[:LISTED]
            rows = {row.id: row for row in tx.corrections.listed(shown)}
        return self.service.reader.page(
            request,
            "review_list.html",
            rows=[rows[identity] for identity in shown if identity in rows],
            doubted=len(doubted),
            audits=len(found) - len(doubted),
            newest=NEWEST,
            sort=sort,
        )

    def settle(self, request: Request, number: Number, sent: Sent) -> Response:
        """Keep what was chosen, and go on to the next."""
        at = _sitting(sent)
        cause = Cause(sent["cause"]) if sent["cause"] in list(Cause) else Cause.DOUBT
        labels = {field: sent[f"{sent['choose']}.{field}"] or sent[field] for field in Field}
        chosen = partial(tag, labels=labels, why=sent["why"], cause=cause)
        try:
            done = desk_of(self.service).act(number, request.state.person.agent, chosen, sent.version)
        except (RefusedError, StaleError) as error:
            return self._card(request, at, sent.number("case"), self._why(request, error), sent)
        return RedirectResponse(Sitting(at.looked + 1, done.correction or 0, at.after).address, status_code=303)

    def undo(self, request: Request, sent: Sent) -> Response:
        """Take the last one back, and show it again."""
        at, identity = _sitting(sent), sent.number("last")
        with self.service.store.reading() as tx:
            row = tx.corrections.find(identity)
        mine = row is not None and row.actor == request.state.person.id
        session = Session(desk=desk_of(self.service), agent=request.state.person.agent)
        if row is None or not mine or not session.undo(identity):
            words = self.service.reader.words(request)
            return self._card(request, Sitting(at.looked, 0, at.after), 0, (words("tagging.not_undone"), ""))
        back = Sitting(max(0, at.looked - 1), 0, at.after).address
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}case={row.case_id}", status_code=303)

    def _card(
        self, request: Request, at: Sitting, case: int, fault: tuple[str, str] = ("", ""), typed: Posted | None = None
    ) -> Response:
        with self.service.store.reading() as tx:
            found = waiting(tx, self.service.clock(), NEWEST)
        session = Session(desk=desk_of(self.service), agent=request.state.person.agent)
        item = session.read(*_place(found, at, case)) if found or case else None
        doubted = sum(cause is Cause.DOUBT for cause, _ in found)
        shown = card(item, self.service.profile, self._mistaken_for(item.row.motif)) if item else None
        return self.service.reader.page(
            request,
            "review.html",
            status=422 if fault[0] else 200,
            card=shown,
            at=at,
            left=len(found),
            capped=doubted == NEWEST,
            choices=choices(self.service.profile),
            fault=fault,
            typed=typed if typed and case else Posted({}),
        )

    def _mistaken_for(self, motif: str) -> str:
        backstage = self.service.backstage
        return backstage.models.mistaken_for(motif) if backstage else ""

    def _why(self, request: Request, error: RefusedError | StaleError) -> tuple[str, str]:
        labels = Named(self.service.profile, self.service.reader.words(request))
        if isinstance(error, StaleError):
            found = stale(labels, error)
            return found.sentence, " ".join(found.lines)
        return refused(labels.words, error)


def _sitting(sent: Posted) -> Sitting:
    return Sitting(sent.number("looked"), sent.number("last"), sent.number("after"))


def _place(found: Sequence[tuple[Cause, int]], at: Sitting, case: int) -> tuple[Any, int]:
    """What is shown: the case that is asked for, or what comes after the one that was put off, or the first."""
    ids = [identity for _, identity in found]
    if case:
        return next((one for one in found if one[1] == case), (Cause.NOTICED, case))
    follows = ids.index(at.after) + 1 if at.after in ids else 0
    return found[follows % len(found)]
