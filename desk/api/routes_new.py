"""A new request: as the form sends it, so it is stored first and worked then, and opens one case however often it is
sent under one idempotency key."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from desk.api import orders, shapes
from desk.api.once import Answer, Once
from desk.api.problems import ACTING, EVERYWHERE, Problem, ProblemError, documented, invalid, missing
from desk.api.routes_acts import IdempotencyKey
from desk.api.rules import PATH
from desk.form_page import FormPage, Step
from desk.service import Service
from ingest.web.answers import CHOICE, FIELD
from ingest.web.drafts import Draft

Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", examples=["5f" * 32])]
_FAULTS: Mapping[str, str] = {
    "choose": "it stops too early: there is a finer choice",
    "missing": "it is missing",
    "long": "it is too long",
    "wrong": "it is not understood",
    "ours": "it is one of our own mailboxes",
}
_NAMES: Mapping[str, str] = {"number": "case"}
"""What a field of the form is called here, where that is not the same."""


@dataclass(frozen=True)
class NewCases:
    """Where requests are taken in."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        taken = [Problem.REFUSED, Problem.UNDER_WAY, Problem.TOO_LARGE, Problem.MEDIA_TYPE, Problem.KEY_REUSED]
        where = {"Location": {"description": "The case, or where to ask for it.", "schema": {"type": "string"}}}
        later = {"model": shapes.Submitted, "description": "It is kept, and worked in a moment", "headers": where}
        found.post(
            "/cases",
            status_code=201,
            response_model=shapes.Submitted,
            responses={**documented([*EVERYWHERE, *taken]), 201: {"headers": where}, 202: later},
            operation_id="submit",
            tags=["cases"],
        )(self.submit)
        found.get(
            "/submissions/{key}",
            response_model=shapes.Submitted,
            responses=documented([p for p in ACTING if p in EVERYWHERE]),
            operation_id="get_submission",
            tags=["cases"],
        )(self.submitted)

    def submit(self, request: Request, body: orders.Submission, idempotency_key: IdempotencyKey = None) -> Response:
        """Send a request as somebody would with the form."""
        page = FormPage(self.service)
        if not self.service.profile.web_form.themes:
            raise ProblemError(Problem.REFUSED, "the service has no form", "add form.toml to its profile")
        answers = _answers(body)
        faults = [*_unknown(body, page, answers), *_said(page.faults(Step.CHECK, answers))]
        if faults:
            raise invalid(faults)
        once: Once = request.state.once
        key = _own_key(once)
        row = self.service.reception.take(key, page.submission(Draft(digest=key, answers=answers), body.lang))
        answer = self._answer(row)
        once.keep_alone(answer)
        return answer.response

    def submitted(self, key: Key) -> shapes.Submitted:
        """What became of a request that was not worked at once."""
        row = self.service.reception.find(key)
        if row is None:
            raise missing("there is no such submission", "use the Location of the answer to POST /cases")
        return self._shown(row)

    def _answer(self, row: Any) -> Answer:
        shown = self._shown(row)
        where = f"/cases/{shown.case}" if shown.case else f"/submissions/{shown.key}"
        status = 201 if shown.case else 202
        return Answer(status, shown.model_dump(mode="json"), {"location": f"{PATH}{where}"})

    def _shown(self, row: Any) -> shapes.Submitted:
        with self.service.store.reading() as tx:
            numbers = tx.views.numbers([row.case_id] if row.case_id else [])
        return shapes.Submitted(key=row.external_id, state=row.state, case=numbers.get(row.case_id))


def _own_key(once: Once) -> str:
    """What a request is kept under: the same one sent again finds itself, another one under an old key does not."""
    asked = f"{once.key}:{once.fingerprint}" if once.key else secrets.token_urlsafe(32)
    return sha256(f"api:{once.program_id}:{asked}".encode()).hexdigest()


def _answers(body: orders.Submission) -> dict[str, str]:
    """The same as the form's own fields."""
    said = {".".join((CHOICE, *body.path[:index])): chosen for index, chosen in enumerate(body.path)}
    said |= {"name": body.name, "email": body.email, "text": body.text, "phone": body.phone}
    said |= {"number": body.case.upper() if body.case else ""}
    said |= {FIELD + name: value for name, value in body.fields.items()}
    if body.for_name or body.for_email:
        said |= {"for": "yes", "for_name": body.for_name, "for_email": body.for_email}
        said |= {"copies": "yes"} if body.copies else {}
    return {name: value.strip() for name, value in said.items() if value.strip()}


def _unknown(body: orders.Submission, page: FormPage, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Choices and fields that the form has not."""
    walked = page.service.profile.web_form.walk(body.path)
    asked = {one.id for one, _ in page.rules.asked(answers)}
    faults = [("body.path", f"there is no {body.path[len(walked)]}")] if len(walked) < len(body.path) else []
    return faults + [(f"body.fields.{name}", "it is not asked for here") for name in body.fields if name not in asked]


def _said(faults: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(f"body.{_name(name)}", _FAULTS[fault]) for name, fault in faults.items()]


def _name(name: str) -> str:
    if name == CHOICE or name.startswith(f"{CHOICE}."):
        return "path"
    return f"fields.{name.removeprefix(FIELD)}" if name.startswith(FIELD) else _NAMES.get(name, name)
