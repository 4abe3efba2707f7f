"""The page of one case: read in one transaction, each part of it by its own module."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from cases.case import EntryKind
from desk.composer import page as composer
from desk.composer.groups import days
from desk.dossier import Rows
from desk.jira import shown as jira
from desk.panel import page as panel
from desk.service import Service
from desk.timeline import acknowledged, timeline
from ingest.voice.pop import screen_pop

CAME = frozenset(
    {EntryKind.CALL, EntryKind.CALLBACK, EntryKind.VOICEMAIL, EntryKind.LOGGED, EntryKind.UNDELIVERED}
    | {EntryKind.TICKET_WROTE, EntryKind.TICKET_UNSAID}
)
"""Lines about what came; those of a case that was merged into another stand on that one's page, too."""


def shown(service: Service, request: Request, number: str, status: int = 200, **said: Any) -> Response:
    """The page of the case with that number. `said` goes before what the parts say by themselves: a form that could
    not be accepted is shown again with what was typed in it."""
    with service.store.reading() as tx:
        found = tx.cases.find_number(number)
        if found is None:
            return service.reader.missing(request)
        merged = tx.cases.merged(found.id)
        spoken = tx.recordings.of_case(found.id, *merged)
        entries = tx.cases.entries(found.id, *merged)
        rows = Rows(
            case=found,
            entries=[one for one in entries if one.case_id == found.id],
            inbound=tx.cases.inbound(found.id, *merged),
            outbound=tx.cases.outbound(found.id, *merged),
            escalations=tx.escalations.of_case(found.id),
            transcripts=[one.transcript for one in spoken if one.transcript],
            merged=merged,
        )
        bodies = tx.bodies.find([row.sha256 for row in rows.outbound if row.sha256])
        told = [one for one in entries if one.case_id == found.id or one.kind in CAME]
        lines = timeline(rows.inbound, told, rows.outbound, bodies, spoken)
        values: dict[str, Any] = {
            "case": found,
            "lines": lines,
            "days": days(lines, service.zone),
            "receipt": acknowledged(lines),
            "received": rows.inbound,
            "links": tx.views.numbers(_mentioned(found, rows)),
            "others": screen_pop(tx, service.signer, found).open_cases,
            "escalations": rows.escalations,
            "now": service.clock(),
            "done": request.query_params.get("done", ""),
        }
        for part in (composer, panel, jira):
            values |= part.values(tx, service, request, found, rows)
    return service.reader.page(request, "case.html", status=status, **(values | said))


def _mentioned(case: Any, rows: Rows) -> list[int]:
    """The other cases that a page names."""
    proposed = ((entry.data or {}).get("case_id") for entry in rows.entries)
    named = [case.linked_case_id, case.merged_into, *rows.merged, *proposed]
    return [identity for identity in named if identity is not None]
