"""Where people answer and note, with the drafts of it, and who else is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from cases.refusal import RefusedError
from desk.case_page import shown
from desk.composer.answering import Fault, Form, answered
from desk.composer.draft import Kind
from desk.composer.posted import Then, written
from desk.composer.there import there
from desk.composer.writing import Writing
from desk.posted import Form as Posted
from desk.said import refused
from desk.service import Service
from ingest.web.uploads import Refused

Number = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
DONE: Mapping[Then, str] = {Then.SEND: "sent", Then.WAIT: "sent_waiting", Then.CLOSE: "sent_closed"}


@dataclass(frozen=True)
class ComposerPages:
    """The form at the end of the timeline, and what its script asks for."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.post(case)(self.write)
        found.post(f"{case}/draft")(self.keep)
        found.post(f"{case}/discard")(self.discard)
        found.post(f"{case}/recall")(self.recall)
        found.post(f"{case}/looking")(self.looking)

    def write(self, request: Request, number: Number, form: Posted) -> Response:
        """Send what was written, or keep it: whatever becomes of it, nothing typed is lost."""
        writing = self._writing(request, number)
        if writing is None:
            return self.service.reader.missing(request)
        if form.unreadable:
            return self._unread(request, number)
        posted = written(form)
        begun, unkept = writing.save(posted)
        if unkept:
            return shown(self.service, request, number, 422, refused=unkept)
        if posted.insert or posted.then is Then.INSERT:
            what, chosen = ("insert", posted.insert) if posted.insert else ("template", posted.template)
            query = f"{what}={quote(chosen, safe='')}"
            return RedirectResponse(f"/desk/cases/{number}?{query}#composer", status_code=303)
        if posted.then is Then.SAVE:
            return RedirectResponse(f"/desk/cases/{number}?done=kept#composer", status_code=303)
        told = Form("write", "noted" if begun.kind is Kind.NOTE else DONE[posted.then], form.fields)
        return answered(self.service, request, number, told, partial(writing.send, begun, posted))

    def keep(self, request: Request, number: Number, form: Posted) -> Response:
        """Keep the draft while somebody writes; when that was, in their words."""
        writing = self._writing(request, number)
        if writing is None:
            return self.service.reader.missing(request)
        if form.unreadable:
            return self._unread(request, number)
        begun, _ = writing.save(written(form))
        t = self.service.reader.words(request)
        return PlainTextResponse("" if begun.is_empty else t("composer.kept", at=t.time(self.service.clock())))

    def discard(self, request: Request, number: Number) -> Response:
        """Forget the draft."""
        writing = self._writing(request, number)
        if writing is None:
            return self.service.reader.missing(request)
        writing.discard()
        return RedirectResponse(f"/desk/cases/{number}?done=discarded", status_code=303)

    def recall(self, request: Request, number: Number) -> Response:
        """Take the last answer back, as long as it has not left."""
        writing = self._writing(request, number)
        if writing is None:
            return self.service.reader.missing(request)
        try:
            writing.recall()
        except RefusedError as error:
            fault = Fault("write", *refused(self.service.reader.words(request), error))
            return shown(self.service, request, number, 422, fault=fault)
        return RedirectResponse(f"/desk/cases/{number}?done=recalled#composer", status_code=303)

    def looking(self, request: Request, number: Number, form: Posted) -> Response:
        """Note that somebody has the case open, or no longer; who else has, in their words."""
        me, now = request.state.person.id, self.service.clock()
        with self.service.store.transaction("case.looking") as tx:
            case = tx.cases.find_number(number)
            if case is None:
                return self.service.reader.missing(request)
            if form.fields.get("gone"):
                tx.looking.gone(case.id, me)
            else:
                tx.looking.note(case.id, me, now, writing=bool(form.fields.get("writing")))
            others = tx.looking.others(case.id, me, now)
        return PlainTextResponse(there(self.service.reader.words(request), others))

    def _unread(self, request: Request, number: str) -> Response:
        """Nothing of it could be read: the draft stays as it was."""
        return shown(self.service, request, number, 400, refused=(Refused("", "together"),))

    def _writing(self, request: Request, number: str) -> Writing | None:
        with self.service.store.reading() as tx:
            case = tx.cases.find_number(number)
        return None if case is None else Writing(self.service, request.state.person, case)
