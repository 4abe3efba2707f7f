"""`aiguillage archive`: the raw bytes of old mails out of the way, and back."""

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from app.commands.common import day_bounds, open_house, progress
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from store.archive import Archive
    from store.tx import Store


def archive(
    before: Annotated[
        str, typer.Option(metavar="DAY", help="Mails of cases closed before that day, as 2025-01-01.")
    ] = "",
    restore: Annotated[bool, typer.Option("--restore", help="Bring everything back instead.")] = False,
) -> None:
    """Move the raw bytes of old mails out of the database. They can still be read; --restore takes it back."""
    if bool(before) == restore:
        raise ConfigurationError([("--before", "or --restore is asked for", "give one of the two")])
    house = open_house()
    store, away = house.store, house.store.archive
    if away is None:
        mend = "set it to the URL of a database for the archive, the same for every process"
        raise ConfigurationError([("AIGUILLAGE_ARCHIVE_URL", "is missing", mend)])
    if restore:
        _restore(store, away)
    else:
        _archive(store, away, before, ZoneInfo(house.profile.timezone))


def _archive(store: "Store", away: "Archive", before: str, zone: ZoneInfo) -> None:
    from store.archiving import archive

    moment, _ = day_bounds("--before", before, zone)
    with progress("Archiving") as told:
        count, size = archive(store, away, moment, lambda done: told(done, 0))
    typer.echo(f"{count} mails are archived, {size / 1_000_000:.1f} MB.")


def _restore(store: "Store", away: "Archive") -> None:
    from store.archiving import restore

    with progress("Restoring") as told:
        count = restore(store, away, lambda done: told(done, 0))
    typer.echo(f"{count} mails are back.")
