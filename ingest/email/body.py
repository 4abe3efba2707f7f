"""What a person wrote: the choice among the parts of a message (RFC 2046 section 5.1), as text and as raw HTML."""

import html as entities
import re

from ingest.email import charset
from ingest.email.limits import HTML_CHARS
from ingest.email.markup import html_to_text
from ingest.email.mime import Part, walk
from ingest.email.storable import TEXT_CHARS, storable
from ingest.email.uuencode import split_uuencoded

_PLAIN = frozenset({"text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"})
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_BYTES = 2_048


def is_body(part: Part) -> bool:
    """Is this leaf something to read, rather than a file?"""
    return _is_readable(part) and part.disposition != "attachment" and not part.filename


def body_text(part: Part) -> str:
    """The readable text of a tree: text/plain where an alternative has it, HTML as text elsewhere.

    Where no part is a body, the first text with a file name is taken, unless it is declared an attachment.
    """
    return (_text(part) or _named_text(part)).strip("\n")[:TEXT_CHARS]


def body_html(part: Part) -> str:
    """The HTML of a tree as it came (unsafe), or '' where it has none. Text between HTML parts is kept as <pre>."""
    return _html(part)[:HTML_CHARS] if _has_html(part) else ""


def decoded_text(part: Part) -> str:
    """A leaf's content as storable text."""
    declared = part.parameters.get("charset", "")
    content = part.content[: 4 * TEXT_CHARS]
    if not declared and part.content_type == "text/html" and (meta := _META_CHARSET.search(content, 0, _META_BYTES)):
        declared = meta[1].decode("ascii", "replace")
    return storable(charset.decode(content, declared))


def _text(part: Part) -> str:
    if not part.children:
        return _leaf_text(part)
    if part.content_type == "multipart/alternative":
        ranked = sorted(part.children, key=_has_html)
        return next((text for child in ranked if (text := _text(child)).strip()), "")
    texts = (_text(child).strip("\n") for child in part.children)
    return "\n\n".join(text for text in texts if text.strip())


def _named_text(part: Part) -> str:
    shown = (leaf for leaf in walk(part) if leaf.content_type in _PLAIN and leaf.disposition != "attachment")
    return next(map(decoded_text, shown), "")


def _is_readable(part: Part) -> bool:
    """Text, or what claims to be a multipart and is none."""
    content_type = part.content_type
    return (
        content_type in _PLAIN
        or content_type in ("text/html", "text/x-amp-html")
        or (content_type.startswith("multipart/") and not part.children)
    )


def _leaf_text(part: Part) -> str:
    if not is_body(part) or part.content_type == "text/x-amp-html":
        return ""
    text = decoded_text(part)
    return html_to_text(text) if part.content_type == "text/html" else split_uuencoded(text)[0]


def _html(part: Part) -> str:
    if not part.children:
        return decoded_text(part) if _has_html(part) else _preformatted(_leaf_text(part))
    if part.content_type == "multipart/alternative":
        return next((_html(child) for child in reversed(part.children) if _has_html(child)), "") or _preformatted(
            _text(part)
        )
    return "\n".join(filter(None, map(_html, part.children)))


def _has_html(part: Part) -> bool:
    return any(leaf.content_type == "text/html" and is_body(leaf) for leaf in walk(part) if not leaf.children)


def _preformatted(text: str) -> str:
    return storable(f"<pre>{entities.escape(text)}</pre>") if text.strip() else ""
