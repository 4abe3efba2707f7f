"""The demonstration's telephone: dial a line, listen, press keys, speak; answer the phones that the service rings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from cases.clock import Calendar
from desk.demo import Demo
from desk.service import Service
from desk.telephone import Act, Receiver
from ingest.voice.numbers import e164, written

HERE = "/desk/demo/telephone"
PROVIDER = "twilio"
HIDDEN = "anonymous"
KEYS = "123456789*0#"
LONGEST = 500
INTO = timedelta(minutes=5)
"""How far into a set opening or closing the office's clock stands."""

Sid = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9]+$")]
Field = Annotated[str, Form(max_length=LONGEST)]


class Hours(StrEnum):
    """What the office's clock is set to."""

    REAL = "real"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Dialled:
    """What was typed to call: `wrong` where the caller's number is none."""

    line: str = ""
    caller: str = "0470 00 12 34"
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A telephone that the service can ring, and what it is doing, if anything."""

    label: str
    number: str
    receiver: Receiver | None


@dataclass(frozen=True)
class TelephonePages:
    """Only where the demonstration runs."""

    service: Service
    demo: Demo

    def add_to(self, found: APIRouter) -> None:
        found.post("/desk/demo/office")(self.move)
        found.get(HERE)(self.idle)
        found.post(HERE)(self.dial)
        found.get(HERE + "/{sid}")(self.call)
        found.post(HERE + "/{sid}")(self.act)

    def idle(self, request: Request) -> Response:
        return self._page(request, None)

    def dial(self, request: Request, line: Field = "", caller: Field = "", hidden: Field = "") -> Response:
        """Call a line. A number that is none is said beside its field."""
        called = next((one for one in self.service.profile.lines if one.name == line), None)
        number = HIDDEN if hidden else e164(caller, self.service.profile.country)
        if called is None or not number:
            return self._page(request, None, Dialled(line, caller, wrong=not number), status=422)
        return _to(self.demo.telephone.dial(called.number, number))

    def call(self, request: Request, sid: Sid) -> Response:
        found = self.demo.telephone.find(sid)
        return self._page(request, found) if found else self.service.reader.missing(request)

    def act(self, sid: Sid, act: Annotated[Act, Form()], text: Field = "", page: Field = "") -> Response:
        """Do something with a telephone, then back to the page, which may be that of another one."""
        if act is not Act.KEYS or set(text) <= set(KEYS):
            self.demo.telephone.act(sid, act, text.strip())
        return _to(page if page.isalnum() else "")

    def move(self, hours: Annotated[Hours, Form()], page: Field = "") -> Response:
        """Set the office's clock to when the first line is open or closed, or back to real time."""
        self.demo.office.at = _moment(self._calendar, hours, self.service.clock()) if self._calendar else None
        return _to(page if page.isalnum() else "")

    @property
    def _calendar(self) -> Calendar | None:
        lines = self.service.profile.lines
        return self.service.calendars.get(lines[0].hours) if lines else None

    def _page(
        self, request: Request, receiver: Receiver | None, dialled: Dialled | None = None, *, status: int = 200
    ) -> Response:
        lines = self.service.profile.lines
        with self.service.store.reading() as tx:
            call = tx.calls.find_sid(PROVIDER, receiver.sid) if receiver else None
            case = tx.cases.find(call.case_id) if call and call.case_id else None
            seats = (
                self.service.profile.seats if tx.seats.untouched() else [one for one in tx.seats.all() if one.active]
            )
        return self.service.reader.page(
            request,
            "telephone.html",
            status=status,
            receiver=receiver,
            line=next((one for one in lines if receiver and one.number == receiver.called), None),
            call=call,
            case=case,
            posts=_posts(seats, self.demo.telephone.rung()),
            lines=lines,
            dialled=dialled or Dialled(lines[0].name if lines else ""),
            keys=KEYS,
            number=_number,
            office=self.demo.office,
            open=self._calendar.is_open(self.demo.office()) if self._calendar else None,
        )


def _posts(seats: Sequence[Any], rung: Sequence[Receiver]) -> list[Post]:
    """The seats, each with its telephone, then the other telephones: those of callers who are called back."""
    receivers = {one.number: one for one in rung}
    posts = [Post(seat.label, seat.number, receivers.pop(seat.number, None)) for seat in seats]
    return posts + [Post("", number, one) for number, one in receivers.items()]


def _moment(calendar: Calendar, hours: Hours, now: datetime) -> datetime | None:
    """A moment well inside an opening, or after one; None for real time."""
    if hours is Hours.REAL:
        return None
    opening = calendar.next_opening(now) or now
    return (opening if hours is Hours.OPEN else calendar.next_closing(opening) or now) + INTO


def _number(text: str) -> str:
    """A number as people read it, or '' for a hidden one."""
    return written(text) if text.startswith("+") else ""


def _to(sid: str) -> Response:
    return RedirectResponse(f"{HERE}/{sid}" if sid else HERE, status_code=303)
