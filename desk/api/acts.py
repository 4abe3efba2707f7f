"""What can be done with a case, each as an operation: what it is sent, and what is done then (docs/actions.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cases import actions, amending, assigning, joining, seconding
from cases.review import Field
from cases.routing import Agent
from cases.tagging import tag
from desk.actions import Act, Desk, Done, Join
from desk.api import orders

Said = Any
"""What was sent, of the operation's own shape."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The case that a program acts on, and the version of it that it has seen."""

    desk: Desk
    number: str
    agent: Agent
    version: int | None

    def act(self, action: Act) -> Done:
        return self.desk.act(self.number, self.agent, action, self.version)

    def join(self, action: Join, other: str = "") -> Done:
        return self.desk.join(self.number, self.agent, action, other, self.version)


@dataclass(frozen=True, slots=True)
class Operation:
    """`does` says what it does, in a line."""

    does: str
    body: type[orders.Order]
    do: Callable[[Asked, Said], Done]


def _reply(asked: Asked, said: orders.Reply) -> Done:
    return asked.act(partial(actions.reply, text=said.text, wait=said.wait, end=said.close))


def _tag(asked: Asked, said: orders.Tag) -> Done:
    labels = {Field.MOTIF: said.motif, Field.TOOL: said.tool, Field.SCOPE: said.scope}
    return asked.act(partial(tag, labels=labels, why=said.why))


def _escalate(asked: Asked, said: orders.Escalate) -> Done:
    wish = seconding.Wish(
        wording=said.wording,
        to=said.to,
        since=said.since,
        affected=said.affected,
        tried=said.tried,
        ticket=said.ticket,
    )
    return asked.desk.escalate(asked.number, asked.agent, wish, said.files, asked.version)


def _split(asked: Asked, said: orders.Split) -> Done:
    cut = amending.Cut(chosen=said.messages, subject=said.subject, passage=said.passage)
    return asked.desk.split(asked.number, asked.agent, cut, asked.version)


def _acting(action: Any, *names: str) -> Callable[[Asked, Said], Done]:
    """The action with what was sent under these names, which are its own."""
    return lambda asked, said: asked.act(partial(action, **{name: getattr(said, name) for name in names}))


def _joining(action: Join) -> Callable[[Asked, Said], Done]:
    return lambda asked, said: asked.join(action, said.case)


OPERATIONS: Mapping[str, Operation] = {
    "reply": Operation("Answer the requester", orders.Reply, _reply),
    "note": Operation("Write something down for the team", orders.Note, _acting(actions.note, "text")),
    "take": Operation("Make the case one's own", orders.Nothing, _acting(assigning.take)),
    "assign": Operation("Give it to somebody", orders.Assign, _acting(assigning.assign, "to")),
    "queue": Operation("Hand it to a queue", orders.ToQueue, _acting(assigning.hand_to, "queue")),
    "priority": Operation(
        "Correct impact and urgency", orders.Prioritise, _acting(assigning.prioritise, "impact", "urgency")
    ),
    "wait": Operation("Wait for the requester", orders.Wait, _acting(actions.wait, "days")),
    "resume": Operation("Go on without them", orders.Nothing, _acting(actions.resume)),
    "close": Operation("Close it", orders.Close, _acting(actions.close, "text", "silent", "withdraw")),
    "reopen": Operation("Open it again", orders.Nothing, _acting(actions.reopen)),
    "tags": Operation("Confirm or correct its tags", orders.Tag, _tag),
    "requester": Operation("Say who asks", orders.Requester, _acting(amending.requester, "address", "name")),
    "copies": Operation("Copy who wrote for the requester", orders.Copies, _acting(amending.copy, "on")),
    "fields": Operation("Fill in the service's own fields", orders.OwnFields, _acting(amending.fields, "values")),
    "escalate": Operation("Ask the second level", orders.Escalate, _escalate),
    "tell-n2": Operation("Write to the second level that has it", orders.Note, _acting(seconding.tell, "text")),
    "returned": Operation(
        "Note what became of it there", orders.Returned, _acting(seconding.returned, "outcome", "text")
    ),
    "split": Operation("Make a part of it a case of its own", orders.Split, _split),
    "link": Operation("Say that another case is about the same", orders.Other, _joining(joining.link)),
    "unlink": Operation("Say that it is not", orders.Other, _joining(joining.unlink)),
    "merge": Operation("Let all of it count for another case", orders.Other, _joining(joining.merge)),
    "unmerge": Operation("Take a merge back", orders.Nothing, lambda asked, _: asked.join(joining.unmerge)),
}
"""By the last part of their address."""
