"""What the pages of the form show: which step, what was typed, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from cases.case import case_number
from desk.service import Service
from ingest.voice.numbers import e164, written
from ingest.web import kinds, uploads
from ingest.web.answers import (
    CHOICE,
    FIELD,
    LINES,
    LONGEST_LINE,
    LONGEST_TEXT,
    TEXT,
    Rules,
    Typed,
    has_national_number,
    path,
)
from ingest.web.drafts import Draft
from ingest.web.submission import Submission

FORM = "/form"


class Step(StrEnum):
    """The steps in their order."""

    THEME = "theme"
    MESSAGE = "message"
    CHECK = "check"


ORDER = tuple(Step)
_STATUS = {"too_often": 429, "not_kept": 503, "not_read": 400, "too_large": 413}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One answer with the form. `faults` are by the field's name; `notice` is the key of a word about all of it, '' for
    none; `secret` is the draft's. `clearing`: whether all is to be erased is asked."""

    step: Step
    draft: Draft
    secret: str
    faults: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[uploads.Refused] = ()
    notice: str = ""
    clearing: bool = False

    @property
    def status(self) -> int:
        if self.notice in _STATUS:
            return _STATUS[self.notice]
        return 422 if self.faults or self.refused or self.notice else 200


@dataclass(frozen=True)
class FormPage:
    """Renders the steps."""

    service: Service

    @property
    def rules(self) -> Rules:
        return Rules(profile=self.service.profile, number=partial(e164, home=self.service.profile.country))

    def at(self, asked: str, draft: Draft) -> Step:
        """The step that was asked for, or the first one before it that is not done."""
        wanted = ORDER.index(Step(asked)) if asked in ORDER else 0
        return next((step for step in ORDER[:wanted] if self.faults(step, draft.answers)), ORDER[wanted])

    def faults(self, step: Step, answers: Typed) -> dict[str, str]:
        """What is wrong with what that step asks for, and at the last with anything."""
        if step is Step.THEME:
            return self.rules.choice_faults(answers)
        if step is Step.MESSAGE:
            return self.rules.faults(answers)
        return {**self.rules.choice_faults(answers), **self.rules.faults(answers)}

    def answer(self, request: Request, shown: Shown) -> Response:
        """The page of a step."""
        answers, profile = shown.draft.answers, self.service.profile
        form = profile.web_form
        chosen = path(answers, form)
        return self.service.reader.page(
            request,
            "form.html",
            status=shown.status,
            shown=shown,
            steps=ORDER,
            form=form,
            answers={**dict.fromkeys((*LINES, TEXT), ""), **answers},
            chosen=chosen,
            walked=form.walk(chosen),
            asked=self.rules.asked(answers),
            titles={FIELD + one.id: one.labels for one in profile.fields},
            joins=self.joins(answers),
            national=shown.step is Step.CHECK and has_national_number(answers),
            names={"choice": CHOICE, "field": FIELD},
            limits={"text": LONGEST_TEXT, "line": LONGEST_LINE, "file": uploads.LARGEST_FILE},
            most={"files": uploads.MOST_FILES, "together": uploads.LARGEST_TOGETHER},
            kinds=kinds,
            call=self.call,
        )

    @property
    def call(self) -> tuple[str, str]:
        """The number to call where the form is of no help: as it is dialled, and as it is read."""
        number = self.service.profile.web_form.phone
        return number, written(number)

    def joins(self, answers: Typed) -> str:
        """The number of the case that this adds to: the one whose tracking link led here. '' for a new one."""
        identity = self.service.signer.tracked(answers.get("token", ""))
        return "" if identity is None else case_number(self.service.profile.case_prefix, identity)

    def prefilled(self, request: Request) -> dict[str, str]:
        """What a link has filled in: `theme`, `reason` and `ref`, with the token of a tracking page."""
        asked = {
            name: request.query_params.get(name, "")[:LONGEST_LINE] for name in ("theme", "reason", "ref", "token")
        }
        ids = [name for name in (asked["theme"], asked["reason"]) if name]
        chosen = [one.id for one in self.service.profile.web_form.walk(ids)]
        found = {".".join((CHOICE, *chosen[:index])): name for index, name in enumerate(chosen)}
        if self.rules.is_number(asked["ref"]):
            found["number"] = asked["ref"].upper()
        if self.joins(asked):
            found |= {"token": asked["token"], "number": self.joins(asked)}
        return found

    def submission(self, draft: Draft, lang: str) -> Submission:
        """What is sent."""
        said = draft.answers
        for_other = bool(said.get("for"))
        joins = self.joins(said)
        return Submission(
            lang=lang,
            path=path(said, self.service.profile.web_form),
            name=said["name"],
            email=said["email"].lower(),
            phone=e164(said.get("phone", ""), self.service.profile.country),
            for_name=said["for_name"] if for_other else "",
            for_email=said.get("for_email", "").lower() if for_other else "",
            copies=for_other and bool(said.get("copies")),
            number=joins or said.get("number", "").upper(),
            token=said["token"] if joins else "",
            text=said["text"],
            fields=self.rules.own(said),
            files=draft.files,
        )

    def sent(self, request: Request, row: Any, again: bool) -> Response:
        """What became of what was sent."""
        with self.service.store.reading() as tx:
            case = tx.cases.find(row.case_id) if row.case_id else None
        token = self.service.signer.tracking_token(case.id) if case is not None else ""
        values = {"row": row, "case": case, "token": token, "again": again, "call": self.call}
        return self.service.reader.page(request, "form_sent.html", **values, form=self.service.profile.web_form)
