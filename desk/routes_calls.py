"""Calls off the line: the form of twenty seconds, and the workbook out and in. What is read in is shown first."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from cases.logged import LONGEST_KEY, Fault, Field, LoggedCall, Rules, Wrong, read
from cases.timers import Calendars
from desk import day as days
from desk.routes_files import download
from desk.service import Service
from desk.sheets.layout import CHOSEN, LARGEST_FILE, Layout
from desk.sheets.read import Table, UnreadableError
from desk.sheets.read import read as read_sheet
from desk.sheets.write import workbook
from ingest.logged import Logbook
from ingest.voice.numbers import e164

NEW = "/desk/calls/new"
LARGEST_PART = 4 * LARGEST_FILE
SHOWN = 200
"""Faults and rows that a preview lists; it counts them all."""


async def _typed(request: Request) -> Mapping[str, str]:
    """The text fields of a posted form."""
    form = await request.form(max_part_size=LARGEST_PART)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _uploaded(request: Request) -> bytes:
    """The posted file, one byte more than is allowed at most."""
    file = (await request.form(max_part_size=LARGEST_PART)).get("file")
    return await file.read(LARGEST_FILE + 1) if isinstance(file, UploadFile) else b""


Key = Annotated[str, Query(max_length=LONGEST_KEY, pattern=r"^[^\x00]*$")]
Typed = Annotated[Mapping[str, str], Depends(_typed)]
Uploaded = Annotated[bytes, Depends(_uploaded)]


@dataclass(frozen=True)
class CallPages:
    """Where people log calls."""

    service: Service

    @property
    def logbook(self) -> Logbook:
        service = self.service
        return Logbook(
            store=service.store,
            profile=service.profile,
            signer=service.signer,
            calendars=Calendars(service.profile, service.calendars),
            clock=service.clock,
        )

    @property
    def rules(self) -> Rules:
        profile = self.service.profile
        return Rules(profile=profile, number=partial(e164, home=profile.country), now=self.service.clock())

    def add_to(self, found: APIRouter) -> None:
        found.get(NEW)(self.form)
        found.post(NEW)(self.save)
        found.post("/desk/calls/take-back")(self.take_back)
        found.get("/desk/calls/sheet")(self.sheet)
        found.post("/desk/calls/check")(self.check)
        found.post("/desk/calls/import")(self.take_in)

    def form(self, request: Request, saved: Key = "", imported: int = -1, taken_back: str = "") -> Response:
        """The empty form; after a call was saved, with its agent and language."""
        last = self.logbook.find(saved) if saved else None
        typed = {Field.AGENT: last[0].agent, Field.LANG: last[0].lang} if last else {}
        return self._form(request, typed, last=last, imported=imported, taken_back=taken_back)

    def save(self, request: Request, typed: Typed) -> Response:
        """Keep what was typed; what is wrong is said beside its field, and nothing typed is lost."""
        fields = {field: typed.get(field, "").strip() for field in Field}
        found = read(_now_where_empty(fields, self.service.clock().astimezone(self.service.zone)), self.rules)
        if not isinstance(found, LoggedCall):
            return self._form(request, fields, found, status=422)
        if not found.key:
            return self._form(request, fields, (Fault(Field.KEY, Wrong.MISSING),), status=422)
        self.logbook.write([found])
        return RedirectResponse(f"{NEW}?saved={found.key}", status_code=303)

    def take_back(self, typed: Typed) -> Response:
        """Undo the last one."""
        key = typed.get("key", "")
        done = key.isprintable() and self.logbook.take_back(key)
        return RedirectResponse(f"{NEW}?taken_back={'yes' if done else 'no'}", status_code=303)

    def sheet(self, request: Request, since: str = "", until: str = "") -> Response:
        """The workbook: empty, or with the calls from one day to another, both included."""
        layout = Layout(self.service.profile, self.service.reader.language(request))
        if not since and not until:
            return download(workbook(layout, [], self.service.today.year), f"{layout.t('sheet.calls')}.xlsx")
        try:
            first, last = date.fromisoformat(since), date.fromisoformat(until)
            begin, end = days.bounds(first, self.service.zone)[0], days.bounds(last, self.service.zone)[1]
        except (ValueError, OverflowError):
            return self.service.reader.missing(request)
        body = workbook(layout, self.logbook.between(begin, end), last.year)
        return download(body, f"{layout.t('sheet.calls')} {first} {last}.xlsx")

    def check(self, request: Request, body: Uploaded) -> Response:
        """What a workbook would bring, without keeping anything."""
        try:
            table = read_sheet(body, self.rules)
        except UnreadableError as error:
            return self._form(request, {}, unreadable=str(error), status=422)
        return self._preview(request, table, body)

    def take_in(self, request: Request, typed: Typed) -> Response:
        """Keep what the preview showed. The workbook is read again: what comes back from a browser proves nothing."""
        try:
            table = read_sheet(base64.b64decode(typed.get("workbook", ""), validate=True), self.rules)
        except (UnreadableError, ValueError):
            return self._form(request, {}, unreadable="no_workbook", status=422)
        new = self.logbook.write(table.calls)
        return RedirectResponse(f"{NEW}?imported={len(new)}", status_code=303)

    def _preview(self, request: Request, table: Table, body: bytes) -> Response:
        return self.service.reader.page(
            request,
            "calls_check.html",
            compared=self.logbook.compare(table.calls),
            faults=table.faults,
            shown=SHOWN,
            workbook=base64.b64encode(body).decode(),
        )

    def _form(
        self,
        request: Request,
        typed: Mapping[Field, str],
        faults: tuple[Fault, ...] = (),
        *,
        status: int = 200,
        **notes: object,
    ) -> Response:
        layout = Layout(self.service.profile, self.service.reader.language(request))
        today = self.service.today
        return self.service.reader.page(
            request,
            "calls_new.html",
            status=status,
            typed={field.value: typed.get(field, "") for field in Field} | {"key": typed.get(Field.KEY) or uuid4().hex},
            faults={fault.field.value: fault.wrong for fault in faults},
            choices={field.value: layout.choices(field) for field in CHOSEN},
            today=today,
            quarter=_quarter_start(today),
            **{"last": None, "imported": -1, "taken_back": "", "unreadable": ""} | notes,
        )


def _now_where_empty(fields: Mapping[Field, str], now: datetime) -> dict[Field, str]:
    """A call without a day is one of now."""
    if fields[Field.DATE]:
        return dict(fields)
    clock = fields[Field.TIME] or now.strftime("%H:%M")
    return {**fields, Field.DATE: now.date().isoformat(), Field.TIME: clock}


def _quarter_start(day: date) -> date:
    """The first day of the quarter before this day's, which is the one that gets reported."""
    begin = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    before = begin - timedelta(days=1)
    return before.replace(month=before.month - 2, day=1)
