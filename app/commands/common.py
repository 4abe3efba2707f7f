"""What the commands share: opening the house, and printing."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import House
    from cases.profile import Profile


def settings() -> "Settings":
    """The settings in the environment. Raises ConfigurationError."""
    from app.settings import read

    return read(os.environ)


def open_house() -> "House":
    """The house for the environment, without workers: commands do their work inline. Raises ConfigurationError."""
    from app.log import configure
    from app.wiring import build

    configure()
    return build(settings())


def open_profile() -> "Profile":
    """The profile that the environment names. Raises ConfigurationError."""
    from app import profile

    return profile.load(profile.find(settings().profile))


def print_json(value: Any) -> None:
    """One JSON object on one line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def print_rows(rows: Iterable[dict[str, Any]], *, as_json: bool, empty: str) -> None:
    """A list: JSON Lines, or columns for people; `empty` is said where there is nothing."""
    found = list(rows)
    if as_json:
        for row in found:
            print_json(row)
    elif not found:
        sys.stdout.write(empty + "\n")
    else:
        _print_table(found)


def _print_table(rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    cells = [[name.upper().replace("_", " ") for name in names]]
    cells += [[str("" if row[name] is None else row[name]) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")


class Told(Protocol):
    """Takes word of what is done, of how much, and of the step that is under way."""

    def __call__(self, done: int, total: int, step: str = "") -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Told]:
    """A bar on stderr where a person watches and it lasts; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total, step="": None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, step="": bar.update(
            task, completed=done, total=total, description=f"{what}: {step}" if step else what
        )


def day_bounds(option: str, day: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The begin and end of a day in that time zone, today where none is named; it has 23, 24 or 25 hours.

    Raises ConfigurationError that names the option.
    """
    try:
        chosen = date.fromisoformat(day) if day else datetime.now(zone).date()
        begin = datetime.combine(chosen, time(), zone)
        end = datetime.combine(chosen + timedelta(days=1), time(), zone)
        return begin.astimezone(UTC), end.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigurationError([(option, f"{day} is not a day", "write it as 2026-11-22")]) from error


def complain(text: str) -> None:
    """One line for a person, on stderr."""
    sys.stderr.write(f"aiguillage: {text}\n")
