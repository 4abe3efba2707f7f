"""Reads what a stranger posted, within bounds: a body that is too large is neither kept in memory nor on disk.

A body beyond `LARGEST` is read to its end, or to `DRAINED`, and what is over is thrown away, so that a browser, which
listens only once it has sent everything, can be told. What came before it counts, as the text beside a large file.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from ingest.web.uploads import LARGEST_TOGETHER, MEGABYTE, Offered

LARGEST = LARGEST_TOGETHER + 2 * MEGABYTE
"""Bytes of a whole body: files and what is typed beside them."""
LARGEST_TYPED = MEGABYTE
"""Bytes of a body without files."""
DRAINED = 64 * MEGABYTE
MOST_FIELDS = 100
MOST_PARTS = 300
"""Files that are read: of too many each is said to be one too many, and what was typed beside them stays."""
LARGEST_FIELD = 200_000


@dataclass(frozen=True, slots=True)
class Posted:
    """`fields` are what was typed, the last of each name, without NUL, which PostgreSQL does not keep. `too_large`: the
    body was cut. `unreadable`: it is none that a page of ours sends."""

    fields: dict[str, str] = field(default_factory=dict)
    files: tuple[Offered, ...] = ()
    too_large: bool = False
    unreadable: bool = False


class _Bounded:
    """The first bytes of a body; the rest is read and thrown away."""

    def __init__(self, request: Request, most: int) -> None:
        self._request, self._most = request, most
        self.cut = False

    async def stream(self) -> AsyncGenerator[bytes, None]:
        received = 0
        async for chunk in self._request.stream():
            if received < self._most:
                yield chunk[: self._most - received]
            received += len(chunk)
            self.cut = received > self._most
            if received > DRAINED:
                return


async def _posted(request: Request) -> AsyncIterator[Posted]:
    if _announced(request) > DRAINED:
        yield Posted(too_large=True)
        return
    multipart = request.headers.get("content-type", "").startswith("multipart/form-data")
    bounded = _Bounded(request, LARGEST if multipart else LARGEST_TYPED)
    try:
        form = await _parsed(request, bounded, multipart=multipart)
    except (MultiPartException, UnicodeError, ValueError):
        yield Posted(unreadable=not bounded.cut, too_large=bounded.cut)
        return
    request.state.form = form  # for a page that shows it again (desk/signin/carried.py)
    try:
        yield _read(form, cut=bounded.cut)
    finally:
        await form.close()


Form = Annotated[Posted, Depends(_posted)]


def _announced(request: Request) -> int:
    """The length that the request says it has (RFC 9110 8.6), 0 where it says none."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0


async def _parsed(request: Request, bounded: _Bounded, *, multipart: bool) -> FormData:
    if multipart:
        parts = {"max_files": MOST_PARTS, "max_fields": MOST_FIELDS, "max_part_size": LARGEST_FIELD}
        return await MultiPartParser(request.headers, bounded.stream(), **parts).parse()
    fields = {"max_fields": MOST_FIELDS, "max_part_size": LARGEST_FIELD}
    return await FormParser(request.headers, bounded.stream(), **fields).parse()


def _read(form: FormData, *, cut: bool) -> Posted:
    items = form.multi_items()
    files = [value for _, value in items if isinstance(value, UploadFile) and value.filename]
    return Posted(
        fields={name: value.replace("\0", "") for name, value in items if isinstance(value, str)},
        files=tuple(Offered(one.filename or "", one.size or 0, one.file) for one in files),
        too_large=cut,
    )
