"""`aiguillage case`: what people do with a case, each a command of its own."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import case_amending, case_second_level, case_show
from app.commands.acting import Agent, AsJson, File, Number, Text, do, written
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from cases.routing import Queue


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

    do(number, agent, partial(actions.reply, text=written(text, file), wait=wait, end=close), as_json=as_json)


def note(number: Number, text: Text = "", file: File = "", agent: Agent = "", as_json: AsJson = False) -> None:
    """Write something down for the team."""
    from cases import actions

    do(number, agent, partial(actions.note, text=written(text, file)), as_json=as_json)


def wait(
    number: Number,
    days: Annotated[
        int,
        typer.Option(show_default=False, help="Silence after which they are reminded; as the profile says if absent."),
    ] = 0,
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Wait for the requester. `resume` is the way back."""
    from cases import actions

    do(number, agent, partial(actions.wait, days=days), as_json=as_json)


def resume(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Go on without what was waited for."""
    from cases import actions

    do(number, agent, actions.resume, as_json=as_json)


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

    words = written(text, file) if text or file else ""
    do(number, agent, partial(actions.close, text=words, silent=silent, withdraw=withdraw), as_json=as_json)


def reopen(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Open a closed case again, or bring back one that was taken for spam."""
    from cases import actions

    do(number, agent, actions.reopen, as_json=as_json)


def take(number: Number, agent: Agent = "", as_json: AsJson = False) -> None:
    """Make a case one's own. `assign --queue` is the way back."""
    from cases import assigning

    do(number, agent, assigning.take, as_json=as_json)


def assign(
    number: Number,
    to: Annotated[str, typer.Option(metavar="AGENT", help="Who is to have it.")] = "",
    queue: Annotated[str, typer.Option(metavar="QUEUE", help="The queue that it waits in from now on.")] = "",
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Give a case to somebody, or hand it to a queue, where it is offered to whoever is free."""
    from cases import assigning

    if bool(to) == bool(queue):
        raise ConfigurationError([("--to, --queue", "one of both says where it goes", "give one of them")])
    given = partial(assigning.assign, to=to) if to else partial(assigning.hand_to, queue=_queue(queue))
    do(number, agent, given, as_json=as_json)


def prioritise(
    number: Number,
    impact: Annotated[int, typer.Option(help="1 (highest) to 3.")],
    urgency: Annotated[int, typer.Option(help="1 (highest) to 3.")],
    agent: Agent = "",
    as_json: AsJson = False,
) -> None:
    """Correct impact and urgency; the priority follows, and so do the clocks, from the first moment on."""
    from cases import assigning

    do(number, agent, partial(assigning.prioritise, impact=impact, urgency=urgency), as_json=as_json)


def _queue(name: str) -> "Queue":
    from cases.routing import Queue

    if name not in list(Queue):
        raise ConfigurationError([("--queue", f"there is no queue {name}", f"use one of {', '.join(Queue)}")])
    return Queue(name)


case = typer.Typer(help="What people do with a case. Every action stands on its timeline.", no_args_is_help=True)
case.command("list")(case_show.list_cases)
case.command()(case_show.search)
case.command()(case_show.show)
case.command()(reply)
case.command()(note)
case.command()(take)
case.command()(assign)
case.command()(prioritise)
case.command()(wait)
case.command()(resume)
case.command()(case_second_level.escalate)
case.command("tell-n2")(case_second_level.tell)
case.command()(case_second_level.returned)
case.command()(close)
case.command()(reopen)
case.command()(case_amending.split)
case.command()(case_amending.requester)
case.command()(case_amending.copy)
case.command()(case_amending.field)
case.command()(case_amending.tag)
case.command()(case_amending.link)
case.command()(case_amending.unlink)
case.command()(case_amending.merge)
case.command()(case_amending.unmerge)
