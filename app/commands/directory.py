"""`aiguillage directory`: the numbers that are rung for a caller."""

from collections.abc import Collection
from datetime import datetime
from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, print_rows
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from cases.profile import Profile
    from store.tx import Transaction

directory = typer.Typer(help="Who is rung for a caller. Every change is kept with its author.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="As dialled, or with its country: +32 81 00 12 34.")]
Label = Annotated[str, typer.Argument(metavar="LABEL", help="Who answers there.")]
Order = Annotated[int, typer.Option(help="The lowest rings first.")]
Areas = Annotated[
    list[str] | None, typer.Option("--area", help="A tool, line or language that it serves; all where none is named.")
]
Actor = Annotated[str, typer.Option("--by", help="Who decides it; who is logged in if absent.")]


@directory.command("list")
def list_seats(as_json: AsJson = False) -> None:
    """List the numbers in the order in which they ring."""
    house = open_house()
    with house.store.transaction("directory.begin") as tx:
        _begin(tx, house.profile, house.clock())
        rows = [_shown(row, as_json=as_json) for row in tx.seats.all()]
    print_rows(rows, as_json=as_json, empty="Nobody is rung: add a number with `aiguillage directory add`.")


@directory.command("add")
def add(number: Number, label: Label, areas: Areas = None, order: Order = 100, actor: Actor = "") -> None:
    """Add a number that rings."""
    from ingest.voice.directory import row

    house = open_house()
    added = row(_number(number, house.profile.country), _label(label), _areas(house.profile, areas or ()), order)
    with house.store.transaction("directory.add") as tx:
        _begin(tx, house.profile, house.clock())
        if tx.seats.find(added["number"]):
            mend = "change it with `aiguillage directory change`"
            raise ConfigurationError([(added["number"], "is in the directory already", mend)])
        tx.seats.add([added], _by(actor, house.clock()))
    complain(f"{added['number']} rings from now on")


@directory.command("change")
def change(
    number: Number,
    label: Annotated[str | None, typer.Option(help="Who answers there.")] = None,
    areas: Areas = None,
    every_area: Annotated[bool, typer.Option("--every-area", help="Let it serve everything.")] = False,
    order: Annotated[int | None, typer.Option(help="The lowest rings first.")] = None,
    active: Annotated[bool | None, typer.Option("--ring/--rest", help="Let it ring, or leave it alone.")] = None,
    actor: Actor = "",
) -> None:
    """Change a number's label, areas or order, or let it rest."""
    house = open_house()
    wished: dict[str, Any] = {
        "label": None if label is None else _label(label),
        "areas": [] if every_area else _areas(house.profile, areas) if areas else None,
        "ring_order": order,
        "active": active,
    }
    columns = {name: value for name, value in wished.items() if value is not None}
    with house.store.transaction("directory.change") as tx:
        _begin(tx, house.profile, house.clock())
        found = tx.seats.change(_number(number, house.profile.country), _by(actor, house.clock()), **columns)
    _say(found, number, "is changed")


@directory.command("remove")
def remove(number: Number, actor: Actor = "") -> None:
    """Take a number out. What was noted about it stays in the log."""
    house = open_house()
    with house.store.transaction("directory.remove") as tx:
        _begin(tx, house.profile, house.clock())
        found = tx.seats.remove(_number(number, house.profile.country), _by(actor, house.clock()))
    _say(found, number, "rings no more")


@directory.command("log")
def log(as_json: AsJson = False) -> None:
    """List the changes, newest first."""
    with open_house().store.reading() as tx:
        rows = [_logged(row, as_json=as_json) for row in tx.seats.changes()]
    print_rows(rows, as_json=as_json, empty="Nothing was changed yet.")


def _begin(tx: "Transaction", profile: "Profile", now: datetime) -> None:
    from ingest.voice.directory import begin

    begin(tx, profile, now)


def _shown(row: Any, *, as_json: bool) -> dict[str, Any]:
    return {
        "number": row.number,
        "label": row.label,
        "areas": ", ".join(row.areas),
        "order": row.ring_order,
        "rings": row.active if as_json else "yes" if row.active else "no",
    }


def _logged(row: Any, *, as_json: bool) -> dict[str, Any]:
    told = {"at": row.at.isoformat(timespec="seconds"), "actor": row.actor, "number": row.number}
    if as_json:
        return told | {"before": row.before, "after": row.after}
    return told | {"change": _change(row.before, row.after)}


def _change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    if before is None or after is None:
        return "added" if after else "removed"
    return "; ".join(f"{name}: {before[name]} -> {after[name]}" for name in after if before[name] != after[name])


def _number(text: str, home: str) -> str:
    from ingest.voice.numbers import e164

    if not (number := e164(text, home)):
        raise ConfigurationError([(text, "is no number that can be rung", "write it as 081 00 12 34 or +3281001234")])
    return number


def _label(text: str) -> str:
    label = text.strip()
    if not label.isprintable() or not 0 < len(label) <= 64:
        raise ConfigurationError([("LABEL", "is empty, too long or not printable", "write 64 characters at most")])
    return label


def _areas(profile: "Profile", areas: Collection[str]) -> tuple[str, ...]:
    known = [*(tool.id for tool in profile.tools), *(line.name for line in profile.lines), *profile.languages]
    if unknown := [area for area in areas if area not in known]:
        mend = f"use one of {', '.join(known)}"
        raise ConfigurationError([(area, "is no tool, line or language of the profile", mend) for area in unknown])
    return tuple(areas)


def _by(actor: str, at: datetime) -> Any:
    from store.seats import By

    return By(author(actor), at)


def author(actor: str) -> str:
    """Who decides something here: who is named, or else who is logged in."""
    return _label(actor or getuser())


def _say(found: bool, number: str, what: str) -> None:
    complain(f"{number} {what if found else 'is not in the directory'}")
    if not found:
        raise typer.Exit(1)
