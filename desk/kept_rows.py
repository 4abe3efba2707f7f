"""What an action says of a case, as the rows that are kept of it. Pure: values in, rows out."""

from typing import Any

from cases.acting import Acting, Correction
from cases.dossier import Dossier, Line


def entry(identity: int, line: Line, person: str | None) -> dict[str, Any]:
    """The row of a line on the timeline of the case with that id; `person` is whose data it is."""
    return {
        "case_id": identity,
        "kind": line.kind,
        "at": line.at,
        "actor": line.actor,
        "text": line.text,
        "data": dict(line.data),
        "person_key": person,
    }


def correction(made: Correction, case: Dossier, acting: Acting) -> dict[str, Any]:
    """The row of what a person made of the tags of a case, without whose data it is."""
    return {
        "case_id": case.id,
        "inbound_id": case.opened_by,
        "cause": made.cause,
        "shown": dict(made.shown),
        "chosen": dict(made.chosen),
        "changed": made.chosen != made.shown,
        "actor": acting.agent.id[:64],
        "why": made.why,
        "model": case.model,
        "at": acting.now,
        "undoes": made.undoes,
    }
