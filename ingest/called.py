"""By what people find the case of somebody who called: its number, their name, and their own number."""

from collections.abc import Mapping
from typing import Any

from cases.folding import folded
from ingest.voice.numbers import country, groups, written
from store.search import Words


def found_by(case: Mapping[str, Any]) -> Words:
    """The words of a case's row."""
    dialled = _spellings(case["phone"]) if case["phone"] else ()
    sender = folded(case["requester_name"], *dialled)
    return Words(case["id"], f"{folded(case['number'])} {sender}", sender)


def _spellings(number: str) -> tuple[str, ...]:
    """An E.164 number in one go and in groups, as dialled in its country and from abroad."""
    parts = groups(number, country(number))
    return number, "".join(parts), " ".join(parts), written(number)
