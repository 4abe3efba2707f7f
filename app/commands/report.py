"""`aiguillage report`: the phone's figures and the monthly review, from events alone. docs/figures.md defines each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import day_bounds, open_house, print_rows
from app.commands.monthly import Wanted, listed, reviewed, said, write
from cases.errors import ConfigurationError
from cases.phone import Phone

if TYPE_CHECKING:
    from app.wiring import House
    from cases.figures import Figure, Window
    from ingest.voice.reporting import Reporting

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, with each figure's definition.")]


Html = Annotated[Path | None, typer.Option("--html", help="Write the month's review there, for screen and print.")]
Pdf = Annotated[Path | None, typer.Option("--pdf", help="The same as a PDF; needs the extra `pdf`.")]
Excel = Annotated[Path | None, typer.Option("--excel", help="The same as a workbook.")]
Lang = Annotated[str, typer.Option("--lang", help="fr, de, nl or en; the service's own where left out.")]
Anew = Annotated[bool, typer.Option("--anew", help="Count from events alone, without what was kept of settled days.")]


def report(
    month: Annotated[str, typer.Option(help="A month as 2026-03.")] = "",
    day: Annotated[str, typer.Option(help="A day as 2026-03-24; today where neither is given.")] = "",
    html: Html = None,
    pdf: Pdf = None,
    excel: Excel = None,
    lang: Lang = "",
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Print the figures of the phone for a day or a month, and a month's service levels; or write its review."""
    house = open_house()
    asked = window(house, month, day)
    wanted = Wanted(html, pdf, excel, lang)
    if wanted.any and not month:
        raise ConfigurationError([("--month", "is missing", "a review is about a month such as 2026-03")])
    review = reviewed(house, month, anew=anew) if month else None
    if review and wanted.any:
        write(house, review, wanted)
        return
    figures = open_reporting(house).figures(asked)
    rows = _objects(figures, house.profile.phone) if as_json else _table(figures)
    print_rows(rows, as_json=as_json, empty="The profile has no line.")
    if review:
        print_rows([said(review)] if as_json else listed(review), as_json=as_json, empty="")


def open_reporting(house: "House") -> "Reporting":
    """The figures of that house."""
    from ingest.voice.reporting import Reporting

    return Reporting(house.store, house.profile, house.calendars)


def window(house: "House", month: str, day: str) -> "Window":
    """The month or day that was asked for, today where none was. Raises ConfigurationError."""
    from cases.figures import Window

    zone = ZoneInfo(house.profile.timezone)
    if month and day:
        raise ConfigurationError([("--month", "stands beside --day", "give one of the two")])
    since, until = _month(month, zone) if month else day_bounds("--day", day, zone)
    return Window(since, until, house.clock())


def _month(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The begin and end of a month in that time zone."""
    try:
        first = date.fromisoformat(f"{month}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError as error:
        raise ConfigurationError([("--month", f"{month} is not a month", "write it as 2026-03")]) from error
    begin = day_bounds("--month", first.isoformat(), zone)[0]
    return begin, day_bounds("--month", following.isoformat(), zone)[0]


def _objects(figures: "Mapping[str, Sequence[Figure]]", rules: Phone) -> list[dict[str, Any]]:
    from desk.words import catalogue

    texts = catalogue("en")
    return [
        {
            "line": line or None,
            "figure": one.name,
            "unit": one.unit,
            "value": one.value,
            "goal": one.goal,
            "met": one.met,
            "definition": texts[f"figure.{one.name}.definition"].format(
                short=rules.short_abandon, charter=rules.charter
            ),
        }
        for line, found in figures.items()
        for one in found
    ]


def _table(figures: "Mapping[str, Sequence[Figure]]") -> list[dict[str, Any]]:
    """A row for each figure, a column for each line."""
    from desk.words import catalogue

    texts = catalogue("en")
    names = {line: line or "all" for line in figures}
    return [
        {
            "figure": texts[f"figure.{same[0].name}.title"],
            **{names[line]: _shown(one) for line, one in zip(figures, same, strict=True)},
            "goal": _goal(same[0]),
        }
        for same in zip(*figures.values(), strict=True)
    ]


def _shown(figure: "Figure") -> str:
    if figure.value is None:
        return "-"
    from desk.dashboard.wording import cut

    mark = {True: " ok", False: " !", None: ""}[figure.met]
    value = figure.value
    return {"calls": f"{value:.0f}", "share": f"{cut(value):.1f}%", "seconds": f"{value:.1f} s"}[figure.unit] + mark


def _goal(figure: "Figure") -> str:
    if figure.goal is None:
        return ""
    return f"> {figure.goal:.0%}" if figure.unit == "share" else f"< {figure.goal:.0f} s"
