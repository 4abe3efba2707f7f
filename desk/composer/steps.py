"""Where people close a case without an answer, wait, go on, and open it again."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases import actions
from desk.actions import Act
from desk.composer.answering import Fault, Form, again, answered
from desk.composer.posted import number_in, seen
from desk.composer.routes import Number
from desk.composer.writing import desk_of
from desk.posted import Form as Posted
from desk.service import Service


@dataclass(frozen=True)
class StepPages:
    """The small forms beside the composer."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.post(f"{case}/close")(self.close)
        found.post(f"{case}/wait")(self.wait)
        found.post(f"{case}/resume")(self.resume)
        found.post(f"{case}/reopen")(self.reopen)

    def close(self, request: Request, number: Number, posted: Posted) -> Response:
        """With a word to the requester, or in silence and with the reason; what is at a second level is taken back."""
        fields, form = posted.fields, Form("close", "closed", posted.fields)
        silent, text = fields.get("told") == "silent", fields.get("text", "")
        if silent and not text.strip():
            t = self.service.reader.words(request)
            fault = Fault("close", t("composer.no_reason"), t("composer.no_reason_mend"))
            return again(self.service, request, number, form, fault)
        action = partial(actions.close, text=text, silent=silent, withdraw=bool(fields.get("withdraw")))
        return self._act(request, number, form, action)

    def wait(self, request: Request, number: Number, posted: Posted) -> Response:
        """For the requester, who was asked by other means; as long as the profile says where no days were typed."""
        typed = posted.fields.get("days", "").strip()
        action = partial(actions.wait, days=number_in(typed, -1) if typed else 0)
        return self._act(request, number, Form("wait", "waiting", posted.fields), action)

    def resume(self, request: Request, number: Number, posted: Posted) -> Response:
        """Go on without what was waited for."""
        return self._act(request, number, Form("resume", "resumed", posted.fields), actions.resume)

    def reopen(self, request: Request, number: Number, posted: Posted) -> Response:
        """Open a closed case again."""
        return self._act(request, number, Form("reopen", "reopened", posted.fields), actions.reopen)

    def _act(self, request: Request, number: str, form: Form, action: Act) -> Response:
        do = partial(desk_of(self.service).act, number, request.state.person.agent, action, seen(form.fields))
        return answered(self.service, request, number, form, do)
