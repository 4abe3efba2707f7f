"""The page of the phone: service levels, volumes and every figure of a period, and the calls of a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases.figures import FATES, Window, balance
from desk.period import Kind, Period, bars
from desk.service import Service
from desk.shown import Shown
from ingest.voice.numbers import written
from ingest.voice.reporting import ALL, Reporting

LEVELS = ("answer_rate", "mean_wait", "within_charter", "callbacks_on_time", "first_contact_resolution")
"""The figures that stand first."""
SHOWN = 200


@dataclass(frozen=True)
class PhonePages:
    """What the lines did."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/phone")(self.phone)

    def phone(self, request: Request, period: Kind = Kind.DAY, day: str = "") -> Response:
        """The figures of a day, a week or a month."""
        try:
            chosen = Period.around(period, date.fromisoformat(day) if day else self.service.today)
            return self._page(request, chosen)
        except (ValueError, OverflowError):
            return self.service.reader.missing(request)

    def _page(self, request: Request, period: Period) -> Response:
        since, until = period.window(self.service.zone)
        reporting = Reporting(self.service.store, self.service.profile, self.service.calendars)
        found = reporting.overview(Window(since, until, self.service.clock()))
        by_line = balance(found.calls)
        return self.service.reader.page(
            request,
            "phone.html",
            period=period,
            kinds=tuple(Kind),
            today=self.service.today,
            levels=[one for one in found.figures[ALL] if one.name in LEVELS],
            figures=found.figures,
            rules=self.service.profile.phone,
            shown=Shown,
            fates=FATES,
            by_line=by_line,
            total=sum(by_line.values(), start=Counter()),
            bars=bars(period, found.calls, self.service.zone),
            calls=self._calls(period),
            written=written,
        )

    def _calls(self, period: Period) -> list[Any]:
        """The calls of a day; a longer period has too many to be read."""
        if period.kind is not Kind.DAY:
            return []
        with self.service.store.reading() as tx:
            lines = [line.name for line in self.service.profile.lines]
            return tx.views.calls(lines, *period.window(self.service.zone), SHOWN)
