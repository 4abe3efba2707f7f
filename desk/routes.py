"""The desk's pages: one case, the day. Read only; what a page shows is read in one transaction."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from cases.figures import FATES
from desk import day as days
from desk.access import authorised
from desk.case_page import shown
from desk.composer.routes import ComposerPages
from desk.composer.steps import StepPages
from desk.dashboard.routes import DashboardPages
from desk.inbox.routes import InboxPages
from desk.inbox.routes_bulk import BulkPages
from desk.incidents.routes import IncidentPages
from desk.live import changes
from desk.panel.routes import PanelPages
from desk.review.routes import ReviewPages
from desk.review.routes_model import ModelPages
from desk.routes_callbacks import CallbackPages
from desk.routes_calls import CallPages
from desk.routes_citizen import CitizenPages
from desk.routes_demo import DemoPages
from desk.routes_files import Files, Identity
from desk.routes_form import FormPages
from desk.routes_phone import PhonePages
from desk.routes_screen import ScreenPages
from desk.routes_status import StatusPages
from desk.routes_telephone import TelephonePages
from desk.routes_tickets import TicketPages
from desk.routes_track import TrackPages
from desk.service import Service
from desk.settings.routes import SettingsPages
from desk.signin.pages import add_pages
from desk.supervisor.routes import SupervisorPages
from desk.timeline import message
from ingest.voice.reporting import Reporting

Number = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]


def router(service: Service) -> APIRouter:
    """Every route of the desk; the demonstration adds the box to write a mail and the mail catcher's pages."""
    rule = Depends(authorised(service.store, service.profile, service.clock))
    found = APIRouter(include_in_schema=False, default_response_class=HTMLResponse, dependencies=[rule])
    add_pages(service, found)
    InboxPages(service).add_to(found)
    BulkPages(service).add_to(found)
    CasePages(service).add_to(found)
    PanelPages(service).add_to(found)
    ComposerPages(service).add_to(found)
    StepPages(service).add_to(found)
    CitizenPages(service).add_to(found)
    FormPages(service).add_to(found)
    TrackPages(service).add_to(found)
    IncidentPages(service).add_to(found)
    CallPages(service).add_to(found)
    PhonePages(service).add_to(found)
    CallbackPages(service).add_to(found)
    DashboardPages(service).add_to(found)
    ScreenPages(service).add_to(found)
    StatusPages(service).add_to(found)
    ReviewPages(service).add_to(found)
    ModelPages(service).add_to(found)
    SettingsPages(service).add_to(found)
    SupervisorPages(service).add_to(found)
    Files(service.store, service.reader, service.scan).add_to(found)
    if service.demo is not None:
        DemoPages(service.demo, service.reader).add_to(found)
        TelephonePages(service, service.demo).add_to(found)
        TicketPages(service.demo, service.reader).add_to(found)
    return found


@dataclass(frozen=True)
class CasePages:
    """The pages that show what came in and what became of it."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        for path in ("/", "/desk"):
            found.get(path)(self.home)
        found.get("/desk/cases/{number}")(self.case)
        found.get("/desk/day")(self.day)
        found.get("/desk/messages/{identity}")(self.message)
        found.get("/desk/live", response_class=EventSourceResponse)(self.live)

    def home(self) -> Response:
        return RedirectResponse("/desk/cases", status_code=303)

    def case(self, request: Request, number: Number) -> Response:
        """One case with its timeline, and what can be done with it."""
        return shown(self.service, request, number)

    def day(self, request: Request, day: str = "") -> Response:
        """How a day adds up, and what opened no case on it."""
        try:
            return self._day(request, date.fromisoformat(day) if day else self.service.today)
        except (ValueError, OverflowError):
            return self.service.reader.missing(request)

    def message(self, request: Request, identity: Identity) -> Response:
        """One message by itself: automatic, held aside, a duplicate, or part of a case."""
        with self.service.store.reading() as tx:
            row = tx.views.message(identity)
        if row is None:
            return self.service.reader.missing(request)
        return self.service.reader.page(request, "message.html", row=row, message=message(row))

    async def live(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        """A new revision whenever something changed. The server waits for open answers, so this one ends with it."""
        async for revision in changes(self._revision, request.app.state.ending.is_set):
            yield ServerSentEvent(raw_data=revision)

    def _day(self, request: Request, day: date) -> Response:
        window = days.bounds(day, self.service.zone)
        with self.service.store.reading() as tx:
            each = days.balances(tx.inbound.balance(*window))
            rest = tx.views.without_case(*window)
            held = tx.views.held()
        shown = {row.id for row in rest}
        older = [row for row in held if row.id not in shown]
        return self.service.reader.page(
            request,
            "day.html",
            day=day,
            today=self.service.today,
            noon=window[0] + (window[1] - window[0]) / 2,
            each=each,
            total=days.total(each),
            lines=Reporting(self.service.store, self.service.profile, self.service.calendars).balance(*window),
            fates=FATES,
            rest=rest,
            older=older,
        )

    def _revision(self) -> str:
        with self.service.store.reading() as tx:
            return tx.views.revision()
