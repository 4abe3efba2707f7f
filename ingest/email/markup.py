"""HTML from strangers: as text for machines, and as safe HTML for pages. Size and depth are capped before either.

The libraries underneath are quick but not linear: 20,000 nested <div> cost nh3 three seconds, 30,000 attributes in one
tag cost selectolax four.
"""

import html as entities
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.email.limits import HTML_ATTRIBUTES, HTML_CHARS, HTML_DEPTH
from ingest.email.storable import storable

if TYPE_CHECKING:
    import nh3

# An attribute as the HTML standard's tokenizer sees it (13.2.5.32 and following), and a whole tag.
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*)?)?"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*)((?:[\s/]+|{_ATTRIBUTE})*+)>?")
_HARMLESS_CHARS = 10_000
_FEW_ATTRIBUTES = 2 * HTML_ATTRIBUTES
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
)
_ENDS_ITSELF = frozenset({"p", "li", "dd", "dt"})
_ENDS_ITSELF_IN_HTML = _ENDS_ITSELF | {"td", "th", "tr", "thead", "tbody", "tfoot", "option", "colgroup"}

_LINE_BREAK = re.compile(r"<(?=br\b)", re.IGNORECASE)
_PARAGRAPH_END = re.compile(r"</(?=p\b)", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|li|tr|h[1-6]|hr|table|ul|ol|dl|dt|dd|pre|center|address|section|article|header|footer)\b)",
    re.IGNORECASE,
)
_CELL_END = re.compile(r"</(?=t[dh]\b)", re.IGNORECASE)
_QUOTE = re.compile(r"<(/?)(?=blockquote\b)", re.IGNORECASE)
# Control characters that no storable text contains mark blocks and quotes in the tree's text. The boundary is one that
# HTML calls white space: any other character between the rows of a table is moved out of the table.
_BOUNDARY, _QUOTE_BEGIN, _QUOTE_END = "\x0c", "\x02", "\x03"
_QUOTE_DEPTH = 5

_ALLOWED_TAGS = (
    "a abbr b blockquote br caption center cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins "
    "kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var"
)
_ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "*": {"dir", "lang"},
}
_DROPPED_WITH_CONTENT = "script style title svg math template noscript iframe object applet textarea select"


def safe_html(html: str) -> str:
    """HTML that can be shown: structure and links only, no image, style, form, script, nor anything remote.

    Too deep or odd to be cleaned quickly, it becomes its text in <pre>.
    """
    html = storable(html, HTML_CHARS)
    if _is_abusive(html):
        return f"<pre>{entities.escape(_without_tags(html))}</pre>"
    return _cleaner().clean(html)


def html_to_text(html: str) -> str:
    """The text that a reader would see, a line per block, quoted blocks marked with '> ' as in plain mail."""
    html = storable(html, HTML_CHARS)
    if _is_abusive(html):
        return _without_tags(html).strip()
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_with_boundaries(html))
    tree.strip_tags(["script", "style", "head", "title", "template", "noscript"], recursive=True)
    body = tree.body
    return storable(_lines(body.text() if body else ""))


def _with_boundaries(html: str) -> str:
    if "<pre" not in html and "<PRE" not in html:
        html = " ".join(html.split())
    html = _LINE_BREAK.sub("\n<", html)
    html = _PARAGRAPH_END.sub(f"{_BOUNDARY}\n</", html)
    html = _BLOCK.sub(f"{_BOUNDARY}<", html)
    html = _CELL_END.sub(" </", html)
    return _QUOTE.sub(lambda tag: f"{_BOUNDARY}{_QUOTE_END if tag[1] else _QUOTE_BEGIN}{_BOUNDARY}{tag[0]}", html)


def _lines(text: str) -> str:
    """The marked text as lines: one blank line at most between two, '> ' for each quote around."""
    lines: list[str] = []
    depth, prefix = 0, ""
    for block in text.replace("\xa0", " ").split(_BOUNDARY):
        if block in (_QUOTE_BEGIN, _QUOTE_END):
            depth = max(0, depth + (1 if block == _QUOTE_BEGIN else -1))
            prefix = "> " * min(depth, _QUOTE_DEPTH)
            continue
        inside = [line.strip() for line in block.split("\n")]
        if not inside[-1]:
            inside.pop()  # a <br> at the end of a block shows nothing
        for line in inside:
            if line or (lines and lines[-1].strip("> ")):
                lines.append((prefix + line).rstrip())
    while lines and not lines[-1].strip("> "):
        lines.pop()
    return "\n".join(lines)


def _is_abusive(html: str) -> bool:
    """Nested or attributed beyond the caps, by one linear pass that never counts much less than the real depth."""
    if len(html) <= _HARMLESS_CHARS and html.count("<") <= HTML_DEPTH:
        return False
    ends_itself = _ENDS_ITSELF if "<svg" in html.lower() or "<math" in html.lower() else _ENDS_ITSELF_IN_HTML
    is_open: Counter[str] = Counter()
    depth = 0
    for closing, tag, attributes in _TAG.findall(html):
        if len(attributes) > _FEW_ATTRIBUTES and len(_ATTRIBUTES.findall(attributes)) > HTML_ATTRIBUTES:
            return True
        name = tag.lower()
        if name in _VOID or name in ends_itself:
            continue
        if not closing:
            is_open[name] += 1
            depth += 1
        elif is_open[name]:
            is_open[name] -= 1
            depth -= 1
        if depth > HTML_DEPTH:
            return True
    return False


def _without_tags(html: str) -> str:
    return storable(entities.unescape(_TAG.sub(" ", html)))


@lru_cache(maxsize=1)
def _cleaner() -> "nh3.Cleaner":
    import nh3

    return nh3.Cleaner(
        tags=set(_ALLOWED_TAGS.split()),
        clean_content_tags=set(_DROPPED_WITH_CONTENT.split()),
        attributes=_ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
