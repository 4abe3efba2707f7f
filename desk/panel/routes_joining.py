"""Cases that belong together, from the page of one of them: split, linked, merged, and taken back."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cases import joining
from cases.amending import Cut
from desk.actions import Join
from desk.panel.forms import Forms
from desk.panel.posted import Number, Posted, Sent
from desk.service import Service


@dataclass(frozen=True)
class JoiningPages:
    """The forms about other cases."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        case = "/desk/cases/{number}"
        found.post(f"{case}/split")(self.split)
        found.post(f"{case}/link")(self.link)
        found.post(f"{case}/unlink")(self.unlink)
        found.post(f"{case}/merge")(self.merge)
        found.post(f"{case}/unmerge")(self.unmerge)

    @property
    def _forms(self) -> Forms:
        return Forms(self.service)

    def split(self, request: Request, number: Number, sent: Sent) -> Response:
        """Open a case of its own for some messages, or for a part of one."""
        passage = sent["passage"] if "passage" in sent.values else None
        cut = Cut(chosen=sent.numbers("message"), subject=sent["subject"], passage=passage)
        do = partial(self._forms.desk.split, number, request.state.person.agent, cut, sent.version)
        return self._forms.done(request, number, sent, "split" if passage is None else "part", do)

    def link(self, request: Request, number: Number, sent: Sent) -> Response:
        """Say that another case is about the same; confirms a proposal."""
        return self._join(request, number, sent, "link", joining.link)

    def unlink(self, request: Request, number: Number, sent: Sent) -> Response:
        """Say that it is not; rejects a proposal."""
        return self._join(request, number, sent, "unlink", joining.unlink)

    def merge(self, request: Request, number: Number, sent: Sent) -> Response:
        """Let everything of this case count for another."""
        return self._join(request, number, sent, "merge", joining.merge)

    def unmerge(self, request: Request, number: Number, sent: Sent) -> Response:
        """Take a merge back."""
        return self._join(request, number, sent, "unmerge", joining.unmerge)

    def _join(self, request: Request, number: str, sent: Posted, section: str, action: Join) -> Response:
        agent, other = request.state.person.agent, sent["other"].strip()
        do = partial(self._forms.desk.join, number, agent, action, other, sent.version)
        return self._forms.done(request, number, sent, section, do)
