"""The HTML face of a mail: one column, inline styles, no image.

Colours are left to the reader's light or dark theme; the one grey that `mail.html` sets shows on both.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from notify.layout import Block, Shape

MARKS = ".,;:!?)»"
"""What may stand behind an address and is not part of it."""

_TIED = (("« ", "«&nbsp;"), *((f" {mark}", f"&nbsp;{mark}") for mark in ":;!?»"))
"""French marks whose space belongs to the word that they stand at."""
_BREAK = "<br>\n"
_FOOT = '<p style="margin:0">{}</p>'
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LIST = '<ul style="margin:0 0 16px;padding:0 0 0 24px">\n{}\n</ul>'
_QUOTE = '<blockquote style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #888">{}</blockquote>'
_ITEM = '<li style="margin:0 0 4px">{}</li>'


def page(lang: str, subject: str, found: Sequence[Block], links: Collection[str]) -> str:
    """The mail as HTML, its last block as the foot. A word that is one of `links` becomes a link, nothing else does.

    What is quoted has no links at all.
    """
    shown = {_text(link): escape(link) for link in links}
    text = "\n".join([_block(block, shown) for block in found[:-1]])
    for apart, tied in _TIED:
        text = text.replace(apart, tied)
    foot = "".join(_FOOT.format(_lines(block, shown).replace("\n", _BREAK)) for block in found[-1:])
    return _page().substitute(lang=lang, subject=_text(subject), text=text, foot=foot)


def _block(block: Block, links: Mapping[str, str]) -> str:
    lines = _lines(block, links)
    if block.shape is Shape.LIST:
        return _LIST.format("\n".join(map(_ITEM.format, lines.split("\n"))))
    frame = _QUOTE if block.shape is Shape.QUOTE else _PARAGRAPH
    return frame.format(lines.replace("\n", _BREAK))


def _lines(block: Block, links: Mapping[str, str]) -> str:
    text = _text("\n".join(block.lines))
    if "://" not in text or block.shape is Shape.QUOTE:
        return text
    return "\n".join(" ".join(_word(word, links) for word in line.split(" ")) for line in text.split("\n"))


def _word(word: str, links: Mapping[str, str]) -> str:
    address = word.rstrip(MARKS)
    return f'<a href="{links[address]}">{address}</a>{word[len(address) :]}' if address in links else word


def _text(text: str) -> str:
    """The text as content of an element, where quotation marks stand for themselves."""
    return escape(text, quote=False)


@cache
def _page() -> Template:
    return Template(Path(__file__).with_name("mail.html").read_text(encoding="utf-8"))
