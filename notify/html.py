"""The HTML face of a mail: one column, inline styles, no image, no colour that light or dark would swallow."""

from collections.abc import Collection, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from notify.layout import Block

_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_LIST = '<ul style="margin:0 0 16px;padding:0 0 0 24px">\n{}\n</ul>'
_ITEM = '<li style="margin:0 0 4px">{}</li>'


def page(lang: str, subject: str, found: Sequence[Block], links: Collection[str]) -> str:
    """The mail as HTML, its last block as the foot. A word that is one of `links` becomes a link, nothing else does."""
    shown = [_block(block, links) for block in found]
    return _page().substitute(lang=lang, subject=escape(subject), text="\n".join(shown[:-1]), foot="".join(shown[-1:]))


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
