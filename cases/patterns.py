"""The regular expressions of a profile, which read what strangers wrote.

Python's engine backtracks, and a text can be made to keep it busy. So every repeat has an end, a pattern takes at most
`MOST_STEPS` steps from one place by the count of `_steps`, and `search` reads `LONGEST_TEXT` characters. The time is
then in proportion to the text, whatever it says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import prod

from cases.hours import Fault

LONGEST_TEXT = 20_000
LONGEST_REPEAT = 100
MOST_STEPS = 500

_TOKENS = re.compile(
    r"""(?P<edge>\\[bB])
    |(?P<back>\\[1-9])
    |(?P<open>\((?:\?(?::|<?[=!]|P<\w+>))?)
    |(?P<close>\))
    |(?P<repeat>[*+?]|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)(?<!\{)\})\??
    |(?P<branch>\|)
    |(?P<char>\\.|\[\^?\]?(?:\\.|[^]\\])*\]|.)""",
    re.VERBOSE | re.DOTALL,
)
_SEEN = "\n" + "".join(map(chr, range(0x20, 0x180))) + "–—’“”…€"
"""The characters by which two parts of a pattern are told apart."""

Token = re.Match[str]


def search(pattern: str, text: str) -> re.Match[str] | None:
    """The first place in the text that matches, whatever the case of its letters; only its beginning is read."""
    return re.search(pattern, text[:LONGEST_TEXT], re.IGNORECASE)


def faults(key: str, pattern: str) -> Iterator[Fault]:
    """What is wrong with a pattern of the profile: (key, cause, mend) each."""
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        yield key, f"is no regular expression: {error}", "correct it"
        return
    tokens = list(_TOKENS.finditer(pattern))
    for before, token in pairwise([None, *tokens]):
        yield from ((key, cause, mend) for cause, mend in _unbounded(before, token))
    if _steps(_parts(tokens)) > MOST_STEPS:
        mend = "be more exact: repeat nothing that is itself a repeat, and end each repeat by what it cannot be"
        yield key, "could take long, since it may match in many ways from one place", mend


def _unbounded(before: Token | None, token: Token | None) -> Iterator[tuple[str, str]]:
    if token and token.lastgroup == "back":
        yield f"{token[0]} refers back to a group", "write out what it stands for"
    elif token and token.lastgroup == "repeat":
        if before and before.lastgroup == "open":
            yield "has a group that begins with (? and what is not supported", "use ( ) or (?: )"
        elif _bounds(token)[1] > LONGEST_REPEAT:
            yield f"{token[0]} has no end", f"write {{1,20}} for +, {{0,20}} for *, or any end up to {LONGEST_REPEAT}"


def _bounds(repeat: Token) -> tuple[int, int]:
    """The least and the most times; one more than is allowed where it has no end."""
    endless = LONGEST_REPEAT + 1
    if repeat["comma"] is None:
        return {"*": (0, endless), "+": (1, endless), "?": (0, 1)}[repeat["repeat"]]
    least = min(int(repeat["least"] or 0), endless)
    return least, min(int(repeat["most"] or endless), endless) if repeat["comma"] else least


@dataclass(frozen=True, slots=True)
class _Part:
    """A token with its repeat; `lengths` is how many there are of it."""

    kind: str
    written: str
    least: int = 1
    most: int = 1

    @property
    def lengths(self) -> int:
        return max(self.most - self.least, 0) + 1


def _parts(tokens: Iterable[Token]) -> list[_Part]:
    parts: list[_Part] = []
    for token in tokens:
        if token.lastgroup == "repeat" and parts:
            least, most = _bounds(token)
            parts[-1] = replace(parts[-1], least=least, most=most)
        else:
            parts.append(_Part(token.lastgroup or "", token[0]))
    return parts


_CLOSE = _Part("close", ")")


@dataclass(slots=True)
class _Group:
    """One that is open, the whole pattern first: the ways of its branches before, and of this one."""

    before: int = 0
    ways: int = 1
    repeats: bool = False


def _steps(parts: Sequence[_Part]) -> int:
    """In how many ways it may match from one place, at most, and how many steps lead nowhere between them.

    A repeat that the part after it ends has one way, and its steps lead nowhere where that part is missing; the last
    has one too. Within a group that is itself repeated, each has two at least.
    """
    groups, astray = [_Group()], 0
    for index, part in enumerate(parts):
        group, rest = groups[-1], parts[index + 1 :]
        if part.kind == "open":
            groups.append(_Group())
        elif part.kind == "branch":
            group.before, group.ways = group.before + group.ways, 1
        elif part.kind == "close":
            groups.pop()
            within = group.before + group.ways
            repeated = max(within, 1 + group.repeats) ** part.most if part.most > 1 else within
            groups[-1].ways *= repeated * part.lengths
            groups[-1].repeats |= group.repeats
        elif rest and _is_ended(part, rest[0]):
            astray += prod(one.ways for one in groups) * (part.lengths - 1)
        elif set(rest) - {_CLOSE}:
            group.ways *= part.lengths
        groups[-1].repeats |= part.lengths > 1
        groups[-1].ways = min(groups[-1].ways, MOST_STEPS + 1)
    return groups[0].before + groups[0].ways + astray


def _is_ended(part: _Part, after: _Part) -> bool:
    """Whether nothing is won by matching less of that part: what comes after it is never one of its characters."""
    own = _chars(part.written)
    if after.kind == "edge":
        return after.written == r"\b" and own <= _chars(r"\w")
    following = _chars(after.written) if after.kind == "char" and after.least else own
    return bool(following) and own.isdisjoint(following)


@cache
def _chars(atom: str) -> frozenset[str]:
    return frozenset(char for char in _SEEN if re.fullmatch(atom, char, re.IGNORECASE))
