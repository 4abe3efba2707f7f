"""The right column of a case: what its templates are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from cases.acting import Acting
from cases.amending import lacks_article
from cases.dossier import Dossier, Message
from cases.joining import linked
from cases.profile import OwnField
from cases.review import Field
from cases.routing import Agent, Queue
from cases.seconding import case_for, confirmed_to
from cases.secondlevel import Role, SecondLevel, second_level_for
from cases.tagging import choices
from cases.timers import Calendars
from desk.dossier import Rows, dossier
from desk.panel.clocks import ShownClock, shown_clocks
from desk.panel.knowledge import suggestions
from desk.panel.wrong import Wrong
from desk.same_person import same_person
from desk.service import Service
from desk.similar import Similar, similar
from ingest.voice.numbers import written
from store.tx import Transaction

SHOWN = 5
"""Other cases of a person that are named."""
COUNTED = 50
"""As many of them are counted; of more it is said that there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the sections show. `others` are the newest other cases of the requester, `known` how many there are, at most
    `COUNTED` and one; `n2` is the second level that is asked about the tool, '' for none. `original` are the words of
    who asks, `confirm_to` who is told that an escalation left. `linked` are the numbers of the cases that are about the
    same, `divisible` the messages that can become a case of their own, `incidents` those that it belongs to, and
    `similar` what is like it."""

    case: Dossier
    choices: Mapping[Field, Sequence[str]]
    clocks: Sequence[ShownClock]
    others: Sequence[Any]
    known: int
    phone: str
    agents: Sequence[Agent]
    queues: Sequence[Queue]
    matrix: Sequence[Sequence[str]]
    fields: Sequence[OwnField]
    n2: str
    second_levels: Sequence[SecondLevel]
    escalates: bool
    original: str
    confirm_to: str
    linked: Sequence[str]
    divisible: Sequence[Message]
    incidents: Sequence[Any] = ()
    similar: Sequence[Similar] = ()


def values(tx: Transaction, service: Service, request: Request, case: Any, rows: Rows) -> Mapping[str, Any]:
    """What the templates are given beyond what every part of the page has; `case` is its row."""
    others = tx.cases.of_person(case.person_key, case.id, COUNTED + 1) if case.person_key else []
    found = dossier(rows, service.profile)
    panel = replace(
        _panel(service, request, found, others),
        incidents=tx.incidents.of_case(case.id),
        similar=_alike(tx, service, found)[:SHOWN],
    )
    calling = any(call.ended_at is None for call in tx.calls.of_case(case.id))
    return {
        "panel": panel,
        "calling": calling,
        "wrong": Wrong(),
        "preview": "",
        "articles": suggestions(tx, service, found),
        "none_fits": lacks_article(found),
    }


def _alike(tx: Transaction, service: Service, case: Dossier) -> list[Similar]:
    """What may be the same request: by the same person on the other channel, then whatever else is like it."""
    if case.merged_into:
        return []
    same = same_person(tx, service.signer, case)
    known = {one.row.id for one in same} | {*case.merged}
    return [*same, *(one for one in similar(tx, case.id) if one.row.id not in known)]


def _panel(service: Service, request: Request, case: Dossier, others: Sequence[Any]) -> Panel:
    profile, person = service.profile, request.state.person
    asked = second_level_for(case.tool, profile.second_level)
    return Panel(
        case=case,
        choices=choices(profile),
        clocks=tuple(shown_clocks(case, Calendars(profile, service.calendars), service.clock())),
        others=others[:SHOWN],
        known=len(others),
        phone=written(case.phone) if case.phone else "",
        agents=[one for one in profile.routing.agents if one.role is not Role.AUDITOR],
        queues=[queue for queue in Queue if queue is not Queue.N2],
        matrix=profile.priorities.matrix,
        fields=profile.fields,
        n2=asked.id if asked else "",
        second_levels=profile.second_level,
        escalates=person.agent.role in profile.escalations.roles,
        original=case_for(case).text,
        linked=linked(case),
        divisible=[one for one in case.letters if not one.merged],
        confirm_to=confirmed_to(case, Acting(profile=profile, agent=person.agent, now=service.clock())),
    )
