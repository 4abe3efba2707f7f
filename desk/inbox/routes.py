"""The inbox: `/desk/cases`, one view or one search at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from desk import day as days
from desk.inbox import query
from desk.inbox.shown import Shown
from desk.inbox.views import address, counted, read_place, tabs, written_place
from desk.rules import Access
from desk.service import Service
from store.inbox import Place, View, place
from store.search import Found
from store.tx import Transaction

PAGE = 50
Text = Annotated[str, Query(max_length=2_000)]


@dataclass(frozen=True)
class InboxPages:
    """The lists of what came in, as people work through them."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/cases")(self.inbox)

    def inbox(self, request: Request, view: Text = "", q: Text = "", after: Text = "") -> Response:
        """One view, or what a search finds, `PAGE` rows at a time."""
        try:
            chosen, start = View(view or View.OPEN), read_place(after)
        except ValueError:
            return self.service.reader.missing(request)
        return self._search(request, q.strip(), start) if q.strip() else self._view(request, chosen, start)

    def _view(self, request: Request, view: View, start: Place | None) -> Response:
        mine, now = request.state.person.id, self.service.clock()
        with self.service.store.reading() as tx:
            counts, incidents = tx.inbox.counts(mine, now), tx.incidents.running()
            rows = self._rows(tx, view, mine, start)
            sums = self._sum(tx) if view is View.OPEN and start is None else _NO_SUM
        words = self.service.reader.words(request)
        return self._page(
            request,
            rows,
            incidents=incidents,
            view=view,
            tabs=tabs(words, counts, view),
            heading=words(f"inbox.view.{view}"),
            count=counted(counts[view]),
            said=words.count("inbox.found", counts[view]),
            first=address(view=view) if start else "",
            following=address(view=view, after=_last(view, rows)) if len(rows) > PAGE else "",
            **sums,
        )

    def _search(self, request: Request, q: str, start: Place | None) -> Response:
        """What is not understood is said beside the field, and nothing is looked for."""
        asked = query.read(q, query.Reading(self.service.profile, self.service.today))
        with self.service.store.reading() as tx:
            now = self.service.clock()
            counts, incidents = tx.inbox.counts(request.state.person.id, now), tx.incidents.running()
            found = Found([]) if asked.faults else tx.search.find(asked.wanted, start, PAGE + 1)
        words, rows = self.service.reader.words(request), found.rows
        number = counted(len(rows)) if len(rows) <= PAGE else f"{PAGE}+"
        return self._page(
            request,
            rows,
            incidents=incidents,
            q=q,
            asked=asked,
            cut=found.cut,
            tabs=tabs(words, counts, None),
            heading=words("inbox.search.title"),
            count=number,
            said=words.plural("inbox.found", len(rows)).format(n=number),
            first=address(q=q) if start else "",
            following=address(q=q, after=_opened(rows)) if len(rows) > PAGE else "",
        )

    def _page(self, request: Request, rows: Sequence[Any], **values: Any) -> Response:
        words, person = self.service.reader.words(request), request.state.person
        known = {"view": None, "q": "", "asked": None, "cut": False, **_NO_SUM}
        known |= {"rows": rows[:PAGE], "shown": Shown(self.service, words), "today": self.service.today}
        return self.service.reader.page(request, "inbox.html", works=person.may(Access.WORK), **(known | values))

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


_NO_SUM: Mapping[str, Any] = {"total": None, "progress": None}


def _last(view: View, rows: Sequence[Any]) -> str:
    """Where the page that is shown ends."""
    return written_place(place(view, rows[PAGE - 1]))


def _opened(rows: Sequence[Any]) -> str:
    """The same for a search, which lists cases by their age."""
    return written_place(Place(rows[PAGE - 1].opened_at, rows[PAGE - 1].id))
