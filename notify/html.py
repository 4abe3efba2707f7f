"""The HTML face of a mail: one column, inline styles, no image, no colour that light or dark would swallow."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from notify.layout import Block


def page(lang: str, subject: str, found: Sequence[Block], links: Collection[str]) -> str:
    """The mail as HTML. A word that is one of `links` becomes a link, nothing else does."""
    shown = [(block.is_list, [_linked(line, links) for line in block.lines]) for block in found]
    return _template().render(lang=lang, subject=subject, blocks=shown[:-1], foot=shown[-1:])


def _linked(line: str, links: Collection[str]) -> Markup:
    if not any(link in line for link in links):
        return escape(line)
    anchor = Markup('<a href="{0}">{0}</a>')
    return Markup(" ").join(anchor.format(word) if word in links else word for word in line.split(" "))


@cache
def _template() -> Template:
    source = Path(__file__).with_name("mail.html").read_text(encoding="utf-8")
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    ).from_string(source)
