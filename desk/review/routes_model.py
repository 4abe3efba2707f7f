"""The model that tags messages: its scores, those that could take its place, and how it does over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from cases.errors import AiguillageError
from cases.review import Field
from classify.agreement import agreement
from classify.drift import Tagged, Week
from classify.drift import weeks as by_week
from desk.backstage import Models, Use
from desk.going_back import back_to
from desk.panel.posted import Posted, Sent
from desk.service import Service
from store.audit import Noted

PAGE = "/desk/model"
WEEKS = 8
CASES = 2_500
"""Of the newest so many cases the weeks are told: the page costs the same however many there are."""
COMPARED = 1_000
SCORES = ("category macro-F1", "motif macro-F1", "tool macro-F1", "scope macro-F1", "incident recall")
"""What stands first of a card; the names are those of `classify.evaluation`."""
REST = ("incident flagged", "accepted without review", "accepted and right", "language", "motif calibration error")


@dataclass(frozen=True)
class ModelPages:
    """For those who lead: nothing here tags anything anew."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.show)
        found.get(f"{PAGE}/{{form}}")(self.reload)
        found.post(f"{PAGE}/compare")(self.compare)
        found.post(f"{PAGE}/promote")(self.promote)
        found.post(f"{PAGE}/back")(self.back)
        found.post(f"{PAGE}/beside")(self.beside)

    def show(self, request: Request, done: Literal["promoted", "back", "beside", "alone", ""] = "") -> Response:
        return self._page(request, done=done)

    def reload(self, request: Request, form: str) -> Response:
        """Whoever loads the answer to a form again, or asks for it in another language, sees the page."""
        return back_to(request, PAGE)

    def compare(self, request: Request, sent: Sent) -> Response:
        """The figures of both on the golden set, and whether it may take the other's place. Nothing is changed."""
        return self._tried(request, sent, lambda models: self._judged(request, sent, models))

    def promote(self, request: Request, sent: Sent) -> Response:
        """Put it into use from the next start on, unless the comparison refuses it."""

        def promoted(models: Models) -> Response:
            refused = models.promote(sent["version"]).refused
            if not refused:
                self._note(request, "promoted", sent["version"])
            return self._judged(request, sent, models, 422) if refused else _back_to("promoted")

        return self._tried(request, sent, promoted)

    def back(self, request: Request, sent: Sent) -> Response:
        """The one before, from the next start on."""

        def gone_back(models: Models) -> Response:
            self._note(request, "back", models.back())
            return _back_to("back")

        return self._tried(request, sent, gone_back)

    def beside(self, request: Request, sent: Sent) -> Response:
        """Let a model run beside the one in use, or none."""

        def run(models: Models) -> Response:
            models.beside(sent["version"])
            self._note(request, "beside", sent["version"])
            return _back_to("beside" if sent["version"] else "alone")

        return self._tried(request, sent, run)

    def _note(self, request: Request, how: str, version: str) -> None:
        """Who chose it, in the audit."""
        with self.service.store.transaction("desk.model") as tx:
            data = {"how": how, "version": version}
            tx.audit.note(Noted.MODEL, self.service.clock(), request.state.person.id, "", data)

    def _judged(self, request: Request, sent: Posted, models: Models, status: int = 200) -> Response:
        verdict = models.judge(sent["version"])
        return self._page(request, status=status, verdict=verdict, judged=sent["version"])

    def _tried(self, request: Request, sent: Posted, do: Callable[[Models], Response]) -> Response:
        """Do it; what cannot be done is said on the page, in the words of the command."""
        backstage = self.service.backstage
        if backstage is None:
            return self._page(request, status=422)
        try:
            return do(backstage.models)
        except AiguillageError as error:
            return self._page(request, status=422, fault=str(error), judged=sent["version"])

    def _page(self, request: Request, *, status: int = 200, **said: Any) -> Response:
        service, now = self.service, self.service.clock()
        models = service.backstage.models if service.backstage else None
        cards = models.cards() if models else ()
        shadow = next((one.version for one in cards if one.use is Use.SHADOW), "")
        with service.store.reading() as tx:
            rows = tx.tagged.newest(now - timedelta(weeks=WEEKS), CASES)
            compared = tx.tagged.compared(shadow, COMPARED) if shadow else []
        values: dict[str, Any] = {
            "cards": cards,
            "running": models.running if models else "",
            "in_use": next((one.version for one in cards if one.use is Use.IN_USE), ""),
            "before": any(one.use is Use.BEFORE for one in cards),
            "shadow": shadow,
            "agreement": agreement(compared),
            "compared": len(compared),
            "differing": [row for row in compared if row.differs][:10],
            "fields": tuple(Field),
            "scores": SCORES,
            "rest": REST,
            "weeks": self._weeks(rows),
            "cut": len(rows) == CASES,
        }
        unsaid = {"done": "", "fault": "", "verdict": None, "judged": ""}
        return service.reader.page(request, "model.html", status=status, **(values | unsaid | said))

    def _weeks(self, rows: Sequence[Any]) -> list[Week]:
        tagged = [Tagged(row.opened_at, row.motif, row.confidence, row.review, row.changed) for row in rows]
        return by_week(tagged, self.service.zone)


def _back_to(done: str) -> Response:
    return RedirectResponse(f"{PAGE}?done={done}", status_code=303)
