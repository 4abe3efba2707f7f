"""`aiguillage profile`: whether it is whole, and what it would make of a case."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import open_profile, print_json, settings
from cases.errors import ConfigurationError
from cases.knowledge import has_expired

if TYPE_CHECKING:
    from cases.profile import Profile
    from cases.receipt import Article

profile = typer.Typer(help="The service's profile.", no_args_is_help=True)

Attributes = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME=VALUE", help="As rules name them: category=incident tool=notice lang=de."),
]


@profile.command("check")
def check() -> None:
    """Check the profile and the environment. Every fault is named with its key and its mend."""
    from app.connections import open_senders, read_mailboxes
    from notify.templates import check

    environment, found = settings(), open_profile()
    open_senders(environment, found, read_mailboxes(environment, found))
    if faults := check(found):
        raise ConfigurationError(faults)
    for name, values in environment.mailboxes.items():
        secrets = ", ".join(f"{key} ({len(value)} characters)" for key, value in sorted(values.items()))
        typer.echo(f"Mailbox {name}: {secrets}")
    typer.echo(f"Profile {found.name}: no fault. It has {', '.join(_counts(found))}.")
    for article in found.articles:
        if reason := _kept_back(article, datetime.now(ZoneInfo(found.timezone)).date()):
            typer.echo(f"Article {article.id} is not proposed: {reason}.")


def _counts(found: "Profile") -> Iterator[str]:
    """How many there are of each thing, without those that there are none of."""
    for count, one, more in (
        (len(found.mailboxes), "mailbox", "mailboxes"),
        (len(found.lines), "phone line", "phone lines"),
        (len(found.tools), "tool", "tools"),
        (len(found.routing.rules), "routing rule", "routing rules"),
        (len(found.routing.agents), "agent", "agents"),
        (len(found.second_level), "second level", "second levels"),
        (len(found.receipts), "receipt rule", "receipt rules"),
        (len(found.articles), "article", "articles"),
        (len(found.languages), "language", "languages"),
    ):
        if count:
            yield f"{count} {one if count == 1 else more}"


def _kept_back(article: "Article", today: date) -> str:
    """Why nobody is shown the article, or ''."""
    if not article.approved:
        return "nobody has approved it"
    return f"it expired on {article.expires}" if has_expired(article, today) else ""


@profile.command("route")
def route(
    written: Attributes = None, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Say what would become of a case that comes now: priority, queue, clocks, receipt. Nothing is kept or sent."""
    from app import holidays
    from app.trial import attributes, foreseen
    from cases.timers import Calendars

    found = open_profile()
    calendars = Calendars(found, holidays.sound_calendars(found))
    said = foreseen(attributes(written or (), found), calendars, datetime.now(UTC))
    if as_json:
        print_json(said)
        return
    for name, value in _told(said):
        typer.echo(f"{name:<11}{value}")


def _told(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for people."""
    yield "Priority", said["priority"] + _because(said["reasons"])
    why = "" if said["why"] == "rule" else said["why"]
    yield "Queue", said["queue"] + _because([said["rule"], why, said["n2"] and f"to {said['n2']}"])
    if said["agent"]:
        yield "Offered", said["agent"]
    for name, key in (("Answer by", "answer_by"), ("Solved by", "solved_by"), ("N2 by", "n2_by")):
        if said[key]:
            yield name, f"{datetime.fromisoformat(said[key]):%a %Y-%m-%d %H:%M}"
    yield "Receipt", said["receipt"] + _because([said["receipt_rule"]])
    for name, key in (("Asks for", "missing"), ("Articles", "articles")):
        if said[key]:
            yield name, ", ".join(said[key])


def _because(reasons: list[str]) -> str:
    given = ", ".join(filter(None, reasons))
    return f"  ({given})" if given else ""
