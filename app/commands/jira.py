"""`aiguillage jira`: whether it fits, and cases pushed and looked at by hand."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, print_json, print_rows
from cases.errors import AiguillageError, ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House

jira = typer.Typer(help="The tickets that cases have in Jira Service Management.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Number = Annotated[str, typer.Argument(help="The case's number.")]
Checked = dict[str, str]
"""`what` was asked, the `verdict` (ok, warning, expired, wrong), and what was `said`."""

ROUNDS = 200
"""Batches that a command works at most: what is left then, the service does."""


@jira.command()
def check(as_json: AsJson = False) -> None:
    """Ask Jira whether everything fits. Credentials, rights, project, fields, statuses, age of the token."""
    from app.jira import WARNED, expires_in

    house = _house()
    found = list(_checked(house))
    for days in expires_in(house.settings, house.clock()):
        verdict = "expired" if days < 0 else "warning" if days <= WARNED.days else "ok"
        found.append(_row("token", verdict, f"{days} days left"))
    print_rows(found, as_json=as_json, empty="")
    raise typer.Exit(1 if any(one["verdict"] in ("wrong", "expired") for one in found) else 0)


def _checked(house: "House") -> Iterator[Checked]:
    """One row for each thing that was asked, as far as one leads to the next."""
    from notify.jira.answers import AwayError, DeniedError
    from notify.jira.project import MisfitError, lacking_rights

    office = house.ticketing.office
    asked: dict[str, Callable[[], str]] = {
        "account": office.account,
        "project": lambda: f"service desk {office.project().desk}, request type {office.project().request_type}",
        "rights": lambda: _rights(lacking_rights(office.client, house.profile.jira)),
        "transitions": lambda: _transitions(house),
    }
    for what, ask in asked.items():
        try:
            yield _row(what, "ok", ask())
        except MisfitError as error:
            yield from (_row(key, "wrong", f"{cause}; {mend}") for key, cause, mend in error.faults)
        except (AwayError, DeniedError, AiguillageError) as error:
            yield _row(what, "wrong", str(error))
            if isinstance(error, AwayError):
                return


def _row(what: str, verdict: str, said: str) -> Checked:
    return {"what": what, "verdict": verdict, "said": said}


def _transitions(house: "House") -> str:
    """Where the newest ticket can go from where it is: a workflow is only shown issue by issue."""
    with house.store.reading() as tx:
        newest = tx.tickets.latest()
    if newest is None:
        return "no ticket yet, on which they could be seen"
    ways = house.ticketing.office.client.transitions(newest.key)
    return f"{newest.key} leads from {newest.status} to {', '.join(one.to for one in ways) or 'nowhere'}"


def _rights(lacking: list[str]) -> str:
    if lacking:
        raise AiguillageError(f"the account lacks {', '.join(lacking)}: give it a role of the project that has them")
    return "all that are needed"


@jira.command()
def push(number: Number, as_json: AsJson = False) -> None:
    """Give a case its ticket, or try again what is held aside for it, now."""
    from cases.ticket import created
    from desk.jira.following import queue

    house = _house()
    case = _case(house, number)

    def again(tx: Any) -> None:
        held = [row.id for row in tx.tickets.pushes.of_case(case.id)]
        tx.tickets.pushes.replay(held, house.clock())
        queue(tx, [created(case.id)], house.clock())

    house.store.run("ticket.by_hand", again)
    for _ in range(ROUNDS):
        if not house.ticketing.pusher.process():
            break
    _say(house, case, as_json=as_json)


@jira.command()
def pull(number: Number, as_json: AsJson = False) -> None:
    """Look at a case's ticket now: comments and status."""
    house = _house()
    case = _case(house, number)
    house.store.run("ticket.by_hand", lambda tx: tx.tickets.look_soon([case.id], house.clock()))
    for _ in range(ROUNDS):
        if not house.ticketing.looking.process():
            break
    _say(house, case, as_json=as_json)


def _house() -> "House":
    house = open_house()
    if not house.profile.jira.is_on:
        raise ConfigurationError(
            [("jira", "the profile has none", "add [jira] with push to cases.toml (docs/jira.md)")]
        )
    return house


def _case(house: "House", number: str) -> Any:
    with house.store.reading() as tx:
        found = tx.cases.find_number(number.strip().upper())
    if found is None:
        raise AiguillageError(f"there is no case {number}")
    return found


def _say(house: "House", case: Any, *, as_json: bool) -> None:
    """The ticket as it stands, and what waits; exit 1 where something does."""
    with house.store.reading() as tx:
        ticket, waits = tx.tickets.of_case(case.id), tx.tickets.pushes.of_case(case.id)
    reasons = [row.last_error for row in waits if row.last_error]
    reasons += [ticket.last_error] if ticket and ticket.last_error else []
    said = {
        "case": case.number,
        "ticket": ticket.key if ticket else None,
        "status": ticket.status if ticket else None,
        "link": ticket.link if ticket else None,
        "waiting": len(waits),
        "reason": reasons[0] if reasons else None,
    }
    if as_json:
        print_json(said)
    else:
        print_rows([said], as_json=False, empty="")
    if reasons:
        complain("something waits; `aiguillage failed` lists what is held aside")
        raise typer.Exit(1)
