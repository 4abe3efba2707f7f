"""The demonstration's Jira, as those see it who work there: its tickets; a comment, another status."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from desk.demo import Demo, Ticket
from desk.routes_reader import Reader

HERE = "/desk/demo/jira"
LONGEST = 5_000

Key = Annotated[str, Path(max_length=20, pattern=r"^[A-Z]+-[0-9]+$")]
Field = Annotated[str, Form(max_length=LONGEST)]


@dataclass(frozen=True)
class TicketPages:
    """Only where the demonstration runs."""

    demo: Demo
    reader: Reader

    def add_to(self, found: APIRouter) -> None:
        found.get(HERE)(self.all)
        found.get(HERE + "/{key}")(self.one)
        found.post(HERE + "/{key}/comment")(self.comment)
        found.post(HERE + "/{key}/move")(self.move)

    def all(self, request: Request) -> Response:
        return self.reader.page(request, "tickets.html", tickets=self.demo.jira.all())

    def one(self, request: Request, key: Key) -> Response:
        found = self.demo.jira.find(key)
        return self._page(request, found) if found else self.reader.missing(request)

    def comment(self, request: Request, key: Key, text: Field = "", public: Field = "") -> Response:
        """Comment as somebody there; without a word that is said beside the field."""
        found = self.demo.jira.find(key)
        if found is None:
            return self.reader.missing(request)
        if not text.strip():
            return self._page(request, found, wrong=True)
        self.demo.jira.write(key, text.strip(), public=bool(public))
        return _to(key)

    def move(self, request: Request, key: Key, status: Field = "") -> Response:
        """Give it a status to which its own leads; any other changes nothing."""
        found = self.demo.jira.find(key)
        if found is None:
            return self.reader.missing(request)
        if status in found.ways:
            self.demo.jira.move(key, status)
        return _to(key)

    def _page(self, request: Request, ticket: Ticket, *, wrong: bool = False) -> Response:
        return self.reader.page(request, "ticket.html", status=422 if wrong else 200, ticket=ticket, wrong=wrong)


def _to(key: str) -> Response:
    return RedirectResponse(f"{HERE}/{key}", status_code=303)
