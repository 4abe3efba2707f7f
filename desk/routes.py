"""The desk's pages: the cases, one case, the day. Read only; what a page shows is read in one transaction."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from cases.profile import Profile
from desk import day as days
from desk.demo import Demo
from desk.live import changes
from desk.pages import Pages
from desk.routes_demo import DemoPages
from desk.routes_files import LARGEST, Files, Identity
from desk.routes_reader import Reader
from desk.timeline import acknowledged, message, timeline
from store.tx import Store

PAGE = 50
Number = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
Before = Annotated[int | None, Query(ge=1, le=LARGEST)]


def router(store: Store, profile: Profile, demo: Demo | None = None) -> APIRouter:
    """Every route of the desk; `demo` adds the box to write a mail and the mail catcher's pages."""
    reader = Reader(Pages(profile, demo is not None), profile)
    found = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    CasePages(store, profile, reader, demo).add_to(found)
    Files(store, reader).add_to(found)
    if demo is not None:
        DemoPages(demo, reader).add_to(found)
    return found


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class CasePages:
    """The pages that show what came in and what became of it."""

    store: Store
    profile: Profile
    reader: Reader
    demo: Demo | None
    clock: Callable[[], datetime] = _now

    def add_to(self, found: APIRouter) -> None:
        for path in ("/", "/desk"):
            found.get(path)(self.home)
        found.get("/desk/cases")(self.cases)
        found.get("/desk/cases/{number}")(self.case)
        found.get("/desk/day")(self.day)
        found.get("/desk/messages/{identity}")(self.message)
        found.get("/desk/live", response_class=EventSourceResponse)(self.live)

    def home(self) -> Response:
        return RedirectResponse("/desk/cases", status_code=303)

    def cases(self, request: Request, before: Before = None) -> Response:
        """The newest cases, `PAGE` at a time."""
        with self.store.reading() as tx:
            found = tx.views.cases(PAGE + 1, before)
            counts = tx.inbound.balance(*days.bounds(self._today(), self._zone))
        return self.reader.page(
            request,
            "cases.html",
            cases=found[:PAGE],
            following=found[PAGE - 1].id if len(found) > PAGE else None,
            first=before is None,
            today=self._today(),
            total=days.total(days.balances(counts)),
            progress=self.demo.progress if self.demo else None,
        )

    def case(self, request: Request, number: Number) -> Response:
        """One case with its timeline."""
        with self.store.reading() as tx:
            found = tx.cases.find_number(number)
            if found is None:
                return self.reader.missing(request)
            received = tx.cases.inbound(found.id)
            entries = tx.cases.entries(found.id)
            sent = tx.cases.outbound(found.id)
            bodies = tx.outbound.bodies([row.sha256 for row in sent if row.sha256])
            numbers = tx.views.numbers(_mentioned(found, entries))
        lines = timeline(received, entries, sent, bodies)
        return self.reader.page(
            request, "case.html", case=found, lines=lines, receipt=acknowledged(lines), received=received, links=numbers
        )

    def day(self, request: Request, day: str = "") -> Response:
        """How a day adds up, and what opened no case on it."""
        try:
            return self._day(request, date.fromisoformat(day) if day else self._today())
        except (ValueError, OverflowError):
            return self.reader.missing(request)

    def message(self, request: Request, identity: Identity) -> Response:
        """One message by itself: automatic, held aside, a duplicate, or part of a case."""
        with self.store.reading() as tx:
            row = tx.views.message(identity)
        if row is None:
            return self.reader.missing(request)
        return self.reader.page(request, "message.html", row=row, message=message(row))

    async def live(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        """A new revision whenever something changed. The server waits for open answers, so this one ends with it."""
        async for revision in changes(self._revision, request.app.state.ending.is_set):
            yield ServerSentEvent(raw_data=revision)

    def _day(self, request: Request, day: date) -> Response:
        window = days.bounds(day, self._zone)
        with self.store.reading() as tx:
            each = days.balances(tx.inbound.balance(*window))
            rest = tx.views.without_case(*window)
            held = tx.views.held()
        shown = {row.id for row in rest}
        older = [row for row in held if row.id not in shown]
        return self.reader.page(
            request,
            "day.html",
            day=day,
            today=self._today(),
            noon=window[0] + (window[1] - window[0]) / 2,
            each=each,
            total=days.total(each),
            rest=rest,
            older=older,
        )

    def _today(self) -> date:
        return self.clock().astimezone(self._zone).date()

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.timezone)

    def _revision(self) -> str:
        with self.store.reading() as tx:
            return tx.views.revision()


def _mentioned(case: Any, entries: list[Any]) -> list[int]:
    """The other cases that a page names."""
    named = [case.linked_case_id, *((entry.data or {}).get("case_id") for entry in entries)]
    return [identity for identity in named if identity is not None]
