"""Actions on several cases: the form leads to a page that says what will happen, and that one does it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from desk.inbox.bulk import Bulk
from desk.inbox.order import MOST, Order, order
from desk.inbox.views import PATH
from desk.pages import Named
from desk.panel.posted import Posted, Sent
from desk.routes_files import LARGEST
from desk.service import Service

Identity = Annotated[int, Path(ge=1, le=LARGEST)]


@dataclass(frozen=True)
class BulkPages:
    """Preview, run, result and undo."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.post("/desk/bulk")(self.preview)
        found.post("/desk/bulk/run")(self.run)
        found.get("/desk/bulk/{identity}")(self.result)
        found.post("/desk/bulk/{identity}/undo")(self.undo)

    def preview(self, request: Request, sent: Sent) -> Response:
        """What will happen to each case, and who is written to. Nothing is done yet."""
        asked, wrong = self._read(request, sent)
        if asked is None or wrong:
            words = self.service.reader.words(request)
            return self.service.reader.page(request, "bulk_none.html", status=422, wrong=words(f"bulk.wrong.{wrong}"))
        fates = self._bulk(request).foresee(asked)
        possible = [one for one in fates if not one.cause]
        return self.service.reader.page(request, "bulk.html", order=asked, fates=fates, possible=possible)

    def run(self, request: Request, sent: Sent) -> Response:
        """Do it, and show what became of it."""
        asked, wrong = self._read(request, sent)
        if asked is None or wrong:
            return RedirectResponse(PATH, status_code=303)
        return RedirectResponse(f"/desk/bulk/{self._bulk(request).run(asked)}", status_code=303)

    def result(self, request: Request, identity: Identity) -> Response:
        """What was done and what was not, with the way back."""
        with self.service.store.reading() as tx:
            row = tx.bulks.find(identity, request.state.person.id)
        if row is None:
            return self.service.reader.missing(request)
        return self.service.reader.page(request, "bulk_done.html", row=row)

    def undo(self, request: Request, identity: Identity) -> Response:
        with self.service.store.reading() as tx:
            row = tx.bulks.find(identity, request.state.person.id)
        if row is None:
            return self.service.reader.missing(request)
        self._bulk(request).undo(row)
        return RedirectResponse(f"/desk/bulk/{identity}", status_code=303)

    def _bulk(self, request: Request) -> Bulk:
        labels = Named(self.service.profile, self.service.reader.words(request))
        return Bulk(self.service, request.state.person, labels)

    def _read(self, request: Request, sent: Posted) -> tuple[Order | None, str]:
        """What is asked for, and what is wrong with it, '' where nothing is."""
        asked = order(sent)
        if asked is None:
            return None, "action"
        if not asked.cases:
            return asked, "none"
        return asked, "many" if len(asked.cases) > MOST else self._bulk(request).lacks(asked)
