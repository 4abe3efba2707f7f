"""From one rendered text to both faces of a mail: plain lines of 72 columns, and blocks for the HTML part."""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 72
_BULLET = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its lines, or a list with its items."""

    is_list: bool
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The blocks of a text, which blank lines separate; one whose every line begins with `- ` is a list."""
    found = []
    for part in text.split("\n\n"):
        lines = tuple(part.strip("\n").split("\n"))
        is_list = all(line.startswith(_BULLET) for line in lines)
        if lines != ("",):
            found.append(Block(is_list, tuple(line[2:] for line in lines) if is_list else lines))
    return found


def plain(found: list[Block]) -> str:
    """The blocks as text of at most 72 columns, words too long for a line left whole."""
    return "\n\n".join("\n".join(_lines(block)) for block in found) + "\n"


def _lines(block: Block) -> Iterator[str]:
    for line in block.lines:
        if block.is_list:
            yield "\n  ".join(wrap(_BULLET + line, WIDTH - 2))
        else:
            yield from wrap(line, WIDTH)


def wrap(line: str, width: int) -> list[str]:
    """The line cut at spaces into lines of at most `width` characters, where its words allow."""
    lines = []
    while len(line) > width:
        cut = line.rfind(" ", 1, width + 1)
        if cut < 0:
            cut = line.find(" ", width)
        if cut < 0:
            break
        lines.append(line[:cut])
        line = line[cut + 1 :]
    return [*lines, line]
