"""`aiguillage incident start`: what callers hear before the menu and receipts say, of something that has no cases.

Major incidents, which have some, are in `app.commands.major`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, open_house, print_rows
from app.commands.directory import Actor, AsJson, author
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from cases.profile import Profile

incident = typer.Typer(help="Major incidents: many cases of one trouble.", no_args_is_help=True)

Texts = Annotated[list[str], typer.Option("--text", metavar="LANG=TEXT", help="Once for each language.")]
Line = Annotated[str, typer.Option(help="The line on which it is heard; every one where none is named.")]
Tools = Annotated[
    list[str] | None, typer.Option("--tool", help="A tool that it concerns; every one where none is named.")
]
Begin = Annotated[str, typer.Option("--from", metavar="WHEN", help="Local time, 2026-03-24T08:30; now if absent.")]
End = Annotated[str, typer.Option("--until", metavar="WHEN", help="Local time; until it is ended if absent.")]


@incident.command("announcements")
def list_announcements(as_json: AsJson = False) -> None:
    """List the announcements, newest first."""
    house = open_house()
    zone = ZoneInfo(house.profile.timezone)
    with house.store.reading() as tx:
        rows = [_shown(row, zone, as_json=as_json) for row in tx.banners.latest()]
    print_rows(rows, as_json=as_json, empty="No incident was ever announced.")


def _shown(row: Any, zone: ZoneInfo, *, as_json: bool) -> dict[str, Any]:
    """One announcement: as it is kept, or for people with times and texts as `start` takes them."""
    starts, ends = row.starts_at, row.ends_at
    if not as_json:
        starts, ends = (one and one.astimezone(zone).replace(tzinfo=None) for one in (starts, ends))
    return {
        "id": row.id,
        "line": row.line,
        "tools": row.tools if as_json else ", ".join(row.tools or ()),
        "from": starts.isoformat(timespec="minutes"),
        "until": ends.isoformat(timespec="minutes") if ends else None,
        "by": row.made_by,
        "texts": row.texts if as_json else "  ".join(f"{lang}={text}" for lang, text in row.texts.items()),
    }


@incident.command("start")
def start(
    texts: Texts, line: Line = "", tools: Tools = None, begin: Begin = "", end: End = "", actor: Actor = ""
) -> None:
    """Announce an incident to every caller, and to who writes about one of its tools, in every language."""
    house = open_house()
    now = house.clock()
    starts_at, ends_at = period(begin, end, ZoneInfo(house.profile.timezone), now)
    row = {
        "line": known("--line", [line], [one.name for one in house.profile.lines])[0] if line else "",
        "tools": known("--tool", tools, [one.id for one in house.profile.tools]) if tools else None,
        "texts": spoken(house.profile, texts),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "made_at": now,
        "made_by": author(actor),
    }
    with house.store.transaction("incident.start") as tx:
        identity = tx.banners.start(row)
    complain(f"incident {identity} is announced; `aiguillage incident end {identity}` ends it")


@incident.command("end")
def end(identity: Annotated[int | None, typer.Argument(metavar="ID", help="Every one if absent.")] = None) -> None:
    """End an announcement."""
    house = open_house()
    with house.store.transaction("incident.end") as tx:
        ended = tx.banners.end(house.clock(), identity)
    complain(f"{ended} announcement{'' if ended == 1 else 's'} ended")
    if identity is not None and not ended:
        raise typer.Exit(1)


def known(option: str, named: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names, each once. Raises ConfigurationError with every one that the profile does not know."""
    mend = f"use one of {', '.join(names)}" if names else "leave the option out"
    unknown = [(f"{option} {one}", "is not in the profile", mend) for one in named if one not in names]
    if unknown:
        raise ConfigurationError(unknown)
    return list(dict.fromkeys(named))


def period(begin: str, end: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime | None]:
    """When it starts, now where that is not said, and when it ends, if known. Raises ConfigurationError."""
    starts_at, ends_at = moment(begin, zone) or now, moment(end, zone)
    if ends_at and ends_at <= starts_at:
        raise ConfigurationError([("--until", "does not come after --from", "write a later time")])
    return starts_at, ends_at


def spoken(profile: "Profile", texts: Sequence[str]) -> dict[str, str]:
    """What callers hear, by language. Raises ConfigurationError where one is missing, or cannot be said."""
    from cases.major import LONGEST, Fault, Part, TextsError, checked

    mends = {
        Fault.MISSING: ("is missing", "add it as LANG='…'"),
        Fault.TOO_LONG: ("is too long to be listened to", f"use {LONGEST[Part.BANNER]} characters at most"),
        Fault.NOT_SPOKEN: ("has signs that no voice says", "write one line of text"),
    }
    try:
        return checked({Part.BANNER: by_language(profile, texts)}, profile, (Part.BANNER,))[Part.BANNER]
    except TextsError as error:
        wrong = [(f"--text {lang}", *mends[fault]) for (_, lang), fault in error.faults.items()]
        raise ConfigurationError(wrong) from error


def by_language(profile: "Profile", texts: Sequence[str]) -> dict[str, str]:
    """`LANG=TEXT` as texts by language. Raises ConfigurationError where a language is none of the profile's."""
    found = {lang.strip(): text.strip() for lang, _, text in (one.partition("=") for one in texts)}
    if unknown := sorted(found.keys() - set(profile.languages)):
        mend = f"write LANG=TEXT, with one of {', '.join(profile.languages)}"
        raise ConfigurationError([(lang, "is no language of the profile", mend) for lang in unknown])
    return found


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """That local time, or None for ''. Raises ConfigurationError."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError([(text, "is not a time", "write it as 2026-03-24T08:30")]) from error
    return found.replace(tzinfo=found.tzinfo or zone) if found else None
