"""What a transaction writes on timelines, for who follows cases: told inside it, so that nothing is told of what is
rolled back, and nothing kept of which nobody was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Noted:
    """`opened` are the columns of the cases that it opened, `lines` those of lines by their ids, in order."""

    opened: list[Mapping[str, Any]] = field(default_factory=list)
    lines: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.opened or self.lines)
