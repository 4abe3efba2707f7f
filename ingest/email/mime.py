"""The MIME tree of a raw message (RFC 2045, 2046), cut out of the bytes by searching for its boundaries.

One linear pass a level with caps, never line by line, never an exception: an unterminated, mislabelled or missing
boundary gives the tree that a reader would see. Parts know their place in the raw bytes and decode when asked, so an
attachment is found again by its index.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.email.headers import split_headers
from ingest.email.limits import BOUNDARY_LINES, Limits
from ingest.email.parameters import media_type, parse_parameters
from ingest.email.transfer import decode_transfer

_FIRST_FIELD = re.compile(
    rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+(?:>?From [^\n]*\n)?"
    rb"(?=(?:from|to|cc|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|reply-to"
    rb"|sender|dkim-signature|authentication-results|x-[!-9;-~]+)[ \t]*:)",
    re.IGNORECASE,
)
_SNIFFED_BOUNDARY = re.compile(rb"(?<![^\n])--([^\s-][^\r\n]{0,69}?)[ \t]*\r?\n(?=content-|\r?\n)", re.IGNORECASE)
_SNIFF_BYTES = 65_536
_LF, _CR = 0x0A, 0x0D


class Part:
    """One node. `raw[start:end]` is its encoded body; `index` counts the leaves of the whole message in order.

    `content_type` is in lower case; `disposition` is the word of Content-Disposition (RFC 2183) or ''; `filename` is
    what the sender called the file, unsafe as it is, or ''.
    """

    __slots__ = (
        "_content",
        "_values",
        "children",
        "content_type",
        "disposition",
        "end",
        "fields",
        "filename",
        "index",
        "parameters",
        "raw",
        "start",
    )

    def __init__(self, raw: bytes, start: int, end: int, default: str = "text/plain") -> None:
        self.raw = raw
        self.end = end
        self.fields, self.start = split_headers(raw, start, end)
        self._values = dict(reversed(self.fields))
        self._content: bytes | None = None
        self.children: list[Part] = []
        self.index = 0
        word, self.parameters = parse_parameters(self.value("content-type"))
        self.content_type = media_type(word, "text/plain") if word else default
        self.disposition, parameters = parse_parameters(self.value("content-disposition"))
        self.filename = parameters.get("filename") or self.parameters.get("name", "")

    def value(self, name: str) -> str:
        """The raw value of the first such field, or ''."""
        return self._values.get(name, "")

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        if self._content is None:
            encoded = self.raw[self.start : self.end]
            self._content = decode_transfer(encoded, self.value("content-transfer-encoding"))
        return self._content

    @property
    def encoded_size(self) -> int:
        """Length of the body as it stands in the message, in bytes."""
        return self.end - self.start


@dataclass
class Tree:
    """A whole message. `defects` says what was wrong with it, `header_bytes` is its longest header section."""

    root: Part
    leaves: list[Part] = field(default_factory=list)
    defects: set[str] = field(default_factory=set)
    header_bytes: int = 0
    nesting: int = 0


def read_tree(raw: bytes, limits: Limits) -> Tree:
    """The tree of `raw`; what is over `limits` stays unread and is named in `defects`."""
    raw, start, defects = _beginning(raw)
    return _Reader(raw, limits, defects).read(start)


def _beginning(raw: bytes) -> tuple[bytes, int, set[str]]:
    """Line ends that are CR only become LF; blank lines, a BOM and an mbox line before the first field are passed."""
    defects = set()
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
        defects.add("cr_line_ends")
    first = _FIRST_FIELD.match(raw)
    start = first.end() if first else 0
    if start:
        defects.add("leading_lines")
    return raw, start, defects


class _Reader:
    def __init__(self, raw: bytes, limits: Limits, defects: set[str]) -> None:
        self.raw = raw
        self.limits = limits
        self.defects = defects
        self.leaves: list[Part] = []
        self.header_bytes = 0
        self.nesting = 0

    def read(self, start: int) -> Tree:
        root = self._part(start, len(self.raw), "text/plain", 0)
        return Tree(root, self.leaves, self.defects, self.header_bytes, self.nesting)

    def _part(self, start: int, end: int, default: str, depth: int) -> Part:
        part = Part(self.raw, start, end, default)
        self.header_bytes = max(self.header_bytes, part.start - start)
        self.nesting = max(self.nesting, depth)
        if part.content_type.startswith("multipart/"):
            self._read_children(part, depth)
        if not part.children:
            part.index = len(self.leaves)
            self.leaves.append(part)
        return part

    def _read_children(self, part: Part, depth: int) -> None:
        if depth >= self.limits.nesting:
            self.defects.add("nesting_too_deep")
            return
        spans = self._spans(part, part.parameters.get("boundary", "").encode("utf-8", "replace"))
        if not spans:
            self.defects.add("no_boundary")
            sniffed = _SNIFFED_BOUNDARY.search(part.raw, part.start, min(part.end, part.start + _SNIFF_BYTES))
            spans = self._spans(part, sniffed[1]) if sniffed else []
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if len(self.leaves) >= self.limits.parts:
                self.defects.add("too_many_parts")
                return
            part.children.append(self._part(start, end, default, depth + 1))

    def _spans(self, part: Part, boundary: bytes) -> list[tuple[int, int]]:
        """Where each body part begins and ends, headers included.

        The last one may lack its closing delimiter, and parts may follow a closing one: some programs give an inner
        multipart the boundary of the outer.
        """
        spans: list[tuple[int, int]] = []
        begin = -1
        for line_start, line_end, closing in self._delimiters(part, b"--" + boundary) if boundary else ():
            if begin >= 0:
                spans.append((begin, max(begin, _before_line_end(part.raw, line_start))))
            begin = -1 if closing else line_end
            if len(spans) > self.limits.parts:
                return spans
        if begin >= 0:
            self.defects.add("unterminated_multipart")
            spans.append((begin, part.end))
        return spans

    def _delimiters(self, part: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
        """(start of line, start of the next line, is it the closing one) for each delimiter line (RFC 2046 5.1.1)."""
        raw, end = part.raw, part.end
        position = part.start
        for _ in range(BOUNDARY_LINES):
            at = raw.find(delimiter, position, end)
            if at < 0:
                return
            position = at + len(delimiter)
            if at > part.start and raw[at - 1] != _LF:
                position = max(position, raw.find(b"\n--", position, end) + 1)
                continue
            line_end = raw.find(b"\n", position, end)
            line_end = end if line_end < 0 else line_end + 1
            rest = raw[position : min(line_end, position + 200)].strip()
            if rest in (b"", b"--"):
                yield at, line_end, bool(rest)
            position = line_end
        self.defects.add("too_many_parts")


def _before_line_end(raw: bytes, line_start: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    end = line_start
    if end and raw[end - 1] == _LF:
        end -= 1
        if end and raw[end - 1] == _CR:
            end -= 1
    return end


def walk(part: Part) -> Iterator[Part]:
    """The part and all beneath it, depth first."""
    yield part
    for child in part.children:
        yield from walk(child)
