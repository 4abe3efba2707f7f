"""`aiguillage user`: who may sign in, and what they may do."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, print_rows
from cases.secondlevel import Role

if TYPE_CHECKING:
    from app.wiring import House
    from desk.signin.accounts import Accounts

user = typer.Typer(help="Who may sign in, and what they may do.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(metavar="ID", help="The id of an account, or its address.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
RoleOption = Annotated[Role, typer.Option(help="What they may do.")]


@user.command("add")
def add(
    email: Annotated[str, typer.Argument(metavar="ADDRESS")],
    name: Annotated[str, typer.Option(help="How others see them.")] = "",
    role: RoleOption = Role.AGENT,
    identity: Annotated[str, typer.Option("--id", help="That of an agent of the profile, where they are one.")] = "",
) -> None:
    """Add an account, and print a link to choose a password with: it works once, for 24 hours."""
    from desk.signin.accounts import Newcomer

    house = open_house()
    with _changing(house) as accounts:
        found = accounts.add(Newcomer(email=email, name=name, role=role, id=identity))
        secret = accounts.link(accounts.find(found))
    complain(f"{found} is {role}; they choose a password at")
    typer.echo(_address(house, secret))


@user.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List the accounts."""
    house = open_house()
    with house.store.reading() as tx:
        rows, sessions = tx.accounts.all(), tx.accounts.count_sessions(house.clock())
    print_rows(
        [_account(row, sessions.get(row.id, 0)) for row in rows], as_json=as_json, empty="Nobody has an account yet."
    )


@user.command("role")
def give_role(identity: Who, role: Annotated[Role, typer.Argument(metavar="ROLE")]) -> None:
    """Give an account another role. Its sessions end."""
    with _changing(open_house()) as accounts:
        row = accounts.find(identity)
        accounts.give(row, role)
    complain(f"{row.id} is {role}")


@user.command("disable")
def disable(identity: Who) -> None:
    """Let nobody sign in with an account any more. Its sessions end; what it did stays."""
    with _changing(open_house()) as accounts:
        row = accounts.find(identity)
        accounts.disable(row)
    complain(f"{row.id} cannot sign in any more; `aiguillage user enable {row.id}` undoes it")


@user.command("enable")
def enable(identity: Who) -> None:
    """Let an account sign in again."""
    with _changing(open_house()) as accounts:
        row = accounts.find(identity)
        accounts.enable(row)
    complain(f"{row.id} can sign in again")


@user.command("link")
def link(identity: Who) -> None:
    """Print a new link to choose a password with, for who has none or forgot it. Older links are of no more use."""
    house = open_house()
    with _changing(house) as accounts:
        secret = accounts.link(accounts.find(identity))
    typer.echo(_address(house, secret))


@user.command("password")
def password(identity: Who) -> None:
    """Set a password, typed or read from a pipe. Sessions and links of the account end."""
    from desk.signin.accounts import hashed

    asked = sys.stdin.isatty()
    typed = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if asked else sys.stdin.readline()
    kept = hashed(typed.rstrip("\n"))
    with _changing(open_house()) as accounts:
        row = accounts.find(identity)
        accounts.choose(row, kept)
    complain(f"{row.id} has a new password")


@user.command("sessions")
def sessions(identity: Who, as_json: AsJson = False) -> None:
    """List the browsers in which somebody is signed in."""
    house = open_house()
    with _changing(house) as accounts:
        rows = accounts.tx.accounts.sessions(accounts.find(identity).id, house.clock())
    shown = [
        {name: _at(getattr(row, name)) for name in ("opened_at", "seen_at", "ends_at")} | {"how": row.how}
        for row in rows
    ]
    print_rows(shown, as_json=as_json, empty="They are signed in nowhere.")


@user.command("sign-out")
def sign_out(identity: Who) -> None:
    """End every session of an account."""
    with _changing(open_house()) as accounts:
        ended = accounts.sign_out(accounts.find(identity))
    complain(f"{ended} ended")


@user.command("audit")
def audit(
    about: Annotated[str, typer.Argument(metavar="[ID]", help="About one account only.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List who signed in, who could not, and who changed what of accounts, the newest first."""
    with open_house().store.reading() as tx:
        rows = tx.audit.newest(limit, about)
    print_rows([_line(row, as_json=as_json) for row in rows], as_json=as_json, empty="There is nothing yet.")


@contextmanager
def _changing(house: "House") -> Iterator["Accounts"]:
    from desk.signin.accounts import COMMAND, Accounts

    with house.store.transaction("account.command") as tx:
        yield Accounts(tx, house.profile, COMMAND, house.clock())


def _address(house: "House", secret: str) -> str:
    return f"{house.settings.public_url.rstrip('/')}/desk/sign-in/link/{secret}"


def _account(row: Any, sessions: int) -> dict[str, Any]:
    signs_in = [how for how, can in (("password", row.password), ("oidc", row.subject)) if can]
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "signs_in_with": ", ".join(signs_in) or None,
        "disabled": _at(row.disabled_at),
        "sessions": sessions,
    }


def _line(row: Any, *, as_json: bool) -> dict[str, Any]:
    data = row.data if as_json else " ".join(f"{name}={value}" for name, value in row.data.items())
    return {"at": _at(row.at), "actor": row.actor, "action": row.action, "about": row.about, "data": data}


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
