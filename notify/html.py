"""The HTML face of a mail: one column, inline styles, no image.

Colours are left to the reader's light or dark theme; the one grey that `mail.html` sets shows on both.
"""

import re
from collections.abc import Collection, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from notify.layout import Block, Shape

MARKS = ".,;:!?)»"
"""What may stand behind an address and is not part of it."""

_TIED = re.compile("(?<=«) | (?=[:;!?»])")
_FOOT = '<p style="margin:0">{}</p>'
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LIST = '<ul style="margin:0 0 16px;padding:0 0 0 24px">\n{}\n</ul>'
_QUOTE = '<blockquote style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #888">{}</blockquote>'
_ITEM = '<li style="margin:0 0 4px">{}</li>'


def page(lang: str, subject: str, found: Sequence[Block], links: Collection[str]) -> str:
    """The mail as HTML, its last block as the foot. A word that is one of `links` becomes a link, nothing else does.

    What is quoted has no links at all.
    """
    text = "\n".join(_block(block, links) for block in found[:-1])
    foot = _FOOT.format("<br>\n".join(_linked(line, links) for block in found[-1:] for line in block.lines))
    return _page().substitute(lang=lang, subject=escape(subject), text=text, foot=foot)


def _block(block: Block, links: Collection[str]) -> str:
    lines = [_linked(line, () if block.shape is Shape.QUOTE else links) for line in block.lines]
    if block.shape is Shape.LIST:
        return _LIST.format("\n".join(map(_ITEM.format, lines)))
    return (_QUOTE if block.shape is Shape.QUOTE else _PARAGRAPH).format("<br>\n".join(lines))


def _linked(line: str, links: Collection[str]) -> str:
    words = line.split(" ") if "://" in line else [line]
    return _TIED.sub("&nbsp;", " ".join(_word(word, links) for word in words))


def _word(word: str, links: Collection[str]) -> str:
    address = word.rstrip(MARKS)
    if address not in links:
        return escape(word)
    shown = escape(address)
    return f'<a href="{shown}">{shown}</a>{escape(word[len(address) :])}'


@cache
def _page() -> Template:
    return Template(Path(__file__).with_name("mail.html").read_text(encoding="utf-8"))
