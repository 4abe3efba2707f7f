"""Callbacks: who is to be called, with the tries so far, and what came of a try that somebody made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from desk import day as days
from desk.going_back import back_to
from desk.inbox.shown import Shown
from desk.panel.posted import Posted, Sent
from desk.routes_files import LARGEST
from desk.service import Service
from ingest.voice.attempts import Attempts, Told
from ingest.voice.provider import Outcome
from store.tx import Transaction

PAGE = "/desk/phone/callbacks"
LISTED = 50
MESSAGE = "message"
OUTCOMES: Mapping[str, str] = {
    "reached": Outcome.COMPLETED,
    "no-answer": Outcome.NO_ANSWER,
    "busy": Outcome.BUSY,
    MESSAGE: MESSAGE,
}
"""What may be chosen, and how it is kept; a message that was left is a try without an answer."""
LONGEST = 500
FURTHEST = timedelta(days=92)
"""Nobody means to call back later than that: it is a year that was mistyped."""


@dataclass(frozen=True)
class CallbackPages:
    """The list, and the form beside each row."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.show)
        found.get(PAGE + "/{identity}")(self.back)
        found.post(PAGE + "/{identity}")(self.note)

    def show(self, request: Request, done: str = "") -> Response:
        """Who is to be called, the next due first, and who was called today."""
        return self._page(request, done=done)

    def back(self, request: Request, identity: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the page."""
        return back_to(request, PAGE)

    def note(self, request: Request, identity: Annotated[int, Path(ge=1, le=LARGEST)], sent: Sent) -> Response:
        """Keep what came of a try: it is settled, or called again when that is said, or by rule."""
        wrong, again = self._wrong(sent)
        if wrong:
            return self._page(request, status=422, wrong=wrong, at=identity, typed=sent)
        told = Told(by=request.state.person.name, text=" ".join(sent["text"].split())[:LONGEST], again=again)
        outcome, attempts = OUTCOMES[sent["outcome"]], self._attempts

        def kept(tx: Transaction) -> bool:
            return tx.callbacks.is_open(identity) and attempts.by_hand(tx, identity, outcome, told)

        noted = self.service.store.run("desk.called", kept)
        return RedirectResponse(f"{PAGE}?done={'noted' if noted else 'gone'}", status_code=303)

    def _wrong(self, sent: Posted) -> tuple[str, datetime | None]:
        """What is wrong with the form, '' where nothing is, and when to call again, None for by rule."""
        if sent["outcome"] not in OUTCOMES:
            return "outcome", None
        if not sent["again"]:
            return "", None
        try:
            again = datetime.fromisoformat(sent["again"]).replace(tzinfo=self.service.zone)
        except ValueError:
            return "again", None
        now = self._office_now
        return ("", again) if now < again <= now + FURTHEST else ("again", None)

    @property
    def _attempts(self) -> Attempts:
        one = self.service
        return Attempts(
            profile=one.profile,
            signer=one.signer,
            calendars=one.calendars,
            clock=one.clock,
            office_clock=lambda: self._office_now,
        )

    @property
    def _office_now(self) -> datetime:
        """The time by which lines are open, which the demonstration may set."""
        return self.service.demo.office() if self.service.demo else self.service.clock()

    def _page(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        service = self.service
        since, _ = days.bounds(service.today, service.zone)
        with service.store.reading() as tx:
            rows, closed = tx.inbox.callbacks(None, LISTED), tx.callbacks.closed_since(since)
        unsaid = {"done": "", "wrong": "", "at": 0, "typed": Posted({})}
        shown = Shown(service, service.reader.words(request))
        values = {"rows": rows, "closed": closed, "shown": shown, "outcomes": tuple(OUTCOMES), "listed": LISTED}
        return service.reader.page(request, "callbacks.html", status=status, **(values | unsaid | said))
