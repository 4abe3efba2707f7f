"""Major incidents as rows, and back."""

from datetime import datetime
from typing import Any

from cases.acting import Acting
from cases.major import Incident, Part, State, Texts, Word
from cases.refusal import Refusal, RefusedError
from store.tx import Transaction


def load(tx: Transaction, identity: int) -> Incident:
    """That one as it stands. Raises RefusedError."""
    row = tx.incidents.find(identity)
    if row is None:
        raise RefusedError(Refusal.NO_SUCH_INCIDENT, incident=identity)
    return incident_of(row)


def incident_of(row: Any) -> Incident:
    """An incident as its row says."""
    return Incident(
        id=row.id,
        tool=row.tool,
        state=State(row.state),
        since=row.since,
        version=row.version,
        evidence=row.evidence,
        texts=row.texts,
        automatic=row.automatic,
        banner_id=row.banner_id,
        messages=row.messages,
        history=row.history,
    )


def proposal(tool: str, since: datetime, evidence: dict[str, Any], acting: Acting) -> dict[str, Any]:
    """The row of an incident that is proposed."""
    line = {"at": acting.now.isoformat(), "by": acting.agent.id, "name": acting.name, "what": Word.PROPOSED}
    kept = {"tool": tool, "state": State.PROPOSED, "since": since, "evidence": evidence, "texts": {}}
    return {**kept, "history": [line], "made_at": acting.now, "changed_at": acting.now}


def banner(incident: Incident, texts: Texts, acting: Acting) -> dict[str, Any]:
    """The row of what callers hear of it, and receipts say."""
    return {
        "line": "",
        "tools": [incident.tool] if incident.tool else None,
        "texts": dict(texts[Part.BANNER]),
        "receipts": dict(texts[Part.RECEIPT]),
        "starts_at": acting.now,
        "ends_at": None,
        "made_at": acting.now,
        "made_by": acting.agent.id[:64],
    }
