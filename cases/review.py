"""A person's look at tags: which cases are looked at, and what the keys do to the labels. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

AUDITED_OF = 20
KEYS = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What picks the first, second... label of a field; the tenth is 0."""


class Cause(StrEnum):
    """Why a person looks: the tags are doubted, or were accepted and are drawn for the audit, or whoever works on the
    case noticed."""

    DOUBT = "doubt"
    AUDIT = "audit"
    NOTICED = "noticed"


class Field(StrEnum):
    """What can be corrected. The category follows from the motif."""

    MOTIF = "motif"
    TOOL = "tool"
    SCOPE = "scope"


ROWS = {"m": Field.MOTIF, "t": Field.TOOL, "o": Field.SCOPE}
"""The key that goes to each field."""

Labels = Mapping[Field, str]


def audited(number: str) -> bool:
    """Whether an accepted case is one of the twentieth that a person looks at; its number alone decides."""
    return int.from_bytes(hashlib.blake2b(number.encode(), digest_size=8).digest(), "big") % AUDITED_OF == 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The labels of one case as they are being corrected; `at` is the field that the next digit sets."""

    options: Mapping[Field, tuple[str, ...]]
    labels: Labels
    at: Field = Field.MOTIF

    def press(self, key: str) -> "Draft":
        """After one key: a digit sets the field and goes on to the next, a field's letter and Tab move. Any other key
        changes nothing."""
        if key in ROWS:
            return replace(self, at=ROWS[key])
        if key == "\t":
            return replace(self, at=_next(self.at))
        place = KEYS.find(key) if len(key) == 1 else -1
        if 0 <= place < len(self.options[self.at]):
            chosen = {**self.labels, self.at: self.options[self.at][place]}
            return replace(self, labels=chosen, at=_next(self.at))
        return self


def _next(field: Field) -> Field:
    fields = list(Field)
    return fields[(fields.index(field) + 1) % len(fields)]
