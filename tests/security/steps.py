"""How many steps a regular expression takes on a text: CPython's engine, counted instead of timed.

The engine backtracks over the parsed pattern (`re._parser`). This one does so in the same order, without the engine's
shortcuts, and counts each part that is tried at each place. So a figure is an upper bound, and is the same on every
machine.
"""

import re
import re._constants as sre
import re._parser as parser
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

Node = tuple[Any, Any]

_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_CHARACTERS = (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY)


class TooManyError(Exception):
    """More steps than the budget."""


class Steps:
    """Counts for one pattern; `budget` is the most that is counted."""

    def __init__(self, pattern: re.Pattern[Any], budget: int) -> None:
        written = pattern.pattern
        self.nodes: Sequence[Node] = list(parser.parse(written, pattern.flags & ~re.DEBUG))
        self.flags, self.budget, self.count = pattern.flags, budget, 0
        self.text = ""
        self.groups: dict[int, str] = {}

    def search(self, text: str) -> int:
        """Steps of looking for every match in the text, as `sub` and `finditer` do. Raises TooManyError."""
        self.text, self.count, place = text, 0, 0
        while place <= len(text):
            end = next(self._sequence(self.nodes, 0, place), None)
            place = end if end is not None and end > place else place + 1
        return self.count

    def match(self, text: str) -> int:
        """Steps of matching at the beginning, and of the whole text. Raises TooManyError."""
        self.text, self.count = text, 0
        for end in self._sequence(self.nodes, 0, 0):
            if end == len(text):
                break
        return self.count

    def _sequence(self, nodes: Sequence[Node], index: int, place: int) -> Iterator[int]:
        if index == len(nodes):
            yield place
            return
        for end in self._node(nodes[index], place):
            yield from self._sequence(nodes, index + 1, end)

    def _node(self, node: Node, place: int) -> Iterator[int]:
        self.count += 1
        if self.count > self.budget:
            raise TooManyError
        kind, value = node
        if kind in _REPEATS:
            yield from self._repeat(kind, value, place)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from self._sequence(list(branch), 0, place)
        elif kind is sre.SUBPATTERN:
            for end in self._sequence(list(value[3]), 0, place):
                self.groups[value[0]] = self.text[place:end]
                yield end
        elif kind is sre.ATOMIC_GROUP:
            yield from self._first(self._sequence(list(value), 0, place))
        elif kind is sre.GROUPREF:
            said = self.groups.get(value, "")
            yield from [place + len(said)] * self.text.startswith(said, place)
        else:
            yield from [place + (kind in _CHARACTERS)] * self._holds(node, place)

    def _holds(self, node: Node, place: int) -> bool:
        """Whether a part without parts of its own holds there: a character, an edge, or what is looked at."""
        kind, value = node
        if kind in (sre.ASSERT, sre.ASSERT_NOT):
            return self._looked(value, place) is (kind is sre.ASSERT)
        if kind is sre.AT:
            return self._is_at(value, place)
        return place < len(self.text) and self.takes(node, self.text[place])

    def _repeat(self, kind: Any, value: Any, place: int) -> Iterator[int]:
        least, most, body = value[0], value[1], list(value[2])
        if kind is sre.POSSESSIVE_REPEAT:
            yield from self._first(self._repeat(sre.MAX_REPEAT, value, place))
            return
        if len(body) == 1 and body[0][0] in _CHARACTERS:
            ends = self._run(body[0], least, most, place)
            yield from ends if kind is sre.MIN_REPEAT else reversed(ends)
            return
        yield from self._repeated(kind, (least, most, body), 0, place)

    def _run(self, one: Node, least: int, most: int, place: int) -> range:
        """The ends of a repeat of one character: there is nothing to try in between."""
        end = place
        while end < len(self.text) and end - place < most and self.takes(one, self.text[end]):
            end += 1
            self.count += 1
        return range(place + least, end + 1)

    def _repeated(self, kind: Any, value: Any, times: int, place: int) -> Iterator[int]:
        least, most, body = value
        if kind is sre.MIN_REPEAT and times >= least:
            yield place
        if times < most:
            for end in self._sequence(body, 0, place):
                if end > place or times < least:
                    yield from self._repeated(kind, value, times + 1, end)
        if kind is not sre.MIN_REPEAT and times >= least:
            yield place

    def _first(self, ends: Iterator[int]) -> Iterator[int]:
        found = next(ends, None)
        if found is not None:
            yield found

    def _looked(self, value: Any, place: int) -> bool:
        direction, body = value[0], list(value[1])
        if direction > 0:
            return next(self._sequence(body, 0, place), None) is not None
        shortest, longest = value[1].getwidth()
        starts = range(max(0, place - longest), place - shortest + 1)
        return any(place in self._sequence(body, 0, start) for start in starts)

    def _is_at(self, value: Any, place: int) -> bool:
        before, after = self.text[place - 1 : place], self.text[place : place + 1]
        at_line = self.flags & re.MULTILINE
        if value is sre.AT_BEGINNING:
            return place == 0 or bool(at_line and before == "\n")
        if value is sre.AT_END:
            return place == len(self.text) or self.text[place:] == "\n" or bool(at_line and after == "\n")
        if value is sre.AT_BEGINNING_STRING:
            return place == 0
        if value is sre.AT_END_STRING:
            return place == len(self.text)
        is_edge = bool(re.match(r"\w", before)) != bool(re.match(r"\w", after))
        return is_edge is (value is sre.AT_BOUNDARY)

    def takes(self, node: Node, char: str) -> bool:
        """Whether a part of one character takes that one."""
        kind, value = node
        if kind is sre.ANY:
            return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is sre.IN:
            negated = value[0][0] is sre.NEGATE
            return negated is not any(self._is_in(one, char) for one in value[negated:])
        return (kind is sre.NOT_LITERAL) is not self._is_in((sre.LITERAL, value), char)

    def _is_in(self, item: Node, char: str) -> bool:
        kind, value = item
        spelt = {char, char.lower(), char.upper()} if self.flags & re.IGNORECASE else {char}
        if kind is sre.LITERAL:
            return any(ord(one) == value for one in spelt if len(one) == 1)
        if kind is sre.RANGE:
            return any(value[0] <= ord(one) <= value[1] for one in spelt if len(one) == 1)
        return bool(_CATEGORIES[value](char))


_CATEGORIES = {
    sre.CATEGORY_DIGIT: re.compile(r"\d").match,
    sre.CATEGORY_NOT_DIGIT: re.compile(r"\D").match,
    sre.CATEGORY_SPACE: re.compile(r"\s").match,
    sre.CATEGORY_NOT_SPACE: re.compile(r"\S").match,
    sre.CATEGORY_WORD: re.compile(r"\w").match,
    sre.CATEGORY_NOT_WORD: re.compile(r"\W").match,
}


MOST = 80
"""Texts for each expression: long lists of words give hundreds that are alike."""


class Hostile:
    """Texts that a pattern may go astray on: what leads to each of its repeats, and what that repeats, for long."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def texts(self) -> Iterator[tuple[str, str]]:
        """(what comes before, what is repeated) of each."""
        seen = dict.fromkeys(pair for pair in self._within(self._steps.nodes, "") if pair[1])
        yield from islice(dict.fromkeys([*dict.fromkeys(("", pump) for _, pump in seen), *seen]), MOST)

    def _within(self, nodes: Sequence[Node], before: str) -> Iterator[tuple[str, str]]:
        for kind, value in nodes:
            inner = _inner(kind, value)
            if kind in _REPEATS:
                yield before, self._sample(list(value[2]), 1)
                yield before, self._sample(list(value[2]), 2)
            for body in inner:
                yield from self._within(body, before)
            before += self._sample([(kind, value)], 1)
        yield "", before[:60]

    def _sample(self, nodes: Sequence[Node], times: int) -> str:
        """A text that these parts match, more or less: each repeat so often, if it may."""
        said = ""
        for kind, value in nodes:
            inner = _inner(kind, value)
            if kind in (sre.ASSERT, sre.ASSERT_NOT, sre.AT, sre.GROUPREF):
                continue
            if inner:
                again = min(max(times, value[0]), value[1]) if kind in _REPEATS else 1
                said += self._sample(inner[-1 if times > 1 else 0], times) * min(int(again), 20)
            else:
                said += next((char for char in _CHARS if self._steps.takes((kind, value), char)), "")
        return said


_CHARS = "a0 \n.-<\"'" + "".join(map(chr, range(0x20, 0x180))) + "\t\r\x00" + "".join(map(chr, range(0x2000, 0x2070)))


def _inner(kind: Any, value: Any) -> list[list[Node]]:
    """What stands within a part."""
    if kind in _REPEATS:
        return [list(value[2])]
    if kind is sre.BRANCH:
        return [list(one) for one in value[1]]
    if kind is sre.SUBPATTERN:
        return [list(value[3])]
    return [list(value)] if kind is sre.ATOMIC_GROUP else []
