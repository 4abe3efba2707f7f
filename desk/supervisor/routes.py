"""`/desk/supervisor`: what no rule took, who asks for help, who is there with how much, and what waits where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from cases.figures import Figure, Window
from cases.helping import HELP
from cases.routing import Agent, Queue
from cases.secondlevel import Role
from desk import day as days
from desk.inbox.shown import Shown
from desk.pages import Named
from desk.panel.posted import Posted, Sent
from desk.service import Service
from desk.shown import Shown as ShownFigure
from desk.signin.paths import PLAIN
from desk.supervisor.routes_help import HelpPages
from ingest.voice.reporting import ALL, Reporting
from store.audit import Noted
from store.supervision import Heap
from store.tx import Kind, Transaction

PAGE = "/desk/supervisor"
LISTED = 50
WAIT = "mean_wait"
Name = Annotated[str, Query(max_length=64, pattern=PLAIN)]


@dataclass(frozen=True, slots=True)
class Place:
    """One of the profile's people: whether they are there, since when, and what they have."""

    agent: Agent
    present: bool
    since: Any
    heap: Heap

    @property
    def full(self) -> bool:
        return self.heap.cases >= self.agent.capacity


@dataclass(frozen=True)
class SupervisorPages:
    """For those who lead."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.show)
        found.post(f"{PAGE}/presence")(self.presence)
        HelpPages(self.service).add_to(found)

    def show(self, request: Request, queue: Name = "", agent: Name = "", done: Name = "") -> Response:
        """The team and its queues; the cases of one person or queue, else those that no rule took, and where there are
        none, what waits in another."""
        people = [one for one in self.service.profile.routing.agents if one.role is not Role.AUDITOR]
        whose = next((one for one in people if one.id == agent), None)
        with self.service.store.reading() as tx:
            values = self._places(tx, people)
            where = Queue(queue) if queue in list(Queue) else _fullest(values["heaps"])
            rows = tx.supervision.of_agent(agent, LISTED) if whose else tx.supervision.of_queue(where, LISTED)
            flagged = tx.supervision.flagged(HELP, LISTED)
            incidents = tx.incidents.running()
        words = self.service.reader.words(request)
        return self.service.reader.page(
            request,
            "supervisor.html",
            rows=rows,
            flagged=flagged,
            heading=self._heading(request, whose, where),
            whose=whose,
            where=where,
            queues=tuple(Queue),
            incidents=incidents,
            shown=Shown(self.service, words),
            today=self.service.today,
            listed=LISTED,
            wait=ShownFigure(self._wait(), words),
            done=done,
            **values,
        )

    def presence(self, request: Request, sent: Sent) -> Response:
        """Note that somebody came or went; what nobody has is offered anew."""
        known = {one.id for one in self.service.profile.routing.agents}
        if sent["agent"] not in known:
            return self.service.reader.missing(request)
        self.service.store.run("presence", lambda tx: self._note(tx, request.state.person.id, sent))
        return RedirectResponse(f"{PAGE}?done=presence#team-title", status_code=303)

    def _note(self, tx: Transaction, actor: str, sent: Posted) -> None:
        now, present = self.service.clock(), sent["present"] == "yes"
        if tx.presence.note(sent["agent"], now, present=present):
            tx.audit.note(Noted.PRESENCE, now, actor, sent["agent"], {"present": present})
            tx.wake(Kind.CASE)

    def _places(self, tx: Transaction, people: list[Agent]) -> dict[str, Any]:
        there = {row.agent: row for row in tx.presence.all()}
        heaps = tx.supervision.by_agent([one.id for one in people])
        places = [
            Place(one, bool(row and row.present), row.since if row else None, heaps.get(one.id, Heap()))
            for one in people
            for row in [there.get(one.id)]
        ]
        return {"places": places, "heaps": tx.supervision.by_queue(tuple(Queue))}

    def _wait(self) -> Figure:
        """How long callers waited today, on all lines."""
        since, until = days.bounds(self.service.today, self.service.zone)
        reporting = Reporting(self.service.store, self.service.profile, self.service.calendars)
        figures = reporting.figures(Window(since, until, self.service.clock()))[ALL]
        return next(one for one in figures if one.name == WAIT)

    def _heading(self, request: Request, whose: Agent | None, where: Queue) -> str:
        words = self.service.reader.words(request)
        if whose:
            return words("supervisor.of_agent", who=Named(self.service.profile, words).agent(whose.id))
        return words("supervisor.unruled") if where is Queue.SUPERVISOR else words(f"queue.{where}")


def _fullest(heaps: Mapping[str, Heap]) -> Queue:
    """The queue that is shown where none is asked for: who leads opens the page for what nobody has."""
    waiting = [queue for queue in (Queue.SUPERVISOR, *Queue) if heaps.get(queue, Heap()).cases]
    return waiting[0] if waiting else Queue.SUPERVISOR
