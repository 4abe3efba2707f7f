"""Tables in Markdown, and figures as they stand in them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.goals import cpu

Figures = Mapping[str, Any]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def ms(seconds: float, one: Figures) -> str:
    return f"{seconds / one['mails'] * 1000:.2f}"


def step(one: Figures, name: str) -> str:
    return ms(one["steps"][name], one) if name in one["steps"] else ""


def cpu_ms(one: Figures) -> str:
    """Milliseconds of CPU a mail, the database server's included."""
    return f"{1000 * cpu(one):.2f}"
