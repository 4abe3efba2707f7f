"""Corrections as labelled messages: masked, and weighed by what they teach."""

from collections.abc import Iterable, Iterator
from typing import Any

from cases.masking import masked

CONFIRMED, CHANGED = 1.0, 3.0
"""How much a message counts whose tags a person left, or changed: where the model was wrong it has most to learn."""
WRITER = "r"
"""The first letter of the ids: all corrections are one writer to the cross-writer test."""


def labelled(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Labelled messages as docs/annotation.md describes them, from `Corrections.standing`, without what identifies."""
    for row in rows:
        text = (row.content or {}).get("reply_text") or (row.content or {}).get("text") or ""
        yield {
            "id": f"{WRITER}{row.id}",
            "channel": row.channel,
            "lang": row.lang,
            "subject": masked(row.subject),
            "body": masked(text),
            **row.chosen,
            "urgency": row.tags.get("urgency", 3),
            "impact": row.tags.get("impact", 3),
            "several_requests": row.tags.get("several_requests", False),
            "weight": CHANGED if row.changed else CONFIRMED,
        }
