"""«Try a mail»: what would happen if it came now. Nothing is written, and nothing is sent."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases.due import ClockKind
from cases.errors import AiguillageError
from desk.posted import Form
from desk.service import Service
from desk.settings.trying import Draft, draft, mail

PAGE = "/desk/settings/try"


@dataclass(frozen=True)
class TrialPages:
    """The form, and the same form with what was found out."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(PAGE)(self.form)
        found.post(PAGE)(self.try_out)

    def form(self, request: Request) -> Response:
        return self._page(request, Draft(mailbox=self.service.profile.mailboxes[0].name))

    def try_out(self, request: Request, posted: Form) -> Response:
        """Read, tag and decide the mail as intake would."""
        typed, backstage = draft(posted, self.service), self.service.backstage
        if typed.fault or backstage is None:
            return self._page(request, typed, fault=typed.fault or "nowhere", status=422)
        try:
            found, mails = backstage.trials.mail(mail(typed, self.service), typed.mailbox)
        except (AiguillageError, ValueError) as error:
            return self._page(request, typed, fault="unreadable", why=str(error), status=422)
        return self._page(request, typed, found=found, mails=mails)

    def _page(self, request: Request, typed: Draft, *, status: int = 200, **said: Any) -> Response:
        unsaid = {"found": None, "mails": (), "fault": "", "why": ""}
        values = {"typed": typed, "boxes": self.service.profile.mailboxes, "clocks": tuple(ClockKind)}
        return self.service.reader.page(request, "settings_try.html", status=status, **(values | unsaid | said))
