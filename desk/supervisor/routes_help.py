"""A word among ourselves about a case, from its page: help is asked for, answered, and read."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases.helping import advise, ask_for_help, read_advice
from desk.panel.forms import Forms
from desk.panel.posted import Number, Sent
from desk.service import Service


@dataclass(frozen=True)
class HelpPages:
    """The forms of that section of the panel."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.post(f"{case}/help")(self.ask)
        found.post(f"{case}/advise")(self.advise)
        found.post(f"{case}/advice-read")(self.read)

    def ask(self, request: Request, number: Number, sent: Sent) -> Response:
        """Ask who leads for help."""
        return self._forms.act(request, number, sent, "help", partial(ask_for_help, text=sent["text"]))

    def advise(self, request: Request, number: Number, sent: Sent) -> Response:
        """Answer it, or write by oneself to who has the case."""
        return self._forms.act(request, number, sent, "advise", partial(advise, text=sent["text"]))

    def read(self, request: Request, number: Number, sent: Sent) -> Response:
        return self._forms.act(request, number, sent, "advice_read", read_advice)

    @property
    def _forms(self) -> Forms:
        return Forms(self.service)
