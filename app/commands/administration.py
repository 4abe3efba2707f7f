"""Commands for those who run the service: what failed, and trying it again."""

import re
from typing import Annotated, Any

import typer

from app.commands.common import open_house, print_rows
from cases.errors import ConfigurationError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def failed(as_json: AsJson = False) -> None:
    """List what was held aside, in and out and recordings, with its reason. `replay` tries it again."""
    with open_house().store.reading() as tx:
        rows = [_held("in", row, row.source) for row in tx.inbound.held()]
        rows += [_held("out", row, row.mailbox) for row in tx.outbound.held()]
        rows += [_held("recording", row, row.provider) for row in tx.recordings.held()]
        rows += [_held("jira", row, row.key) for row in tx.tickets.pushes.held()]
        rows += [_held("hook", row, row.program_id) for row in tx.hooks.deliveries.held()]
    print_rows(rows, as_json=as_json, empty="Nothing is held aside.")


def _held(way: str, row: Any, mailbox: str) -> dict[str, Any]:
    return {"id": f"{way}:{row.id}", "mailbox": mailbox, "attempts": row.attempts, "reason": row.last_error}


_ROW_ID = re.compile("[0-9]{1,18}")


def replay(identities: Annotated[list[str], typer.Argument(metavar="ID", help="As `failed` names them.")]) -> None:
    """Try what was held aside again."""
    house = open_house()
    chosen: dict[str, list[int]] = {"in": [], "out": [], "recording": [], "jira": [], "hook": []}
    for identity in identities:
        way, _, number = identity.partition(":")
        if way not in chosen or not _ROW_ID.fullmatch(number):
            raise ConfigurationError([(identity, "is not an id", "write it as `aiguillage failed` does: in:12")])
        chosen[way].append(int(number))
    with house.store.transaction("replay") as tx:
        held = {"in": tx.inbound, "out": tx.outbound, "recording": tx.recordings, "jira": tx.tickets.pushes}
        held |= {"hook": tx.hooks.deliveries}
        count = sum(held[way].replay(ids, house.clock()) for way, ids in chosen.items() if ids)
    while chosen["in"] and house.intake.process(chosen["in"]):
        pass
    typer.echo(f"{count} of {len(identities)} were held and are tried again.")
    raise typer.Exit(0 if count == len(identities) else 1)
