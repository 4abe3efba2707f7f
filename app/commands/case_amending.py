"""`aiguillage case split`, `requester`, `copy`, `field`, `tag`, `link` and `merge`: what is put right on cases."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.acting import Agent, AsJson, Number, agent_of, desk_of, do, say
from app.commands.common import open_house
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from desk.actions import Join


def split(
    number: Number,
    messages: Annotated[list[int], typer.Option("--message", metavar="ID", help="One that goes; once for each.")],
    subject: Annotated[str, typer.Option(help="The subject of the new case; the message's if absent.")] = "",
    passage: Annotated[
        str, typer.Option(help="Words of that one message; it stays, and they begin the new case.")
    ] = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Open a case of its own for some of a case's messages, or for a part of one."""
    from cases.amending import Cut

    house = open_house()
    cut = Cut(chosen=messages, subject=subject, passage=passage or None)
    done = desk_of(house).split(number, agent_of(house, agent), cut)
    say(done, as_json=as_json)


def requester(
    number: Number,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who asks.")],
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Say who asks: confirms a proposal, or names who called."""
    from cases import amending

    do(number, agent, partial(amending.requester, address=address, name=name), as_json=as_json)


def copy(
    number: Number,
    switch: Annotated[str, typer.Argument(metavar="on | off")],
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Whether who wrote for the requester has a copy of each reply."""
    from cases import amending

    if switch not in ("on", "off"):
        raise ConfigurationError([("copy", f"{switch} is neither", "use on or off")])
    do(number, agent, partial(amending.copy, on=switch == "on"), as_json=as_json)


def field(
    number: Number,
    values: Annotated[list[str], typer.Argument(metavar="NAME=VALUE", help="NAME= empties a field.")],
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Fill in the profile's own fields."""
    from cases import amending

    if unclear := [one for one in values if "=" not in one]:
        raise ConfigurationError([(one, "sets no field", "write it as NAME=VALUE") for one in unclear])
    found = {name: value for name, _, value in (one.partition("=") for one in values)}
    do(number, agent, partial(amending.fields, values=found), as_json=as_json)


Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other case.")]


def link(number: Number, other: Other, agent: Agent = "", as_json: AsJson = False) -> None:
    """Say on both cases that they are about the same; confirms what was proposed."""
    from cases import joining

    _join(joining.link, number, other, agent, as_json=as_json)


def unlink(number: Number, other: Other, agent: Agent = "", as_json: AsJson = False) -> None:
    """Say that they are not; rejects what was proposed."""
    from cases import joining

    _join(joining.unlink, number, other, agent, as_json=as_json)


def merge(number: Number, other: Other, agent: Agent = "", as_json: AsJson = False) -> None:
    """Close a case, and let all that came and comes for it count for another. No mail leaves."""
    from cases import joining

    _join(joining.merge, number, other, agent, as_json=as_json)


def unmerge(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Take a merge back: the case is as it was."""
    from cases import joining

    _join(joining.unmerge, number, "", agent, as_json=as_json)


def _join(action: "Join", number: str, other: str, agent: str, *, as_json: bool) -> None:
    house = open_house()
    say(desk_of(house).join(number, agent_of(house, agent), action, other), as_json=as_json)


def tag(
    number: Number,
    motif: Annotated[str, typer.Option(help="The motif; the case's own if absent.")] = "",
    tool: Annotated[str, typer.Option(help="The tool, or aucun.")] = "",
    scope: Annotated[str, typer.Option(help="The scope.")] = "",
    why: Annotated[str, typer.Option(help="Why, for who trains the next model.")] = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Say what a case is about: confirms its tags, or corrects those that are given."""
    from cases import tagging
    from cases.review import Field

    given = {Field.MOTIF: motif, Field.TOOL: tool, Field.SCOPE: scope}
    chosen = {field: label for field, label in given.items() if label}
    do(
        number,
        agent,
        lambda case, acting: tagging.tag(case, acting, {**tagging.labels_of(case), **chosen}, why),
        as_json=as_json,
    )
