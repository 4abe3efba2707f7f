"""Closed cases for research, as JSON Lines: pseudonyms under a key of the study's own, rare traits suppressed."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cases.errors import ConfigurationError
from cases.research import Studied, hours_between, month_of, suppressed, unnamed
from store.audit import Noted
from store.tables import case, inbound
from store.tx import Transaction

if TYPE_CHECKING:
    from app.wiring import House

_HELD = (case.c.closed_at.is_not(None), case.c.hidden.is_(False), case.c.person_key.is_not(None))


def study(house: "House", name: str, by: str, file: Path, *, texts: bool) -> int:
    """Write them into a new file, readable by its owner alone; how many. The same study of the same installation gives
    the same pseudonyms; two studies cannot be joined. Raises ConfigurationError, OSError."""
    if file.exists():
        raise ConfigurationError([(str(file), "is there already", "name another file: nothing is overwritten")])
    with house.store.reading() as tx:
        found = suppressed(list(_cases(tx, house.settings.secret() + name.encode(), texts=texts)))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        for one in sorted(found, key=lambda one: one.case):
            written.write(json.dumps(one.as_json(), ensure_ascii=False) + "\n")
    told = {"study": name, "cases": len(found), "texts": texts}
    house.store.run("privacy.export", lambda tx: tx.audit.note(Noted.EXPORTED, house.clock(), by, "", told))
    return len(found)


def _cases(tx: Transaction, key: bytes, *, texts: bool) -> Iterator[Studied]:
    for row in tx.connection.execute(select(case).where(*_HELD).order_by(case.c.id)):
        yield Studied(
            case=_pseudonym(key, "case", row.number),
            person=_pseudonym(key, "person", row.person_key),
            month=month_of(row.opened_at),
            lang=row.lang,
            channel=row.channel,
            category=row.category,
            motif=row.motif,
            tool=row.tool,
            priority=row.priority,
            hours=hours_between(row.opened_at, row.closed_at),
            text=_text(tx, row) if texts else "",
        )


def _text(tx: Transaction, row: Any) -> str:
    first = select(inbound.c.content).where(inbound.c.case_id == row.id).order_by(inbound.c.id).limit(1)
    content = tx.connection.execute(first).scalar() or {}
    known = (row.requester_name, (content.get("from") or {}).get("name", ""))
    return unnamed(content.get("reply_text") or content.get("text") or "", [name for name in known if name])


def _pseudonym(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:20]
