"""`aiguillage similar`: cases that may be the same request or the same trouble as another."""

from typing import Annotated

import typer

from app.commands.common import open_house, print_rows
from cases.errors import ConfigurationError


def similar(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A case, such as MPA-26-00412.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on each line.")] = False,
) -> None:
    """Propose duplicates of a case and cases like it. Nothing is changed."""
    from desk.similar import similar as find

    house = open_house()
    with house.store.reading() as tx:
        row = tx.cases.find_number(number)
        if row is None:
            raise ConfigurationError([(number, "is no case", "write its number as the receipt does")])
        found = find(tx, row.id)
    rows = [
        {
            "case": one.row.number,
            "likeness": one.likeness,
            "why": one.why,
            "opened": one.row.opened_at.isoformat(timespec="minutes"),
            "subject": one.row.subject,
        }
        for one in found
    ]
    print_rows(rows, as_json=as_json, empty="No case is like it.")
