"""What the desk answers to an action that was not done, in the reader's language."""

from dataclasses import dataclass

from cases.acting import StaleError
from cases.dossier import Line
from cases.refusal import RefusedError
from desk.pages import Named
from desk.words import Words

_TABLES = {"status": "status", "queue": "queue", "action": "refused.action", "role": "refused.role"}
"""Values of a refusal that are words of ours, and the table that has their texts."""


def refused(words: Words, error: RefusedError) -> tuple[str, str]:
    """Why it cannot be done, and what would help."""
    values = {name: _value(words, name, value) for name, value in error.values.items()}
    key = f"refused.{error.refusal}"
    return words(key, **values), words(f"{key}_mend", **values)


def _value(words: Words, name: str, value: str) -> str:
    if name == "roles":
        return ", ".join(_value(words, "role", one) for one in value.split(", "))
    table = _TABLES.get(name, "refused.word")
    return words.maybe(f"{table}.{value}", value)


@dataclass(frozen=True, slots=True)
class Stale:
    """What a page says of an action on a case that is another by now: the sentence, and what happened meanwhile."""

    sentence: str
    lines: tuple[str, ...]


def stale(labels: Named, error: StaleError) -> Stale:
    """The same for a stale case: who did what and when, oldest first."""
    return Stale(labels.words("refused.stale"), tuple(_line(labels, line) for line in error.lines))


def _line(labels: Named, line: Line) -> str:
    t = labels.words
    return t(
        "refused.stale_line",
        what=t.maybe(f"entry.{line.kind}", line.kind),
        who=labels.agent(line.actor),
        at=t.moment(line.at),
    )
