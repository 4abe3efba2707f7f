"""The regular expressions of a profile, which read what strangers wrote.

Python's engine backtracks, and a text can be made to keep it busy. So every repeat has an end, and a pattern has at
most `MOST_WAYS` ways to match from one place, repeats within repeats included; `search` reads `LONGEST_TEXT`
characters. The time is then in proportion to the text, whatever it says.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from cases.hours import Fault

LONGEST_TEXT = 20_000
LONGEST_REPEAT = 100
MOST_WAYS = 200

_TOKENS = re.compile(
    r"""(?P<escaped>\\.)
    |(?P<set>\[\^?\]?(?:\\.|[^]\\])*\])
    |(?P<open>\((?:\?(?::|<?[=!]|P<\w+>))?)
    |(?P<close>\))
    |(?P<repeat>[*+?]|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)(?<!\{)\})\??
    |(?P<branch>\|)
    |.""",
    re.VERBOSE | re.DOTALL,
)


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
    if _ways(tokens) > MOST_WAYS:
        mend = "be more exact, and repeat nothing that is itself a repeat"
        yield key, f"has over {MOST_WAYS} ways to match from one place, which could take long", mend


def _unbounded(before: re.Match[str] | None, token: re.Match[str] | None) -> Iterator[tuple[str, str]]:
    written = token[0] if token else ""
    if token and token.lastgroup == "escaped" and written[1] in "123456789":
        yield f"{written} refers back to a group", "write out what it stands for"
    elif token and token.lastgroup == "repeat":
        if before and before.lastgroup == "open":
            yield "has a group that begins with (? and what is not supported", "use ( ) or (?: )"
        elif _bounds(token)[1] > LONGEST_REPEAT:
            yield f"{written} has no end", f"write {{1,20}} for +, {{0,20}} for *, or any end up to {LONGEST_REPEAT}"


def _bounds(repeat: re.Match[str]) -> tuple[int, int]:
    """The least and the most times; one more than is allowed where it has no end."""
    endless = LONGEST_REPEAT + 1
    if repeat["comma"] is None:
        return {"*": (0, endless), "+": (1, endless), "?": (0, 1)}[repeat["repeat"]]
    least = min(int(repeat["least"] or 0), endless)
    return least, min(int(repeat["most"] or endless), endless) if repeat["comma"] else least


def _ways(tokens: Iterable[re.Match[str]]) -> int:
    """In how many ways it may match from one place, at most. `levels` holds, for each group that is open, the ways of
    the branches before and those of this one."""
    levels, item = [[0, 1]], 1
    for token in tokens:
        kind, item_before, item = token.lastgroup, item, 1
        if kind == "open":
            levels.append([0, 1])
        elif kind == "branch":
            levels[-1] = [sum(levels[-1]), 1]
        elif kind == "close":
            item = sum(levels.pop())
            levels[-1][1] *= item
        elif kind == "repeat":
            least, most = _bounds(token)
            levels[-1][1] *= item_before ** max(most - 1, 0) * (max(most - least, 0) + 1)
        levels[-1][1] = min(levels[-1][1], MOST_WAYS + 1)
    return sum(levels[0])
