"""An answer that was sent, as the draft that it was."""

from typing import Any

from cases.dossier import Dossier
from cases.policy import OutboundKind
from cases.recalling import last_held_back
from desk.composer.draft import Draft
from ingest.web.submission import Upload
from store.tx import Transaction


def last_answer(tx: Transaction, case: Dossier, agent: str) -> Draft:
    """The last answer of that agent that was held back; an empty draft where there is none."""
    sent = last_held_back(case, agent)
    rows = [row for row in tx.cases.outbound(case.id) if sent and row.created_at == sent.at]
    mail = next((row for row in rows if row.kind == OutboundKind.REPLY), None)
    if sent is None or mail is None:
        return Draft()
    return Draft(text=sent.text, lang=mail.lang, files=_files(tx, mail.context.get("files", ())), saved_at=sent.at)


def _files(tx: Transaction, named: Any) -> tuple[Upload, ...]:
    """The files of a mail's context that are still kept."""
    sizes = tx.outbound.sizes([one["sha256"] for one in named])
    return tuple(
        Upload(filename=one["filename"], content_type=one["content_type"], size=sizes[key], key=key)
        for one in named
        if (key := one["sha256"]) in sizes
    )
