"""What the commands of `aiguillage case` share: their options, who acts, and what is said of it."""

import sys
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import open_house, print_json
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from cases.dossier import Line
    from desk.actions import Act, Desk, Done

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The case: MPA-26-00412.")]
Agent = Annotated[
    str, typer.Option("--as", metavar="AGENT", help="Who does it: an agent of the profile; AIGUILLAGE_AGENT if absent.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Text = Annotated[str, typer.Option(help="The text itself.")]
File = Annotated[str, typer.Option("--file", metavar="FILE | -", help="A file with the text; - reads a pipe.")]


def do(number: str, agent: str, action: "Act", *, as_json: bool) -> None:
    house = open_house()
    say(desk_of(house).act(number, agent_of(house, agent), action), as_json=as_json)


def say(done: "Done", *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(done))
    else:
        sys.stdout.write(_sentence(done) + "\n")


def desk_of(house: "House") -> "Desk":
    """What acts on the cases of a house."""
    from cases.timers import Calendars
    from desk.actions import Desk

    calendars = Calendars(house.profile, house.calendars)
    return Desk(house.store, house.profile, house.signer, calendars, house.clock, scan=house.settings.scan)


def agent_of(house: "House", identity: str) -> str:
    """The id of who acts. Raises ConfigurationError where the profile does not have it."""
    from cases.assigning import agent_of
    from cases.refusal import RefusedError

    try:
        return agent_of(house.profile, identity or house.settings.agent or getuser()).id
    except RefusedError as error:
        raise ConfigurationError([("--as", error.cause, error.mend)]) from error


def written(text: str, file: str) -> str:
    if bool(text) == bool(file):
        raise ConfigurationError([("--text, --file", "one of both says what is written", "give one of them")])
    try:
        return text or (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error.reason
        raise ConfigurationError([(file, f"cannot be read: {why}", "name a text file in UTF-8")]) from error


def _as_json(done: "Done") -> dict[str, Any]:
    return {
        "case": done.number,
        "status": done.status,
        "version": done.version,
        "entries": [{"kind": line.kind, "data": dict(line.data)} for line in done.lines],
        "mails": [{"kind": mail.kind, "to": mail.recipient} for mail in done.mails],
        "withheld": done.withheld,
    }


def _sentence(done: "Done") -> str:
    """What happened, in one line."""
    lines = ", ".join(_told(line) for line in done.lines)
    mails = [f"{mail.kind} to {mail.recipient}" for mail in done.mails]
    mails += [f"none to the {who} ({reason})" for who, reason in done.withheld.items()]
    return f"{done.number} is {done.status}: {lines}; mail queued: {', '.join(mails) or 'none'}"


def _told(line: "Line") -> str:
    """The word of a line, and where it made another case that case's number, which is asked for next."""
    return f"{line.kind} {line.data['case']}" if "case" in line.data else line.kind
