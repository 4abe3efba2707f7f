"""The files inside a message: listed with harmless names, and read out of the raw bytes again when asked for."""

from collections.abc import Iterator

from cases.event import Attachment
from ingest.email.body import is_body
from ingest.email.filenames import harmless_filename
from ingest.email.limits import HARD, NESTED_BYTES
from ingest.email.mime import Part, Tree, read_tree

_MEMBER_STEP = 10_000
"""Members of a container (winmail.dat, uuencode) are numbered `leaf + _MEMBER_STEP * (member + 1)`."""

_EXTENSIONS = {
    "application/json": ".json",
    "application/ics": ".ics",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
}
_NESTED = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "message/global-headers",
        "text/rfc822-headers",
    }
)
_FILES_TOO = frozenset({"message/rfc822", "message/global"})


def list_attachments(tree: Tree) -> tuple[Attachment, ...]:
    """Every file of the message in its order; bodies and the machine-readable parts of reports are none."""
    return tuple(attachment for leaf in tree.leaves for attachment in _of_leaf(leaf))


def nested_messages(tree: Tree) -> tuple[tuple[str, bytes], ...]:
    """(content type, bytes) of attached messages and of the machine-readable parts of a report."""
    return tuple(
        (leaf.content_type, leaf.content[:NESTED_BYTES]) for leaf in tree.leaves if leaf.content_type in _NESTED
    )


def read_attachment(raw: bytes, index: int) -> bytes:
    """The decoded bytes of the attachment with that `Attachment.index` in the raw message.

    Raises LookupError where the message has no such part.
    """
    leaves = read_tree(raw, HARD).leaves
    leaf = leaves[index % _MEMBER_STEP]
    return leaf.content


def _of_leaf(leaf: Part) -> Iterator[Attachment]:
    if is_body(leaf) or (leaf.content_type in _NESTED and leaf.content_type not in _FILES_TOO):
        return
    content_type = leaf.content_type
    yield Attachment(
        filename=harmless_filename(leaf.filename, _default_name(content_type, leaf.index)),
        content_type=content_type,
        size=len(leaf.content),
        inline=_is_inline(leaf),
        index=leaf.index,
    )


def _default_name(content_type: str, index: int) -> str:
    kind = content_type.partition("/")[0]
    stem = kind if kind in ("image", "audio", "video", "message") else "file"
    return f"{stem}-{index}{_EXTENSIONS.get(content_type, '.bin')}"


def _is_inline(leaf: Part) -> bool:
    """Shown within the text: said so, or named by Content-ID with no disposition at all."""
    disposition = leaf.disposition[0]
    return disposition == "inline" or (not disposition and bool(leaf.value("content-id")))
