"""What people do beside the timeline of a case: each form is one action, and leads back to the page."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cases import amending, assigning
from cases.review import Field
from cases.routing import Queue
from cases.tagging import tag
from desk.panel.forms import Forms
from desk.panel.posted import Number, Sent
from desk.panel.routes_joining import JoiningPages
from desk.panel.routes_n2 import SecondLevelPages
from desk.service import Service


@dataclass(frozen=True)
class PanelPages:
    """The forms of the panel."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.get(f"{case}/{{form}}")(self.back)
        found.post(f"{case}/tags")(self.tags)
        found.post(f"{case}/priority")(self.priority)
        found.post(f"{case}/take")(self.take)
        found.post(f"{case}/assign")(self.assign)
        found.post(f"{case}/queue")(self.queue)
        found.post(f"{case}/requester")(self.requester)
        found.post(f"{case}/copies")(self.copies)
        found.post(f"{case}/fields")(self.fields)
        found.post(f"{case}/article")(self.article)
        SecondLevelPages(self.service).add_to(found)
        JoiningPages(self.service).add_to(found)

    @property
    def _forms(self) -> Forms:
        return Forms(self.service)

    def back(self, request: Request, number: Number, form: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the case."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/desk/cases/{number}{query}", status_code=303)

    def tags(self, request: Request, number: Number, sent: Sent) -> Response:
        """Confirm or correct the tags."""
        labels = {field: sent[field] for field in Field}
        return self._forms.act(request, number, sent, "tags", partial(tag, labels=labels, why=sent["why"]))

    def priority(self, request: Request, number: Number, sent: Sent) -> Response:
        """Correct impact and urgency."""
        corrected = partial(assigning.prioritise, impact=sent.number("impact"), urgency=sent.number("urgency"))
        return self._forms.act(request, number, sent, "priority", corrected)

    def take(self, request: Request, number: Number, sent: Sent) -> Response:
        return self._forms.act(request, number, sent, "take", assigning.take)

    def assign(self, request: Request, number: Number, sent: Sent) -> Response:
        """Give it to somebody."""
        return self._forms.act(request, number, sent, "assign", partial(assigning.assign, to=sent["agent"]))

    def queue(self, request: Request, number: Number, sent: Sent) -> Response:
        """Hand it to a queue."""
        queue = Queue(sent["queue"]) if sent["queue"] in list(Queue) else Queue.SUPERVISOR
        return self._forms.act(request, number, sent, "queue", partial(assigning.hand_to, queue=queue))

    def requester(self, request: Request, number: Number, sent: Sent) -> Response:
        named = partial(amending.requester, address=sent["address"], name=sent["name"])
        return self._forms.act(request, number, sent, "requester", named)

    def copies(self, request: Request, number: Number, sent: Sent) -> Response:
        """Whether who wrote for the requester has a copy of each reply."""
        return self._forms.act(request, number, sent, "copies", partial(amending.copy, on=sent["on"] == "yes"))

    def fields(self, request: Request, number: Number, sent: Sent) -> Response:
        """Fill in the profile's own fields."""
        known = {one.id: sent[f"field.{one.id}"] for one in self.service.profile.fields}
        return self._forms.act(request, number, sent, "fields", partial(amending.fields, values=known))

    def article(self, request: Request, number: Number, sent: Sent) -> Response:
        """Say that no page helps with such a case, or take that back."""
        said = partial(amending.no_article, on=sent["on"] != "no")
        return self._forms.act(request, number, sent, "article", said)
