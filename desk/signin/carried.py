"""What somebody was about to send when they turned out not to be signed in: carried on, and never lost.

It stays in the page itself, as the value of a hidden field. It is sent only when they press a button that says so, and
by the same action with the same fields.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from desk.signin.paths import own_path

LARGEST = 2_000_000
"""Characters of what is carried; a case's answer has some thousands."""
HIDDEN = frozenset(
    {
        *("version", "newest", "next", "csrf", "do", "then", "kind", "lang", "template", "told", "draft", "step"),
        *("looked", "last", "after", "cause", "choose"),
    }
)
"""Fields that say nothing to people."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A form: where it was going, its text fields in their order, its file fields with the names of what was chosen."""

    action: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """For the hidden field that carries it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What its writer knows of it."""
        said = ((name, value) for name, value in self.fields if value.strip() and name not in HIDDEN)
        return [(name, value) for name, value in said if not name.startswith(("first.", "second."))]


async def posted(request: Request) -> Carried:
    """What that request was to send, whether its route has read it by then or not."""
    form = getattr(request.state, "form", None) or await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [(name, one.filename) for name, one in form.multi_items() if isinstance(one, UploadFile) and one.filename]
    query = f"?{request.url.query}" if request.url.query else ""
    return Carried(request.url.path + query, tuple(fields), tuple(files))


def carried(text: str) -> Carried | None:
    """What a page of ours carried on; None where that is nothing."""
    if not text or len(text) > LARGEST:
        return None
    try:
        found = json.loads(text)
        action = own_path(str(found["action"]), "")
        return Carried(action, _pairs(found["fields"]), _pairs(found["files"])) if action else None
    except (ValueError, TypeError, KeyError):
        return None


def _pairs(found: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in found)
