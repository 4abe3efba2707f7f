"""The HTML face of a mail: one column, inline styles, no image.

Colours are left to the reader's light or dark theme; the one grey that `mail.html` sets shows on both.
"""

from collections.abc import Collection, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from notify.layout import Block

_FOOT = '<p style="margin:0">{}</p>'
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LIST = '<ul style="margin:0 0 16px;padding:0 0 0 24px">\n{}\n</ul>'
_ITEM = '<li style="margin:0 0 4px">{}</li>'


def page(lang: str, subject: str, found: Sequence[Block], links: Collection[str]) -> str:
    """The mail as HTML, its last block as the foot. A word that is one of `links` becomes a link, nothing else does."""
    text = "\n".join(_block(block, links) for block in found[:-1])
    foot = _FOOT.format("<br>\n".join(_linked(line, links) for block in found[-1:] for line in block.lines))
    return _page().substitute(lang=lang, subject=escape(subject), text=text, foot=foot)


def _block(block: Block, links: Collection[str]) -> str:
    lines = [_linked(line, links) for line in block.lines]
    if block.is_list:
        return _LIST.format("\n".join(map(_ITEM.format, lines)))
    return _PARAGRAPH.format("<br>\n".join(lines))


def _linked(line: str, links: Collection[str]) -> str:
    if "://" not in line:
        return escape(line)
    return " ".join(
        f'<a href="{shown}">{shown}</a>' if word in links else shown
        for word, shown in ((word, escape(word)) for word in line.split(" "))
    )


@cache
def _page() -> Template:
    return Template(Path(__file__).with_name("mail.html").read_text(encoding="utf-8"))
