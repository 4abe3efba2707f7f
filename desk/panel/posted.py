"""A form of the panel as it was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

Number = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$")]
MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Posted:
    """Its fields, each with all that was typed or chosen, in order."""

    values: Mapping[str, Sequence[str]]

    def __getitem__(self, name: str) -> str:
        """The last value of that field, '' where it was not sent."""
        found = self.values.get(name, ())
        return found[-1] if found else ""

    def numbers(self, name: str) -> list[int]:
        """All that was chosen, as numbers; what is none is left out."""
        return [int(one) for one in self.values.get(name, ()) if one.isascii() and one.isdecimal() and len(one) < 19]

    def number(self, name: str) -> int:
        """The same of one field, 0 where it has none."""
        return next(iter(self.numbers(name)), 0)

    @property
    def version(self) -> int | None:
        """The case's version that was on the page."""
        return self.number("version") or None


async def _posted(request: Request) -> Posted:
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        found: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            found.setdefault(name, []).append(str(value).replace("\0", ""))  # PostgreSQL keeps none
    return Posted(found)


Sent = Annotated[Posted, Depends(_posted)]
