"""What somebody has begun to write on a case: kept as a draft, and sent from there."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ingest.web.submission import Upload


class Kind(StrEnum):
    """An answer leaves; a note is the team's."""

    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer or a note that was not sent yet. `saved_at` is None where there is none; `lang` '' is the case's."""

    kind: Kind = Kind.REPLY
    text: str = ""
    lang: str = ""
    files: tuple[Upload, ...] = ()
    saved_at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to keep."""
        return not (self.text.strip() or self.files)

    def body(self) -> dict[str, Any]:
        """As it is kept (`store.drafts`)."""
        return {"kind": self.kind, "text": self.text, "lang": self.lang, "files": [asdict(one) for one in self.files]}


def key(case_id: int) -> str:
    """The key of somebody's draft on a case."""
    return f"case:{case_id}"


def draft(row: Any) -> Draft:
    """The draft in a row of `store.drafts`, an empty one where there is no row."""
    if row is None:
        return Draft()
    files = tuple(Upload(**one) for one in row.body["files"])
    kind, text, lang = Kind(row.body["kind"]), row.body["text"], row.body["lang"]
    return Draft(kind=kind, text=text, lang=lang, files=files, saved_at=row.saved_at)
