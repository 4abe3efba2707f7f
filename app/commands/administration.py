"""Commands for those who run the service: what failed, what adds up."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, day_bounds, open_house, print_rows
from app.commands.report import open_reporting
from cases.errors import ConfigurationError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def failed(as_json: AsJson = False) -> None:
    """List what was held aside, in and out and recordings, with its reason. `replay` tries it again."""
    with open_house().store.reading() as tx:
        rows = [_held("in", row, row.source) for row in tx.inbound.held()]
        rows += [_held("out", row, row.mailbox) for row in tx.outbound.held()]
        rows += [_held("recording", row, row.provider) for row in tx.recordings.held()]
        rows += [_held("jira", row, row.key) for row in tx.tickets.pushes.held()]
    print_rows(rows, as_json=as_json, empty="Nothing is held aside.")


def _held(way: str, row: Any, mailbox: str) -> dict[str, Any]:
    return {"id": f"{way}:{row.id}", "mailbox": mailbox, "attempts": row.attempts, "reason": row.last_error}


_ROW_ID = re.compile("[0-9]{1,18}")


def replay(identities: Annotated[list[str], typer.Argument(metavar="ID", help="As `failed` names them.")]) -> None:
    """Try what was held aside again."""
    house = open_house()
    chosen: dict[str, list[int]] = {"in": [], "out": [], "recording": [], "jira": []}
    for identity in identities:
        way, _, number = identity.partition(":")
        if way not in chosen or not _ROW_ID.fullmatch(number):
            raise ConfigurationError([(identity, "is not an id", "write it as `aiguillage failed` does: in:12")])
        chosen[way].append(int(number))
    with house.store.transaction("replay") as tx:
        held = {"in": tx.inbound, "out": tx.outbound, "recording": tx.recordings, "jira": tx.tickets.pushes}
        count = sum(held[way].replay(ids, house.clock()) for way, ids in chosen.items() if ids)
    while chosen["in"] and house.intake.process(chosen["in"]):
        pass
    typer.echo(f"{count} of {len(identities)} were held and are tried again.")
    raise typer.Exit(0 if count == len(identities) else 1)


def balance(
    day: Annotated[str, typer.Option(help="A day as 2026-11-22; today where left out.")] = "", as_json: AsJson = False
) -> None:
    """Prove that what was received on a day adds up. Per mailbox and line, every message and call has one fate."""
    house = open_house()
    since, until = day_bounds("--day", day, ZoneInfo(house.profile.timezone))
    with house.store.reading() as tx:
        rows = balanced(tx.inbound.balance(since, until))
    lines = balanced_lines(open_reporting(house).balance(since, until))
    print_rows(rows, as_json=as_json, empty="Nothing was received that day.")
    if lines:
        print_rows(lines, as_json=as_json, empty="")
    if any(row["unaccounted"] for row in (*rows, *lines)):
        complain("some messages or calls have no fate: they are being worked, or see `aiguillage failed`")
        raise typer.Exit(1)


def balanced_lines(counts: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """One row for each line that was called: received, every fate, and what has none yet."""
    from cases.figures import FATES as CALL_FATES

    return [
        {
            "line": line or None,
            "received": sum(fates.values()),
            **{fate: fates.get(fate, 0) for fate in CALL_FATES},
            "unaccounted": fates.get("", 0),
        }
        for line, fates in sorted(counts.items())
    ]


FATES = ("case", "reply", "automatic", "bounce", "duplicate", "spam", "probe", "held")
PENDING = "pending"


def balanced(counts: Any) -> list[dict[str, Any]]:
    """One row for each mailbox: received, every fate, what is being worked, and what is not accounted for yet."""
    by_source: dict[str, dict[str, int]] = {}
    for source, fate, count in counts:
        by_source.setdefault(source, {})[fate] = count
    return [
        {
            "mailbox": source,
            "received": sum(fates.values()),
            **{fate: fates.get(fate, 0) for fate in (*FATES, PENDING)},
            "unaccounted": sum(fates.values()) - sum(fates.get(fate, 0) for fate in FATES),
        }
        for source, fates in sorted(by_source.items())
    ]
