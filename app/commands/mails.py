"""`aiguillage mails`: what left, by kind and by what the case was about; docs/mails.md says what each kind is."""

from typing import Annotated, Any

import typer

from app.commands.common import open_house, print_rows
from app.commands.report import window

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def mails(
    month: Annotated[str, typer.Option(help="A month as 2026-03.")] = "",
    day: Annotated[str, typer.Option(help="A day as 2026-03-24; today where neither is given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count the mails of a day or a month by kind and scope: redirections, escalations, closings and all others."""
    house = open_house()
    chosen = window(house, month, day)
    with house.store.reading() as tx:
        counted = tx.outbound.count([box.name for box in house.profile.mailboxes], chosen.since, chosen.until)
        answers = tx.satisfactions.count(chosen.since, chosen.until)
    rows: list[dict[str, Any]] = [row._asdict() for row in counted]
    rows += [
        {"kind": "satisfaction", "scope": "yes" if satisfied else "no", "state": "answered", "count": number}
        for satisfied, number in sorted(answers.items(), reverse=True)
    ]
    print_rows(rows, as_json=as_json, empty="No mail left.")
