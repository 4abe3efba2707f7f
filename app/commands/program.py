"""`aiguillage program`: programs that use the API, and what they are told (docs/api.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, print_rows
from cases.errors import ConfigurationError
from cases.secondlevel import Role

if TYPE_CHECKING:
    from app.wiring import House
    from desk.api.programs import Programs

program = typer.Typer(help="Programs that use the API, and what they are told.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The program's name, as it stands on timelines.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Expires = Annotated[str, typer.Option(metavar="DAY", help="The day on which the token ends, as 2027-01-31.")]
EVENTS = ("case.opened", "case.changed", "case.closed", "case.reopened")


@program.command()
def add(name: Name, role: Annotated[Role, typer.Option(help="What it may do.")], expires: Expires = "") -> None:
    """Add a program, and print its token. It is kept nowhere: who loses it rotates it."""
    with _changing(open_house()) as programs:
        token = programs.add(name, role, _day(expires))
    complain(f"{name} is {role}; it sends Authorization: Bearer with")
    typer.echo(token)


@program.command("list")
def list_programs(as_json: AsJson = False) -> None:
    """List programs and their tokens, with what ends soon."""
    house = open_house()
    with house.store.reading() as tx:
        programs, tokens = tx.programs.all(), tx.programs.tokens()
    now = house.clock()
    rows = [_row(one, token, now) for one in programs for token in tokens if token.program_id == one.id]
    print_rows(rows, as_json=as_json, empty="No program uses the API.")
    for row in rows:
        if row["state"] == "ends soon":
            complain(f"the token {row['token']}… of {row['name']} ends on {row['ends']}; rotate it")


@program.command()
def rotate(
    name: Name,
    expires: Expires = "",
    overlap: Annotated[int, typer.Option(min=0, max=720, help="Hours for which the old token is good still.")] = 24,
) -> None:
    """Print a new token for a program. The old ones end after the overlap."""
    with _changing(open_house()) as programs:
        token = programs.rotate(name, _day(expires), timedelta(hours=overlap))
    typer.echo(token)


@program.command()
def revoke(name: Name) -> None:
    """Let a program in no more, at once, and tell it nothing more. What it did stays."""
    with _changing(open_house()) as programs:
        programs.revoke(name)
    complain(f"{name} is let in no more")


@program.command()
def tell(
    name: Name,
    address: Annotated[str, typer.Argument(metavar="[URL]", help="https://…; none: tell it nothing more.")] = "",
    event: Annotated[
        list[str] | None, typer.Option(help=f"Of what, among {', '.join(EVENTS)}; of all if absent.")
    ] = None,
) -> None:
    """Tell a program there what happens to cases, and print the secret of what is sent."""
    from app.hooks import guide
    from notify.hooks.events import EventType

    house = open_house()
    if not address:
        with _changing(house) as programs:
            programs.untell(name)
        complain(f"{name} is told nothing more")
        return
    guide(house.settings).check(address)
    if unknown := set(event or ()) - set(EVENTS):
        fault = ("--event", f"there is no event {min(unknown)}", f"use one of {', '.join(EVENTS)}")
        raise ConfigurationError([fault])
    with _changing(house) as programs:
        secret = programs.tell(name, address, [EventType(one) for one in event or EVENTS], house.signer)
    typer.echo(secret)


@program.command()
def secret(name: Name) -> None:
    """Print a new secret of what is sent to a program. For a day the old one signs as well."""
    house = open_house()
    with _changing(house) as programs:
        made = programs.new_secret(name, house.signer)
    typer.echo(made)


@program.command()
def deliveries(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Those for one program only.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what programs were told of late, and how that went. `aiguillage replay hook:ID` sends what is held again."""
    with open_house().store.reading() as tx:
        rows = tx.hooks.deliveries.newest(limit, name)
    print_rows([_delivery(row) for row in rows], as_json=as_json, empty="Nothing was told.")


@contextmanager
def _changing(house: "House") -> Iterator["Programs"]:
    from desk.api.programs import Programs

    with house.store.transaction("program.command") as tx:
        yield Programs(tx, house.profile, house.clock())


def _day(text: str) -> datetime | None:
    """The begin of that day in UTC, None of ''. Raises ConfigurationError."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ConfigurationError([("--expires", f"{text} is not a day", "write it as 2027-01-31")]) from error


def _row(one: Any, token: Any, now: datetime) -> dict[str, Any]:
    return {
        "name": one.id,
        "role": one.role,
        "token": token.hint,
        "state": _state(one, token, now),
        "ends": _at(token.ends_at),
        "used": _at(token.used_at),
        "told": one.address,
    }


def _state(one: Any, token: Any, now: datetime) -> str:
    from desk.api.entering import ENDS_SOON

    if one.revoked_at is not None:
        return "revoked"
    if token.ends_at is None or token.ends_at > now + ENDS_SOON:
        return "good"
    return "ends soon" if token.ends_at > now else "ended"


def _delivery(row: Any) -> dict[str, Any]:
    return {
        "id": f"hook:{row.id}",
        "program": row.program_id,
        "type": row.type,
        "at": _at(row.created_at),
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "reason": row.last_error,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
