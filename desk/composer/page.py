"""The left column of a case, and where one writes: what its templates are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from cases.actions import can_be_written_to, copied_to
from cases.dossier import Dossier
from cases.prepared import PreparedAnswer, by_fit, filled
from cases.profile import Mailbox, Profile
from cases.writing import LONGEST_TEXT
from desk.access import Person
from desk.composer.draft import Draft, draft, key
from desk.composer.since import newest, since
from desk.composer.there import there
from desk.composer.warnings import warnings
from desk.dossier import Rows, dossier
from desk.panel.knowledge import articles
from desk.rules import Access
from desk.service import Service
from desk.timeline import Line
from desk.waiting import leaves_at
from ingest.web.kinds import ACCEPT
from ingest.web.uploads import LARGEST_FILE, LARGEST_TOGETHER
from store.tx import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """What somebody can write on a case, and who would get it. `to` is '' where nobody can be written to, `copy` where
    nobody gets one; `submitter` is who wrote for the requester, '' where they did themselves. `warnings` say what
    speaks against writing there (texts of `[composer.warning]`)."""

    sender: Mailbox
    to: str
    copy: str
    submitter: str
    lang: str
    draft: Draft
    restored: bool
    fitting: tuple[PreparedAnswer, ...]
    others: tuple[PreparedAnswer, ...]
    at_second_level: bool
    newest: str
    warnings: tuple[str, ...] = ()
    longest: int = LONGEST_TEXT
    largest_file: int = LARGEST_FILE
    largest_together: int = LARGEST_TOGETHER
    accept: str = ACCEPT

    def since(self, lines: Iterable[Line], newest: str) -> list[Line]:
        """The lines that are newer than what somebody saw (`newest` of their page)."""
        return since(lines, newest)


def values(tx: Transaction, service: Service, request: Request, case: Any, rows: Rows) -> Mapping[str, Any]:
    """What the templates are given: `composer`, None for who may not write, and who else has the case open."""
    person: Person = request.state.person
    now = service.clock()
    others = tx.looking.others(case.id, person.id, now)
    said: dict[str, Any] = {
        "looking": there(service.reader.words(request), others),
        "fault": None,
        "refused": (),
        "typed": {},
        "leaves_at": None,
    }
    if not person.may(Access.WORK):
        return {**said, "composer": None}
    begun = draft(tx.drafts.find(person.id, key(case.id)))
    found = dossier(rows, service.profile)
    page = _page(tx, service, request, language(service.profile, found, begun))
    text = _inserted(service, request, found, begun, page)
    written = _composer(service.profile, found, replace(begun, text=text), rows)
    leaves = leaves_at(found, person.agent.id, rows.outbound, now)
    return {**said, "composer": written, "inserted": text != begun.text, "leaves_at": leaves}


def _composer(profile: Profile, case: Dossier, begun: Draft, rows: Rows) -> Composer:
    fitting, others = by_fit(profile.answers, traits(case))
    to = case.requester.address
    return Composer(
        sender=profile.mailbox(case.mailbox),
        to=to if can_be_written_to(to, profile) else "",
        copy=copied_to(case, profile),
        submitter="" if case.submitter == to else case.submitter,
        lang=language(profile, case, begun),
        draft=begun,
        restored=begun.saved_at is not None,
        fitting=fitting,
        others=others,
        at_second_level=case.stay is not None,
        newest=newest(rows),
        warnings=tuple(warnings(case, rows.outbound)),
    )


def _page(tx: Transaction, service: Service, request: Request, lang: str) -> str:
    """The title and address of the page that `?insert=` names, in that language where there is one; '' for none."""
    asked = request.query_params.get("insert", "")
    named = [one for one in articles(tx, service.profile) if one.id == asked] if asked else []
    found = next((one for one in named if one.lang == lang), next(iter(named), None))
    return f"{found.title}\n{found.link}" if found else ""


def _inserted(service: Service, request: Request, case: Dossier, begun: Draft, page: str) -> str:
    """The text of the draft, and after it the prepared answer that `?template=` names, or else the page."""
    profile, asked = service.profile, request.query_params
    texts = {one.id: one.texts[language(profile, case, begun)] for one in profile.answers}
    said = {"number": case.number, "name": case.requester.name, "agent": request.state.person.name}
    text = filled(texts.get(asked.get("template", ""), ""), said) or page
    if text in begun.text:  # none, or the page was loaded again
        return begun.text
    return f"{begun.text.rstrip()}\n\n{text}".lstrip()


def language(profile: Profile, case: Dossier, begun: Draft) -> str:
    """The language that is written in: the one chosen before, else the case's."""
    for lang in (begun.lang, case.lang):
        if lang in profile.languages:
            return lang
    return profile.default_language


def traits(case: Dossier) -> Mapping[str, str]:
    """What prepared answers are chosen by (`cases.prepared.FILTERS`)."""
    return {"category": case.category, "motif": case.motif, "tool": case.tool}
