"""What is answered to a form of the panel: the page, or the form again and why it could not be done."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from cases.acting import StaleError
from cases.refusal import RefusedError
from cases.timers import Calendars
from desk.actions import Act, Desk, Done
from desk.case_page import shown
from desk.pages import Named
from desk.panel.posted import Posted
from desk.panel.wrong import Wrong
from desk.said import refused, stale
from desk.service import Service


@dataclass(frozen=True)
class Forms:
    """Does what a form asks for, and answers: with the page, or with the form and why it could not be done."""

    service: Service

    @property
    def desk(self) -> Desk:
        one = self.service
        return Desk(one.store, one.profile, one.signer, Calendars(one.profile, one.calendars), one.clock, scan=one.scan)

    def act(self, request: Request, number: str, sent: Posted, section: str, action: Act) -> Response:
        """Do that action to the case, as it was on the page of who sent the form."""
        agent = request.state.person.agent
        return self.done(request, number, sent, section, lambda: self.desk.act(number, agent, action, sent.version))

    def done(self, request: Request, number: str, sent: Posted, section: str, do: Callable[[], Done]) -> Response:
        """Do it, and lead back to the page, which says so."""

        def back() -> Response:
            return RedirectResponse(f"/desk/cases/{do().number}?done={section}#done", status_code=303)

        return self.tried(request, number, sent, section, back)

    def tried(self, request: Request, number: str, sent: Posted, section: str, do: Callable[[], Response]) -> Response:
        """Do it; where that is refused, show the form again with all that was typed."""
        labels = Named(self.service.profile, self.service.reader.words(request))
        try:
            return do()
        except StaleError as error:
            found = stale(labels, error)
            wrong = Wrong(section, sent.values, found.sentence, meanwhile=found.lines)
            return shown(self.service, request, number, 409, wrong=wrong)
        except RefusedError as error:
            wrong = Wrong(section, sent.values, *refused(labels.words, error))
            return shown(self.service, request, number, 422, wrong=wrong)
