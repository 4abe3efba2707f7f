"""What is left of personal data once it is erased: pure, values in and values out.

What figures are computed from stays: numbers, truth values, moments and the ids of the profile. Words do not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cases.folding import folded
from cases.masking import find

MARK = "[erased]"
"""What stands in place of a name, an address or a number that was erased out of somebody else's text."""

PERSONAL = frozenset(
    {"name", "address", "email", "recipient", "phone", "caller", "from", "to", "cc", "copied", "requester", "submitter"}
    | {"requester_name", "caller_name", "filename", "headers", "evidence", "reason", "explanation", "comment"}
    | {"subject", "text", "body", "wording", "quoted", "before", "after", "said", "fields", "diagnostic", "files"}
)
"""Keys whose words are somebody's, whatever they look like."""

_RULE = re.compile(r"[a-z0-9_]{1,24}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,63}")


def bare(value: Any, personal: bool = False) -> Any:
    """A JSON value of the same shape without words: '' in place of each that is no id of the program's own."""
    match value:
        case str():
            return "" if personal or not _ID.fullmatch(value) or find(value) else value
        case Mapping():
            return {key: bare(one, personal or key in PERSONAL or _is_said(key, one)) for key, one in value.items()}
        case list() | tuple():
            return [] if personal else [bare(one) for one in value]
        case _:
            return value


def _is_said(key: str, value: Any) -> bool:
    """Whether a person wrote why; a rule has a word of the program's own."""
    return key == "why" and isinstance(value, str) and not _RULE.fullmatch(value)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is erased: addresses in lower case, phones in E.164, the names that they wrote under, and their keys."""

    addresses: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)
    keys: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def of(said: Mapping[str, Iterable[str]]) -> "Person":
        """The person that `as_dict` told of."""
        return Person(**{name: frozenset(values) for name, values in said.items()})

    def as_dict(self) -> dict[str, list[str]]:
        return {name: sorted(getattr(self, name)) for name in ("addresses", "phones", "names", "keys")}

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """How addresses and numbers may stand in a text, in lower case: to look for by a database."""
        numbers = (one for each in sorted(self.phones) for one in spelt(each))
        return (*sorted(self.addresses), *dict.fromkeys(numbers))

    @cached_property
    def _somewhere(self) -> re.Pattern[str]:
        return _any([*map(_address, self.addresses), *map(_digits, self.phones)])

    @cached_property
    def _with_names(self) -> re.Pattern[str]:
        names = [r"\s+".join(map(re.escape, name.split())) for name in self.names if is_telling(name)]
        return _any([*map(_address, self.addresses), *map(_digits, self.phones), *names])

    def is_in(self, text: str) -> bool:
        """Whether an address or a number of theirs stands in the text."""
        return self._somewhere.search(text) is not None

    def without(self, value: Any, *, names: bool) -> Any:
        """A text or JSON value with `MARK` in place of their addresses and numbers, of their names where asked for."""
        pattern = self._with_names if names else self._somewhere
        match value:
            case str():
                return pattern.sub(MARK, value)
            case Mapping():
                return {key: self.without(one, names=names) for key, one in value.items()}
            case list() | tuple():
                return [self.without(one, names=names) for one in value]
            case _:
                return value

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Addresses and numbers as the search has them, folded."""
        return tuple(folded(one) for one in self.spellings)


def is_telling(name: str) -> bool:
    """Whether a name says who it is: of several words, or long. Others are words of the language too often."""
    return len(name.split()) > 1 or len(name) > 11


def spelt(phone: str) -> tuple[str, ...]:
    """How a number in E.164 is mostly written: by twos or threes from its end, with every usual sign between."""
    national = phone.removeprefix("+")[2:]
    apart = [_grouped(national, 2), _grouped(national, 3)]
    written = [sign.join(groups) for groups in apart for sign in (" ", ".", "-", "/")]
    written += [f"{groups[0]}{sign}{end}" for groups in apart for sign, end in _linked(groups[1:])]
    return tuple(dict.fromkeys((phone, national, *written)))


def _linked(rest: list[str]) -> Iterator[tuple[str, str]]:
    """What follows the prefix, and by which sign."""
    yield from (("/", "".join(rest)), (" ", "".join(rest)), ("/", ".".join(rest)), ("/", " ".join(rest)))


def _grouped(national: str, size: int) -> list[str]:
    """The digits in groups of that size from their end; a single first one goes with the next."""
    groups = [national[max(0, end - size) : end] for end in range(len(national), 0, -size)][::-1]
    return groups if len(groups) < 2 or len(groups[0]) > 1 else [groups[0] + groups[1], *groups[2:]]


def _address(address: str) -> str:
    return rf"(?<![\w.+'%-]){re.escape(address)}(?![\w-]|\.\w)"


def _digits(phone: str) -> str:
    """The number however it is grouped, by its national digits, with what may stand before them."""
    return r"(?:(?:\+|00)\d{2}[ ]?(?:\(0\))?|0)?[ ]?" + r"[ ./-]{0,2}".join(phone.removeprefix("+")[2:]) + r"(?!\d)"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern of several; one that never matches of none."""
    return re.compile("|".join(f"(?:{one})" for one in patterns) or r"(?!)", re.IGNORECASE)
