"""`case.json`: an escalation for the second level's own tool. docs/mails.md explains its fields."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from notify.files import File

NAME = "case.json"
SCHEMA = "aiguillage/case/1"
"""Changes with the meaning of a field, not where one is added."""

_CASE = ("number", "ticket", "priority", "category", "motif", "tool", "requester", "masked", "subject", "text")
_ESCALATION = ("by", "rule", "wording", "since", "affected", "tried")


def casefile(context: Mapping[str, Any], reference: str, found: Sequence[File]) -> bytes:
    """The document, UTF-8. `reference` is the token of the thread, `found` the files that were to be attached."""
    document = {
        "schema": SCHEMA,
        "reference": reference,
        **{name: context.get(name, "") for name in _CASE},
        "language": context.get("lang", ""),
        "opened_at": context.get("opened_at", ""),
        "due_at": context.get("due") or None,
        "escalation": {name: context.get(name, "") for name in _ESCALATION},
        "files": [
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "sha256": one.sha256,
                "size": len(one.content) if one.content is not None else None,
                "left_out": one.left_out,
            }
            for one in found
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
