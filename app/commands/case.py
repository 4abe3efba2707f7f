"""`aiguillage case`: what people do with a case, each a command of its own."""

import sys
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import open_house, print_json
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from desk.actions import Act, Desk, Done

case = typer.Typer(help="What people do with a case. Every action stands on its timeline.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The case: MPA-26-00412.")]
Agent = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="AGENT",
        envvar="AIGUILLAGE_AGENT",
        help="Who does it: an agent's id in the profile; who is logged in if absent.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Text = Annotated[str, typer.Option(help="The text itself.")]
File = Annotated[str, typer.Option("--file", metavar="FILE | -", help="A file with the text; - reads a pipe.")]


@case.command()
def reply(
    number: Number,
    text: Text = "",
    file: File = "",
    wait: Annotated[bool, typer.Option("--wait", help="Then wait for what they say.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Then close the case.")] = False,
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Answer the requester."""
    from cases import actions

    _do(number, agent, partial(actions.reply, text=_read(text, file), wait=wait, end=close), as_json=as_json)


@case.command()
def note(number: Number, text: Text = "", file: File = "", agent: Agent = "", as_json: AsJson = False) -> None:
    """Write something down for the team."""
    from cases import actions

    _do(number, agent, partial(actions.note, text=_read(text, file)), as_json=as_json)


@case.command()
def wait(
    number: Number,
    days: Annotated[
        int, typer.Option(help="Silence after which they are reminded; as the profile says if absent.")
    ] = 0,
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Wait for the requester. `resume` is the way back."""
    from cases import actions

    _do(number, agent, partial(actions.wait, days=days), as_json=as_json)


@case.command()
def resume(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Go on without what was waited for."""
    from cases import actions

    _do(number, agent, actions.resume, as_json=as_json)


@case.command()
def close(
    number: Number,
    text: Text = "",
    file: File = "",
    silent: Annotated[bool, typer.Option("--silent", help="Without a mail to the requester.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what is with the second level.")] = False,
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Close a case and say so to its requester. `reopen` is the way back."""
    from cases import actions

    words = _read(text, file) if text or file else ""
    _do(number, agent, partial(actions.close, text=words, silent=silent, withdraw=withdraw), as_json=as_json)


@case.command()
def reopen(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Open a closed case again, or bring back one that was taken for spam."""
    from cases import actions

    _do(number, agent, actions.reopen, as_json=as_json)


def _do(number: str, agent: str, action: "Act", *, as_json: bool) -> None:
    house = open_house()
    done = desk_of(house).act(number, agent_of(house, agent), action)
    if as_json:
        print_json(_as_json(done))
    else:
        sys.stdout.write(_sentence(done) + "\n")


def desk_of(house: "House") -> "Desk":
    """What acts on the cases of a house."""
    from cases.timers import Calendars
    from desk.actions import Desk

    calendars = Calendars(house.profile, house.calendars)
    return Desk(house.store, house.profile, house.signer, calendars, house.clock)


def agent_of(house: "House", identity: str) -> str:
    """The id of who acts. Raises ConfigurationError where the profile does not have it."""
    from cases.acting import RefusedError
    from cases.assigning import agent_of

    try:
        return agent_of(house.profile, identity or getuser()).id
    except RefusedError as error:
        raise ConfigurationError([("--as", error.cause, error.mend)]) from error


def _read(text: str, file: str) -> str:
    if bool(text) == bool(file):
        raise ConfigurationError([("--text, --file", "one of both says what is written", "give one of them")])
    try:
        return text or (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([(file, f"cannot be read ({error})", "name a text file in UTF-8")]) from error


def _as_json(done: "Done") -> dict[str, Any]:
    return {
        "case": done.case.number,
        "status": done.case.status,
        "version": done.case.version,
        "entries": [{"kind": line.kind, "data": dict(line.data)} for line in done.lines],
        "mails": [{"kind": mail.kind, "to": mail.recipient} for mail in done.mails],
        "withheld": done.withheld,
    }


def _sentence(done: "Done") -> str:
    """What happened, in one line."""
    lines = ", ".join(line.kind for line in done.lines)
    mails = [f"{mail.kind} to {mail.recipient}" for mail in done.mails]
    mails += [f"none to the {who} ({reason})" for who, reason in done.withheld.items()]
    return f"{done.case.number} is {done.case.status}: {lines}; mail queued: {', '.join(mails) or 'none'}"
