"""The second level from the page of a case: asking it, writing to it, noting what came back."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases import seconding
from cases.secondlevel import Outcome
from desk.case_page import shown
from desk.panel.forms import Forms
from desk.panel.posted import Number, Posted, Sent
from desk.panel.wrong import Wrong
from desk.service import Service
from notify.preview import preview


@dataclass(frozen=True)
class SecondLevelPages:
    """The forms about the second level."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.post(f"{case}/escalate")(self.escalate)
        found.post(f"{case}/tell")(self.tell)
        found.post(f"{case}/returned")(self.returned)

    @property
    def _forms(self) -> Forms:
        return Forms(self.service)

    def escalate(self, request: Request, number: Number, sent: Sent) -> Response:
        """Ask the second level, or show what it would read."""
        if sent["preview"]:
            return self._forms.tried(request, number, sent, "escalate", partial(self._preview, request, number, sent))
        agent, files = request.state.person.agent, sent.numbers("file")
        do = partial(self._forms.desk.escalate, number, agent, _wish(sent), files, sent.version)
        return self._forms.done(request, number, sent, "escalate", do)

    def tell(self, request: Request, number: Number, sent: Sent) -> Response:
        """Write to the second level that has the case."""
        return self._forms.act(request, number, sent, "tell", partial(seconding.tell, text=sent["text"]))

    def returned(self, request: Request, number: Number, sent: Sent) -> Response:
        """Note what came back."""
        outcome = Outcome(sent["outcome"]) if sent["outcome"] in list(Outcome) else Outcome.REFUSED
        noted = partial(seconding.returned, outcome=outcome, text=sent["text"])
        return self._forms.act(request, number, sent, "returned", noted)

    def _preview(self, request: Request, number: str, sent: Posted) -> Response:
        desk = self._forms.desk
        mail = desk.asked(number, request.state.person.agent, _wish(sent), sent.numbers("file"))
        found = preview(mail, desk.profile, desk.signer, desk.clock())
        return shown(self.service, request, number, wrong=Wrong("escalate", sent.values), preview=found)


def _wish(sent: Posted) -> seconding.Wish:
    return seconding.Wish(
        wording=sent["wording"],
        to=sent["to"],
        since=sent["since"],
        affected=sent["affected"],
        tried=sent["tried"],
        ticket=sent["ticket"],
    )
