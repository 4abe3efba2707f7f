"""Prepared answers: texts of the service's own that people put into an answer and then make their own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cases.receipt import When
from cases.routing import Traits, takes

_STRICT = {"strict": True, "extra": "forbid"}
PLACEHOLDERS = ("number", "name", "agent")
"""What a text may name in braces: the case's number, who asks, and who answers."""
_PLACEHOLDER = re.compile(r"(?P<space> ?)\{(?P<name>" + "|".join(PLACEHOLDERS) + r")\}")

FILTERS = frozenset({"category", "motif", "tool"})
"""The attributes of a case that an answer may be meant for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAnswer:
    """A text in each language, under a label. `when` says for which cases it is meant; it can be put into any."""

    __pydantic_config__ = _STRICT
    id: str
    labels: Mapping[str, str]
    texts: Mapping[str, str]
    when: When = field(default_factory=dict)


def by_fit(
    answers: Iterable[PreparedAnswer], case: Traits
) -> tuple[tuple[PreparedAnswer, ...], tuple[PreparedAnswer, ...]]:
    """Those that are meant for such a case, the most specific first, and the others in the profile's order."""
    known = tuple(answers)
    fitting = sorted((one for one in known if takes(one.when, case)), key=lambda one: -len(one.when))
    return tuple(fitting), tuple(one for one in known if not takes(one.when, case))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in. One that is empty takes the space before it along: «Bonjour {name},»
    becomes «Bonjour,»."""
    return _PLACEHOLDER.sub(lambda found: _value(found, values), text).strip()


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(found["name"], "").strip()
    return found["space"] + value if value else ""
