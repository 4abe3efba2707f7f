"""The inbox: `/desk/cases`, one view at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from desk import day as days
from desk.inbox.shown import Shown
from desk.inbox.views import address, counted, read_place, tabs, written_place
from desk.service import Service
from store.inbox import Place, View, place
from store.tx import Transaction

PAGE = 50
_NO_SUM: Mapping[str, Any] = {"total": None, "progress": None}
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class InboxPages:
    """The lists of what came in, as people work through them."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/cases")(self.inbox)

    def inbox(self, request: Request, view: Text = "", after: Text = "") -> Response:
        """One view, `PAGE` rows at a time."""
        try:
            chosen, start = View(view or View.OPEN), read_place(after)
        except ValueError:
            return self.service.reader.missing(request)
        mine, now = request.state.person.id, self.service.clock()
        with self.service.store.reading() as tx:
            counts = tx.inbox.counts(mine, now)
            rows = self._rows(tx, chosen, mine, start)
            sums = self._sum(tx) if chosen is View.OPEN and start is None else _NO_SUM
        words = self.service.reader.words(request)
        return self.service.reader.page(
            request,
            "inbox.html",
            view=chosen,
            tabs=tabs(words, counts, chosen),
            heading=words(f"inbox.view.{chosen}"),
            count=counted(counts[chosen]),
            said=words.count("inbox.found", counts[chosen]),
            rows=rows[:PAGE],
            shown=Shown(self.service, words),
            first=address(view=view) if start else "",
            following=self._following(chosen, rows),
            today=self.service.today,
            **sums,
        )

    def _rows(self, tx: Transaction, view: View, mine: str, after: Place | None) -> list[Any]:
        if view is View.CALLBACKS:
            return tx.inbox.callbacks(after, PAGE + 1)
        if view is View.HELD:
            return tx.inbox.held(after, PAGE + 1)
        return tx.inbox.cases(view, mine, self.service.clock(), after, PAGE + 1)

    def _sum(self, tx: Transaction) -> Mapping[str, Any]:
        """How the day adds up, and how far the demonstration is."""
        counts = tx.inbound.balance(*days.bounds(self.service.today, self.service.zone))
        demo = self.service.demo
        return {"total": days.total(days.balances(counts)), "progress": demo.progress if demo else None}

    def _following(self, view: View, rows: list[Any]) -> str:
        """The address of the page after this one, '' where there is none."""
        if len(rows) <= PAGE:
            return ""
        return address(view=view, after=written_place(place(view, rows[PAGE - 1])))
