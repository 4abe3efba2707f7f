"""What a form of the panel that could not be done is shown again with: every value as it was typed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wrong:
    """`section` names the form, '' where none was sent. `values` are its fields, each with all that was typed or
    chosen; `meanwhile` is what happened to the case since the page was read."""

    section: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cause: str = ""
    mend: str = ""
    meanwhile: tuple[str, ...] = ()

    def at(self, section: str) -> bool:
        return section == self.section

    def value(self, section: str, name: str, otherwise: object = "") -> str:
        """What was typed in that field, or else what it has."""
        typed = self.values.get(name) if self.at(section) else None
        return typed[-1] if typed else "" if self.at(section) and self.values else str(otherwise)

    def chosen(self, section: str, name: str) -> Sequence[str]:
        """The boxes that were ticked."""
        return self.values.get(name, ()) if self.at(section) else ()
