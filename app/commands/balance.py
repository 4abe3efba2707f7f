"""`aiguillage balance`: all that came in on a day has one fate (N27); what has none is listed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, day_bounds, open_house, print_rows
from app.commands.report import open_reporting

if TYPE_CHECKING:
    from cases.figures import CallRecord

DAY = timedelta(days=1)
"""How far around a day its calls are told of."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def balance(
    day: Annotated[str, typer.Option(help="A day as 2026-11-22; today where left out.")] = "", as_json: AsJson = False
) -> None:
    """Prove that what was received on a day adds up. Per mailbox, form and line, every message and call has one fate.

    What has none yet is listed: it is being worked, or something is wrong. Exit 1 then.
    """
    house = open_house()
    since, until = day_bounds("--day", day, ZoneInfo(house.profile.timezone))
    with house.store.reading() as tx:
        rows = balanced(tx.inbound.balance(since, until))
        left = [_message(row) for row in tx.inbound.undecided(since, until)]
        calls = open_reporting(house).calls(tx, since - DAY, until + DAY)
    lines = balanced_lines(open_reporting(house).balance(since, until))
    left += [_call(call) for call in calls if since <= call.started_at < until and not call.fate]
    print_rows(rows, as_json=as_json, empty="Nothing was received that day.")
    for further in filter(None, (lines, left)):
        print_rows(further, as_json=as_json, empty="")
    if any(row["unaccounted"] for row in (*rows, *lines)):
        complain("some messages or calls have no fate: they are being worked, or see `aiguillage failed`")
        raise typer.Exit(1)


def _message(row: Any) -> dict[str, Any]:
    """A message without a fate, as `aiguillage failed` names it."""
    at = row.received_at.isoformat(timespec="seconds")
    return {"without_a_fate": f"in:{row.id}", "from": row.source, "at": at, "attempts": row.attempts}


def _call(call: "CallRecord") -> dict[str, Any]:
    at = call.started_at.isoformat(timespec="seconds")
    return {"without_a_fate": "call", "from": call.line or None, "at": at, "attempts": None}


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
