"""`aiguillage db`: bring the schema up, and move the installation to another database."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import print_rows, progress, settings
from cases.errors import ConfigurationError, PermanentError

if TYPE_CHECKING:
    from store.copy import Compared

db = typer.Typer(help="The database.", no_args_is_help=True)

TO = "AIGUILLAGE_COPY_TO_URL"
SHOWN_DIGITS = 16


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database's schema up to this release."""
    from store import schema
    from store.engine import open_engine

    found = settings()
    found.make_folder()
    schema.upgrade(open_engine(found.database_url))
    typer.echo(f"The schema is at {schema.HEAD}.")


@db.command("downgrade")
def db_downgrade(
    revision: Annotated[str, typer.Argument(help="The older release's schema, such as 0007.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Take the schema back for an older release; docs/running.md says what that loses. Stop the service first."""
    from store import schema
    from store.engine import open_engine, shown

    found = settings()
    if not yes:
        _ask(f"Take {shown(found.database_url)} back to {revision}, and lose what it has no place for?")
    schema.downgrade(open_engine(found.database_url), revision)
    typer.echo(f"The schema is at {revision}.")


@db.command("copy")
def db_copy(
    to: Annotated[str, typer.Option("--to", metavar="URL", help=f"An empty database; {TO} where left out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Copy the whole installation into an empty database, and compare. Stop the service first."""
    from app.wiring import arm
    from store.copy import opened
    from store.engine import shown

    found = settings()
    arm(found.failpoint)
    key, url = ("--to", to) if to else (TO, found.copy_to_url)
    if not url:
        raise ConfigurationError([("--to", "is missing", f"name an empty database, here or in {TO}")])
    with opened(found.database_url, url, key) as copy:
        if not yes:
            _ask(f"Copy {copy.rows} rows from {shown(found.database_url)} to {shown(url)}?")
        with progress("Copying") as told:
            compared = copy.run(told)
    _print(compared, as_json=as_json)


def _ask(question: str) -> None:
    """Raises ConfigurationError where nobody can answer."""
    if not sys.stdin.isatty():
        raise ConfigurationError([("--yes", "is missing", "give it where nobody is there to be asked")])
    typer.confirm(question, abort=True, err=True)


def _print(compared: Sequence["Compared"], *, as_json: bool) -> None:
    digits = None if as_json else SHOWN_DIGITS
    rows = [
        {
            "table": one.table,
            "rows": one.rows,
            "copied": one.rows_copied,
            "sha256": one.sha256[:digits],
            "copied_sha256": one.sha256_copied[:digits],
            "equal": one.equal if as_json else "yes" if one.equal else "NO",
        }
        for one in compared
    ]
    print_rows(rows, as_json=as_json, empty="")
    if differing := [one.table for one in compared if not one.equal]:
        found = f"what was written is not what was read in {', '.join(differing)}"
        raise PermanentError(f"{found}: nothing of it is kept, go on with the source")
    typer.echo(
        "All rows are there and equal. docs/moving.md says what to set before the service starts on it.", err=True
    )
