"""What a receipt says beside its number: what is missing, which articles help, who else to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_STRICT = {"strict": True, "extra": "forbid"}

When = Mapping[str, tuple[str, ...]]
"""Attributes of a case with the values that are meant, as in `cases.routing.Rule`; none named means every case."""


class Answer(StrEnum):
    """What a message of a person is answered with at once."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REDIRECT = "redirect"
    RETIRED = "retired"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRule:
    """Cases that match are answered in this way; the first rule that matches wins, its name stands on the timeline."""

    __pydantic_config__ = _STRICT
    name: str
    when: When = field(default_factory=dict)
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something that is asked for where a message lacks it. `pattern` is a regular expression that finds it in the
    text, `files` are the content types of a file that would be it (`image/*`); either will do."""

    __pydantic_config__ = _STRICT
    id: str
    labels: Mapping[str, str]
    when: When = field(default_factory=dict)
    pattern: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page that answers a question. It is proposed once it is `approved`, until `expires` (`2027-12-31`, '' never),
    to cases that match and are written to in its language. A receipt names it to who wrote a sentence of its words and
    no others, one of its `keywords` among them where it has some; title, keywords and `summary` find it for people who
    work here (`cases.knowledge`)."""

    __pydantic_config__ = _STRICT
    id: str
    title: str
    link: str
    lang: str
    when: When = field(default_factory=dict)
    approved: bool = False
    expires: str = ""
    keywords: str = ""
    summary: str = ""
