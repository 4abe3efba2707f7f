"""`aiguillage calls`: the workbook of calls that were logged by hand, in and out."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, day_bounds, open_house, print_rows
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from desk.sheets.read import Table
    from ingest.logged import Comparison, Logbook

calls = typer.Typer(help="Calls off the line, logged by hand.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Workbook = Annotated[Path, typer.Argument(metavar="FILE", help="A workbook as `calls export` makes them.")]


@calls.command("import")
def import_(
    file: Workbook,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be kept, and keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the calls of a workbook, once each. Cells that are wrong are listed, and their rows left out."""
    house = open_house()
    table = _read(house, file)
    logbook = open_logbook(house)
    compared = logbook.compare(table.calls)
    kept = 0 if dry_run else len(logbook.write(compared.new))
    print_rows(_faults(table), as_json=as_json, empty=_summary(compared, kept, dry_run=dry_run))
    if table.faults:
        complain(_summary(compared, kept, dry_run=dry_run))
    raise typer.Exit(1 if table.faults else 0)


@calls.command("export")
def export(
    since: Annotated[str, typer.Option(help="The first day, as 2026-01-01; without it, the empty sheet.")] = "",
    until: Annotated[str, typer.Option(help="The last day, itself included; today where left out.")] = "",
    lang: Annotated[str, typer.Option(help="fr, de, nl or en.")] = "fr",
) -> None:
    """Write the workbook to stdout: empty, or with the calls of some days."""
    from desk.sheets.layout import Layout
    from desk.sheets.write import workbook
    from desk.words import LANGUAGES

    if lang not in LANGUAGES:
        raise ConfigurationError([("--lang", f"{lang} is not known", f"use one of {', '.join(LANGUAGES)}")])
    house = open_house()
    zone = ZoneInfo(house.profile.timezone)
    begin, end = day_bounds("--since", since, zone)[0], day_bounds("--until", until, zone)[1]
    rows = open_logbook(house).between(begin, end) if since else []
    year = (begin if since else end).astimezone(zone).year
    sys.stdout.buffer.write(workbook(Layout(house.profile, lang), rows, year))


def open_logbook(house: "House") -> "Logbook":
    """The calls logged by hand of that house."""
    from cases.timers import Calendars
    from ingest.logged import Logbook

    calendars = Calendars(house.profile, house.calendars)
    return Logbook(
        store=house.store, profile=house.profile, signer=house.signer, calendars=calendars, clock=house.clock
    )


def _read(house: "House", file: Path) -> "Table":
    from cases.logged import Rules
    from desk.sheets.read import UnreadableError, read
    from desk.words import catalogue
    from ingest.voice.numbers import e164

    try:
        number = partial(e164, home=house.profile.country)
        return read(file.read_bytes(), Rules(profile=house.profile, number=number, now=house.clock()))
    except UnreadableError as error:
        cause = catalogue("en")[f"sheet.unreadable.{error}"].rstrip(".")
        raise ConfigurationError([(str(file), cause, "start from `aiguillage calls export`")]) from error


def _faults(table: "Table") -> list[dict[str, Any]]:
    from desk.words import catalogue

    texts = catalogue("en")
    return [
        {"cell": one.cell, "column": texts[f"logged.field.{one.field}"], "fault": texts[f"logged.wrong.{one.wrong}"]}
        for one in table.faults
    ]


def _summary(compared: "Comparison", kept: int, *, dry_run: bool) -> str:
    done = f"{len(compared.new)} new, not kept (dry run)" if dry_run else f"{kept} kept"
    return f"{done}; {len(compared.known)} known already, {len(compared.changed)} known and changed in the file."
