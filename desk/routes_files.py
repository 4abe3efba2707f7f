"""Files and formatted mail: what strangers made, and so never trusted.

A file is always downloaded, never shown, under a name that the parser made harmless. Formatted mail is cleaned and
then shown on a page of its own, in a sandbox that may load nothing.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from cases.event import Channel
from desk.attached import attached
from desk.mail import read
from desk.routes_reader import Reader
from ingest.scanning import Scan, State
from ingest.scanning import unscanned as NO_SCANNER  # noqa: N812 - beside the word in an address
from store.tx import Store

LARGEST = 2**63 - 1
"""The largest id that a database holds."""

Identity = Annotated[int, Path(ge=1, le=LARGEST)]
SANDBOX = {"content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"}
WAVE = "audio/wav"
SOUNDS = (WAVE, "audio/x-wav", "audio/mpeg", "audio/ogg")
FORMATTED = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; form-action 'none'; frame-ancestors 'self';"
        " base-uri 'none'"
    ),
    "referrer-policy": "no-referrer",
}
"""`unsafe-inline` is for the style of our own mails and of the frame; strangers' styles are gone before."""


@dataclass(frozen=True)
class Files:
    """What can be taken out of a mail."""

    store: Store
    reader: Reader
    scan: Scan = NO_SCANNER

    def add_to(self, found: APIRouter) -> None:
        found.get("/desk/messages/{identity}/raw")(self.raw)
        found.get("/desk/messages/{identity}/files/{index}")(self.file)
        found.get("/desk/messages/{identity}/html")(self.html)
        found.get("/desk/sent/{identity}/html")(self.sent_html)
        found.get("/desk/recordings/{identity}/sound")(self.sound)

    def raw(self, request: Request, identity: Identity) -> Response:
        """The message as it came, byte for byte."""
        with self.store.reading() as tx:
            [row] = tx.inbound.get([identity]) if tx.views.message(identity) is not None else [None]
            body = tx.bodies.received(identity) if row is not None else b""
        if row is None or len(body) != row.size:  # it was erased
            return self.reader.missing(request)
        return download(body, f"message-{identity}.{'json' if row.channel == Channel.FORM else 'eml'}")

    def file(self, request: Request, identity: Identity, index: int, unscanned: bool = False) -> Response:
        """One attachment, decoded, once the scanner has looked at it; where that gives no answer, `unscanned` takes the
        file all the same."""
        from cases.errors import AiguillageError

        with self.store.reading() as tx:
            row = tx.views.message(identity)
        listed = (row.content or {}).get("attachments", []) if row else []
        name = next((one["filename"] for one in listed if one["index"] == index), None)
        if name is None:
            return self.reader.missing(request)
        try:
            body = attached(self.store, identity, index)
        except (LookupError, AiguillageError):
            return self.reader.missing(request)
        return self._refused(request, name, body, unscanned) or download(body, name)

    def _refused(self, request: Request, name: str, body: bytes, unscanned: bool) -> Response | None:
        """The page that says why a file is not handed out, or not yet; None where it is."""
        said = self.scan(body)
        if said.state is State.INFECTED:
            return self.reader.page(request, "scanned.html", status=403, filename=name, said=said)
        if said.state is State.NOT_SCANNED and self.scan is not NO_SCANNER and not unscanned:
            return self.reader.page(request, "scanned.html", status=503, filename=name, said=said)
        return None

    def html(self, request: Request, identity: Identity) -> Response:
        """The formatted body of a message, cleaned."""
        from ingest.email.markup import safe_html
        from ingest.email.parse import parse

        with self.store.reading() as tx:
            row = tx.views.message(identity)
            raw = tx.bodies.received(identity) if row else b""
        if row is None:
            return self.reader.missing(request)
        body = self.reader.pages.render(
            "frame.html",
            (row.content or {}).get("lang") or self.reader.profile.default_language,
            body=safe_html(parse(raw).html),
        )
        return HTMLResponse(body, headers=FORMATTED)

    def sent_html(self, request: Request, identity: Identity) -> Response:
        """The formatted body of a mail of ours."""
        with self.store.reading() as tx:
            raw = tx.bodies.sent(identity)
        letter = read(raw) if raw else None
        if letter is None or not letter.html:
            return self.reader.missing(request)
        return HTMLResponse(letter.html, headers=FORMATTED)

    def sound(self, request: Request, identity: Identity) -> Response:
        """A spoken message, to be played on the page of its case."""
        with self.store.reading() as tx:
            row, body = tx.recordings.find(identity), tx.recordings.sound(identity)
        if row is None or body is None:
            return self.reader.missing(request)
        named = (row.content_type or "").partition(";")[0].strip().lower()
        return Response(body, media_type=named if named in SOUNDS else WAVE, headers=SANDBOX)


def download(body: bytes, name: str) -> Response:
    """Bytes to be saved, never shown (RFC 6266, RFC 8187)."""
    plain = "".join(char if (char.isascii() and char.isalnum()) or char in "-_. " else "_" for char in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, media_type="application/octet-stream", headers=SANDBOX | {"content-disposition": disposition})
