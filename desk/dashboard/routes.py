"""The dashboard: how the service stands, and a day, a week or a month of it; and the month's review to take away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import Response

from desk.dashboard import paper
from desk.dashboard.charts import picture
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.dashboard.wording import Wording
from desk.dashboard.workbook import workbook
from desk.period import EARLIEST, Kind, Period
from desk.routes_files import download
from desk.service import Service
from desk.words import Words
from store.state import standing

HERE = "/desk/dashboard"
SHOWN = (
    *("by_hour", "by_day", "tools", "tools_by_day", "motifs", "motifs_by_day"),
    *("first_contact", "breaches", "deflection", "tagging", "mailboxes", "lines", "unbalanced"),
)
"""The tables of a review that the page shows, in its order."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Form(StrEnum):
    """As what the review of a month is taken away."""

    HTML = "html"
    PDF = "pdf"


@dataclass(frozen=True)
class DashboardPages:
    """The figures on the desk."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(HERE)(self.dashboard)
        found.get(HERE + "/excel")(self.excel)
        found.get(HERE + "/review")(self.review)

    def dashboard(self, request: Request, period: Kind = Kind.DAY, day: str = "") -> Response:
        """The page of a day, a week or a month."""
        return self._of(request, period, day, lambda chosen: self._page(request, chosen))

    def excel(self, request: Request, period: Kind = Kind.MONTH, day: str = "") -> Response:
        """The same figures, and those of the review, as a workbook."""

        def made(chosen: Period) -> Response:
            words, review = self._words(request), self._reviewing.review(chosen)
            return download(workbook(words, review), f"{_name(words.t, chosen)}.xlsx")

        return self._of(request, period, day, made)

    def review(self, request: Request, day: str = "", form: Form = Form.HTML) -> Response:
        """The review of the month of that day, one file to keep or to print."""

        def made(chosen: Period) -> Response:
            words, review = self._words(request), self._reviewing.review(chosen)
            pages, lang = self.service.reader.pages, words.t.lang
            body = paper.pdf(pages, lang, review) if form is Form.PDF else paper.html(pages, lang, review).encode()
            return download(body, f"{_name(words.t, chosen)}.{form}")

        if form is Form.PDF and not paper.makes_pdf():
            return self.service.reader.missing(request)
        return self._of(request, Kind.MONTH, day, made)

    def _of(self, request: Request, kind: Kind, day: str, made: Callable[[Period], Response]) -> Response:
        """What is made of the period; a day that is none, or has not come, is not found."""
        today = self.service.today
        try:
            chosen = Period.around(kind, date.fromisoformat(day) if day else today)
        except (ValueError, OverflowError):
            return self.service.reader.missing(request)
        return made(chosen) if EARLIEST <= chosen.first <= today else self.service.reader.missing(request)

    def _page(self, request: Request, chosen: Period) -> Response:
        review = self._reviewing.brief(chosen)
        tables = {table.name: table for table in review.tables}
        now = self.service.clock()
        with self.service.store.reading() as tx:
            found = standing(tx.connection, now)
        words = self._words(request)
        return self.service.reader.page(
            request,
            "dashboard.html",
            period=chosen,
            kinds=tuple(Kind),
            today=self.service.today,
            review=review,
            tables=[tables[name] for name in SHOWN if name in tables],
            standing=found,
            age=lambda at: _age(words.t, now - at),
            words=words,
            picture=picture,
            makes_pdf=paper.makes_pdf(),
        )

    def _words(self, request: Request) -> Wording:
        return Wording(self.service.profile, self.service.reader.words(request))

    @property
    def _reviewing(self) -> Reviewing:
        service = self.service
        return Reviewing(Reckoning(service.store, service.profile, service.calendars, service.clock))


def _name(t: Words, period: Period) -> str:
    if period.kind is Kind.MONTH:
        return f"{t('monthly.title')} {period.first.isoformat()[:7]}"
    days = dict.fromkeys((period.first.isoformat(), period.last.isoformat()))
    return f"{t('dashboard.title')} {' '.join(days)}"


def _age(t: Words, passed: timedelta) -> str:
    """How long something has lasted, as people say it."""
    if passed >= 2 * DAY:
        return t.count("dashboard.days", passed // DAY)
    if passed >= 2 * HOUR:
        return t("dashboard.hours", n=passed // HOUR)
    return t("dashboard.minutes", n=max(passed // timedelta(minutes=1), 0))
