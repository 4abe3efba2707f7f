"""From one rendered text to both faces of a mail: plain lines of 72 columns, and blocks for the HTML part."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

WIDTH = 72
_TIED = frozenset(":;!?»")
BREAK = re.compile("(?<!«) (?![:;!?»])")
"""A space where a line may end: French has spaces before some marks, and they belong to the word."""


class Shape(StrEnum):
    """What a block is. The value is what each of its lines begins with in the text."""

    PARAGRAPH = ""
    LIST = "- "
    QUOTE = "> "


_SHAPES = {shape.value: shape for shape in Shape}


class Block(NamedTuple):
    """A paragraph with its lines, a list with its items, or the lines of what somebody else wrote."""

    shape: Shape
    lines: tuple[str, ...]


def quote(text: str) -> str:
    """The text as one block of quoted lines: nothing in it can end the quotation."""
    return "\n".join(Shape.QUOTE + line for line in text.strip("\n").split("\n"))


def blocks(text: str) -> list[Block]:
    """The blocks of a text, which blank lines separate; one whose every line begins so is a list or a quotation."""
    return [_block(part) for part in text.split("\n\n") if part and not part.isspace()]


def _block(part: str) -> Block:
    lines = part.strip("\n").split("\n")
    shape = _SHAPES.get(lines[0][:2], Shape.PARAGRAPH)
    if shape is Shape.PARAGRAPH or not all(line.startswith(shape) for line in lines):
        return Block(Shape.PARAGRAPH, tuple(lines))
    return Block(shape, tuple(line[2:] for line in lines))


def plain(found: list[Block]) -> str:
    """The blocks as text of at most 72 columns, words too long for a line left whole."""
    return "\n\n".join("\n".join(_lines(block)) for block in found) + "\n"


def _lines(block: Block) -> Iterator[str]:
    for line in block.lines:
        if block.shape is Shape.PARAGRAPH:
            yield from wrap(line, WIDTH)
        else:
            joint = "\n  " if block.shape is Shape.LIST else "\n> "
            yield (block.shape + joint.join(wrap(line, WIDTH - 2))).rstrip()


def wrap(line: str, width: int) -> list[str]:
    """The line cut at spaces into lines of at most `width` characters, where its words allow; never before the
    punctuation that French sets apart."""
    lines = []
    while len(line) > width and (cut := _cut(line, width)) > 0:
        lines.append(line[:cut])
        line = line[cut + 1 :]
    return [*lines, line]


def _cut(line: str, width: int) -> int:
    """The last place in that width where the line may be cut, else the first behind it; -1 where there is none."""
    cut = line.rfind(" ", 1, width + 1)
    while cut > 0 and (line[cut + 1 : cut + 2] in _TIED or line[cut - 1] == "«"):
        cut = line.rfind(" ", 1, cut)
    if cut > 0:
        return cut
    found = BREAK.search(line, width)
    return found.start() if found else -1
