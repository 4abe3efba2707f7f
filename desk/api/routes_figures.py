"""The figures of a day, a week or a month, as the dashboard and `aiguillage report --json` have them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cases.figures import Unit
from desk.api.problems import EVERYWHERE, documented, invalid
from desk.api.shapes import Shape
from desk.dashboard.plain import plain
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.period import EARLIEST, Kind, Period
from desk.service import Service

_DAY = "2026-03-24"
_TABLE = [{"priority": "P1", "cases": 4, "response": 1, "resolution": 0, "n2": 0}]


class LevelShape(Shape):
    """A service level: `part` divided by `whole`, as docs/figures.md defines it."""

    name: str = Field(examples=["answer_rate"])
    unit: Unit = Field(description="A share is 0 to 1.", examples=[Unit.SHARE])
    value: float | None = Field(description="null where there is nothing to divide by.", examples=[0.75])
    goal: float = Field(description="A share is to be above it, seconds below.", examples=[0.6])
    met: bool | None = Field(examples=[True])
    part: int = Field(examples=[75])
    whole: int = Field(examples=[100])


Cell = str | int | float | None


class Figures(Shape):
    """The figures of some days. Labels are ids: `GET /vocabulary` has the words."""

    first: date = Field(examples=["2026-03-01"])
    last: date = Field(description="The last day, included.", examples=["2026-03-31"])
    known_at: datetime = Field(description="What had happened until then is counted.", examples=[f"{_DAY}T09:06:00Z"])
    levels: list[LevelShape]
    tables: dict[str, list[dict[str, Cell]]] = Field(
        description="Tables by name (docs/review.md), each a list of rows: what a row is about, then its numbers.",
        examples=[{"breaches": _TABLE}],
    )
    missing: list[str] = Field(
        description="What these figures cannot say, such as `not_over`: the period is not over.",
        examples=[["not_over"]],
    )


@dataclass(frozen=True)
class FigureRoutes:
    """What the days of the service counted."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        responses = documented(EVERYWHERE)
        found.get("/figures", operation_id="get_figures", responses=responses, tags=["figures"])(self.figures)

    def figures(
        self,
        period: Annotated[Kind, Query(description="What is asked about.", examples=[Kind.MONTH])] = Kind.MONTH,
        day: Annotated[date | None, Query(description="A day of it; today without.", examples=[_DAY])] = None,
    ) -> Figures:
        """Tell the figures of a day, a week or a month: service levels, and the tables of its review. Days that may
        still change are as they were counted last, some minutes ago at most."""
        service, today = self.service, self.service.today
        asked = day or today
        if not EARLIEST <= asked <= today:
            raise invalid([("query.day", f"it is a day from {EARLIEST} to today")])
        reckoning = Reckoning(service.store, service.profile, service.calendars, service.clock)
        review = Reviewing(reckoning).review(Period.around(period, asked), recent=True)
        return Figures.model_validate(plain(review))
