"""`aiguillage purge`: what is older than its period goes."""

import sys
from typing import Annotated, Any

import typer

from app.commands.common import complain, open_house, print_rows

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase what is older than the profile's [retention] says. The service does so by itself; this does it at once."""
    from app.purge import purge_of

    house = open_house()
    work = purge_of(house, share=0)
    rows = [_row(one) for one in work.due()]
    print_rows(rows if as_json else [row for row in rows if row["count"]], as_json=as_json, empty="Nothing is due.")
    if dry_run:
        return
    passed = 0
    while count := work.process():
        passed += count
    sys.stdout.flush()
    complain(f"{passed} rows were passed; `aiguillage user audit` tells what went")


def _row(due: Any) -> dict[str, Any]:
    return {
        "kind": str(due.kind),
        "rows": due.rows,
        "days": due.days,
        "count": due.count,
        "oldest": due.oldest.date().isoformat() if due.oldest else None,
        "bytes": due.size,
    }
