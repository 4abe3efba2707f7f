"""The public form: three short steps, without script, kept between them.

Who it is says a secret that only their browser has, in a cookie and in the page itself, so that browsers without
cookies get through as well. Programs are kept out without a puzzle: by a field that people do not see, by the time that
reading takes, and by a rate for each network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from hmac import compare_digest
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from desk.form_page import FORM, ORDER, FormPage, Shown, Step
from desk.posted import Form, Posted
from desk.rates import Rate
from desk.service import Service
from desk.signin.network import network_of
from ingest.web.answers import CHOICE, typed
from ingest.web.drafts import KEPT, Draft, digest_of, is_secret, new_secret
from ingest.web.uploads import Looked, look

log = structlog.get_logger()

COOKIE = "form_draft"
HIDDEN = "website"
"""The field that people do not see."""
FASTEST = timedelta(seconds=3)
"""Nobody chooses, writes and checks sooner than this after their first step."""
STEPS_FOR_EACH = 12
"""Requests that one form may take on its way."""
DROP = "drop."
"""How the word of a button begins that takes a file back."""

Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Again = Annotated[str, Query(max_length=5)]


@dataclass(frozen=True)
class FormPages:
    """Where citizens write to us."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(FORM)(self.form)
        found.post(FORM)(self.post)
        found.get(f"{FORM}/sent/{{key}}")(self.sent)

    def form(self, request: Request, step: str = "", clear: str = "") -> Response:
        """The form, where its reader stood, or filled in as far as a link does it."""
        if not self.service.profile.web_form.themes:
            return self.service.reader.missing(request)
        secret = self._secret(request) or new_secret()
        draft = self.service.drafts.find(secret)
        if filled := self.page.prefilled(request):
            draft = replace(draft, answers={**draft.answers, **filled})
        shown = Shown(step=self.page.at(step, draft), draft=draft, secret=secret, clearing=bool(clear))
        return self._remember(request, self.page.answer(request, shown), secret)

    def post(self, request: Request, posted: Form) -> Response:
        """One step further, or back, or sent."""
        if not self.service.profile.web_form.themes:
            return self.service.reader.missing(request)
        secret = posted.fields.get("draft", "")
        secret = secret if is_secret(secret) else self._secret(request) or new_secret()
        if self.service.reception.find(digest_of(secret)):
            return RedirectResponse(f"{FORM}/sent/{digest_of(secret)}?again=1", status_code=303)
        do = posted.fields.get("do", "on")
        draft = self.service.drafts.find(secret)
        if do == "anew":
            self.service.drafts.forget(draft)
            return self._forget(RedirectResponse(FORM, status_code=303))
        return self._step(request, posted, _Asked(secret, draft, do, _step(posted)))

    def sent(self, request: Request, key: Key, again: Again = "") -> Response:
        """The number, and what happens next."""
        row = self.service.reception.find(key)
        if row is None:
            return self.service.reader.missing(request)
        return self.page.sent(request, row, bool(again))

    def _step(self, request: Request, posted: Posted, asked: "_Asked") -> Response:
        draft = replace(asked.draft, answers=_merged(asked.draft.answers, posted.fields, asked.step))
        if not self._steps.allows(network_of(request)) or posted.unreadable or posted.fields.get(HIDDEN):
            notice = "not_read" if posted.unreadable else "too_often" if not posted.fields.get(HIDDEN) else "robot"
            return self._shown(request, asked, Shown(step=asked.step, draft=draft, secret=asked.secret, notice=notice))
        looked = look(posted.files, draft.files)
        dropped = [asked.do.removeprefix(DROP)] if asked.do.startswith(DROP) else []
        draft = self.service.drafts.keep(draft, looked, dropped)
        if asked.do == "save":
            return Response(status_code=204)
        return self._go(request, posted, replace(asked, draft=draft), looked)

    def _go(self, request: Request, posted: Posted, asked: "_Asked", looked: Looked) -> Response:
        """To the step that the button names, unless something is in the way."""
        forward = asked.do in ("on", "send")
        shown = Shown(
            step=asked.step,
            draft=asked.draft,
            secret=asked.secret,
            faults=self.page.faults(asked.step, asked.draft.answers) if forward else {},
            refused=looked.refused,
            notice="too_large" if posted.too_large else "",
        )
        if shown.faults and asked.step is Step.CHECK:  # what was typed is not there any more
            gone = self.page.at(Step.CHECK, asked.draft)
            shown = replace(shown, step=gone, faults={}, notice="gone")
        if shown.status != 200:
            return self._shown(request, asked, shown)
        if asked.do == "send":
            return self._send(request, asked, shown)
        here = ORDER.index(asked.step)
        there = {"on": here + 1, "back": here - 1}.get(asked.do, here)
        step = ORDER[min(max(there, 0), len(ORDER) - 1)]
        return self._shown(request, asked, replace(shown, step=step, clearing=asked.do == "clear"))

    def _send(self, request: Request, asked: "_Asked", shown: Shown) -> Response:
        now = self.service.clock()
        if asked.step is not Step.CHECK:
            return self._shown(request, asked, replace(shown, step=self.page.at(Step.CHECK, asked.draft)))
        if now - (asked.draft.begun_at or now) < FASTEST:
            return self._shown(request, asked, replace(shown, notice="too_fast"))
        if not self._sends.allows(network_of(request)):
            return self._shown(request, asked, replace(shown, notice="too_often"))
        submission = self.page.submission(asked.draft, self.service.reader.language(request))
        try:
            self.service.reception.take(asked.draft.digest, submission)
        except Exception as error:  # noqa: BLE001 - the draft is there, and its writer is told what to do
            log.error("form_not_kept", error=type(error).__name__)
            return self._shown(request, asked, replace(shown, notice="not_kept"))
        return self._forget(RedirectResponse(f"{FORM}/sent/{asked.draft.digest}", status_code=303))

    def _shown(self, request: Request, asked: "_Asked", shown: Shown) -> Response:
        """The page; where all is well by its own address, so that a browser's Back asks nothing."""
        if shown.status == 200 and compare_digest(self._secret(request), asked.secret):
            place = "&clear=1#clearing" if shown.clearing else "#main"
            return RedirectResponse(f"{FORM}?step={shown.step}{place}", status_code=303)
        return self._remember(request, self.page.answer(request, shown), asked.secret)

    @property
    def page(self) -> FormPage:
        return FormPage(self.service)

    @cached_property
    def _sends(self) -> Rate:
        return Rate("form.send", f"{self.service.profile.web_form.per_hour} per 1 hour", self.service.counters)

    @cached_property
    def _steps(self) -> Rate:
        return Rate(
            "form.step", f"{STEPS_FOR_EACH * self.service.profile.web_form.per_hour} per 1 hour", self.service.counters
        )

    def _secret(self, request: Request) -> str:
        kept = request.cookies.get(COOKIE, "")
        return kept if is_secret(kept) else ""

    def _remember(self, request: Request, response: Response, secret: str) -> Response:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(KEPT.total_seconds()),
            path=FORM,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    def _forget(self, response: Response) -> Response:
        response.delete_cookie(COOKIE, path=FORM)
        return response


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a post asks for: `do` is the button's word, `step` the one that it was pressed in."""

    secret: str
    draft: Draft
    do: str
    step: Step


def _step(posted: Posted) -> Step:
    said = posted.fields.get("step", "")
    return Step(said) if said in ORDER else Step.THEME


def _merged(known: Mapping[str, str], posted: Mapping[str, str], step: Step) -> dict[str, str]:
    """What was typed so far. A step's page has all its fields: a box that it does not send is not ticked."""
    if step is Step.CHECK or "step" not in posted:
        return dict(known)
    others = {name: value for name, value in known.items() if name.startswith(CHOICE) is not (step is Step.THEME)}
    return {**others, **{name: value for name, value in typed(posted).items() if value}}
