"""What is on screen when somebody picks up: who calls, about what, and what is open for them already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.tokens import Signer
from ingest.voice.filing import persons
from store.tx import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenPop:
    """`number` is E.164 or '' (hidden), `name` how the person was called last or ''. `tool` is an id or `aucun`,
    `candidates` the tools that the menu left. `open_cases` are the person's other ones, newest first, each with `id`,
    `number`, `tool`, `status` and `opened_at`."""

    number: str
    name: str
    lang: str
    tool: str
    candidates: Sequence[str]
    open_cases: Sequence[Any]


def screen_pop(tx: Transaction, signer: Signer, case: Any) -> ScreenPop:
    """The screen for a case's row."""
    keys = persons(tx, signer, case.phone)
    return ScreenPop(
        number=case.phone or "",
        name=tx.calls.latest_name(keys),
        lang=case.lang,
        tool=case.tool,
        candidates=tuple(case.tags.get("candidates", ())),
        open_cases=[row for row in tx.calls.open_cases(keys) if row.id != case.id],
    )
