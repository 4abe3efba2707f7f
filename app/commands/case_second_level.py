"""`aiguillage case escalate`, `tell-n2` and `returned`: a case and the second level."""

from functools import partial
from typing import Annotated

import typer

from app.commands.acting import Agent, AsJson, File, Number, Text, agent_of, desk_of, do, say, written
from app.commands.common import open_house
from cases.errors import ConfigurationError


def escalate(
    number: Number,
    wording: Annotated[str, typer.Option(help="What is wrong, in words of your own.")],
    to: Annotated[str, typer.Option("--to", metavar="N2", help="The second level; that of the tool if absent.")] = "",
    since: Annotated[str, typer.Option(help="Since when.")] = "",
    affected: Annotated[str, typer.Option(help="How many, or who, are affected.")] = "",
    tried: Annotated[str, typer.Option(help="What was tried.")] = "",
    files: Annotated[
        list[int] | None,
        typer.Option("--file", metavar="PLACE", help="A file to go along, as `case show` counts them."),
    ] = None,
    ticket: Annotated[str, typer.Option(help="Its own key, where it has one that we do not know.")] = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Ask the second level. `returned` notes what became of that."""
    from cases.seconding import Wish

    wish = Wish(wording=wording, to=to, since=since, affected=affected, tried=tried, ticket=ticket)
    house = open_house()
    done = desk_of(house).escalate(number, agent_of(house, agent), wish, files or ())
    say(done, as_json=as_json)


def tell(number: Number, text: Text = "", file: File = "", agent: Agent = "", as_json: AsJson = False) -> None:
    """Write to the second level that has the case. Its requester never sees that."""
    from cases import seconding

    do(number, agent, partial(seconding.tell, text=written(text, file)), as_json=as_json)


def returned(
    number: Number,
    outcome: Annotated[
        str, typer.Option(metavar="solved | refused | withdrawn", help="What the second level made of it.")
    ],
    text: Text = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Note that a case came back from the second level. `escalate` sends it again, under the same ticket."""
    from cases import seconding
    from cases.secondlevel import Outcome

    if outcome not in list(Outcome):
        raise ConfigurationError([("--outcome", f"{outcome} is none", f"use one of {', '.join(Outcome)}")])
    do(number, agent, partial(seconding.returned, outcome=Outcome(outcome), text=text), as_json=as_json)
