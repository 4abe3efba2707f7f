"""`aiguillage presence`: who is there, and so who is offered work."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.acting import Agent, agent_of
from app.commands.common import complain, open_house, print_rows

if TYPE_CHECKING:
    from app.wiring import House

presence = typer.Typer(help="Who is there. Work is offered to whoever is.", no_args_is_help=True)


@presence.command("list")
def list_agents(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List the profile's agents: who is there, since when, and how many open cases each has."""
    house = open_house()
    print_rows(_agents(house, as_json=as_json), as_json=as_json, empty="The profile has no agents.")


@presence.command("in")
def come_in(agent: Agent = "") -> None:
    """Come in: what nobody has is offered from now on."""
    _note(agent, present=True)


@presence.command("out")
def go_out(agent: Agent = "") -> None:
    """Go out. Cases that one has stay one's own."""
    _note(agent, present=False)


def _note(agent: str, *, present: bool) -> None:
    from store.tx import Kind

    house = open_house()
    identity = agent_of(house, agent)
    with house.store.transaction("presence") as tx:
        changed = tx.presence.note(identity, house.clock(), present=present)
        tx.wake(Kind.CASE)
    complain(f"{identity} is {'' if changed else 'already '}{'in' if present else 'out'}")


def _agents(house: "House", *, as_json: bool) -> list[dict[str, Any]]:
    agents, zone = house.profile.routing.agents, ZoneInfo(house.profile.timezone)
    with house.store.reading() as tx:
        known = {row.agent: row for row in tx.presence.all()}
        load = tx.presence.load([one.id for one in agents])
    rows = []
    for one in agents:
        row = known.get(one.id)
        present = bool(row and row.present)
        rows.append(
            {
                "agent": one.id,
                "name": one.name,
                "present": present if as_json else "yes" if present else "no",
                "since": _since(row.since, zone, as_json=as_json) if row else None,
                "queues": ", ".join(one.queues),
                "cases": load[one.id],
                "capacity": one.capacity,
            }
        )
    return rows


def _since(at: datetime, zone: ZoneInfo, *, as_json: bool) -> str:
    return at.isoformat(timespec="seconds") if as_json else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
