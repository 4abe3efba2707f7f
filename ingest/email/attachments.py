"""The files inside a message: listed with harmless names, and read out of the raw bytes again when asked for."""

from collections.abc import Iterator

from cases.dangers import danger
from cases.event import Attachment
from ingest.email.body import decoded_text, is_body
from ingest.email.filenames import harmless_filename
from ingest.email.isolate import run_isolated
from ingest.email.limits import HARD, NESTED_BYTES, RAW_BYTES
from ingest.email.members import NOTHING_UNPACKED, Member, Unpacked
from ingest.email.mime import Part, Tree, read_tree
from ingest.email.uuencode import split_uuencoded

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
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_UNTYPED = "application/octet-stream"
_TYPES = {extension: content_type for content_type, extension in reversed(_EXTENSIONS.items())}
_FILES_TOO = frozenset({"message/rfc822", "message/global"})


def open_containers(tree: Tree) -> dict[int, Unpacked]:
    """What the containers among the leaves hold, by leaf index."""
    return {leaf.index: _unpacked(leaf) for leaf in tree.leaves if is_tnef(leaf) or _has_uuencoded(leaf)}


def list_attachments(tree: Tree, opened: dict[int, Unpacked]) -> tuple[Attachment, ...]:
    """Every file of the message in its order; bodies and the machine-readable parts of reports are none.

    A winmail.dat is replaced by the files that it holds, where it could be opened.
    """
    return tuple(
        attachment for leaf in tree.leaves for attachment in _of_leaf(leaf, opened.get(leaf.index, NOTHING_UNPACKED))
    )


def nested_messages(tree: Tree) -> tuple[tuple[str, bytes], ...]:
    """(content type, bytes) of attached messages and of the machine-readable parts of a report."""
    return tuple(
        (leaf.content_type, leaf.content[:NESTED_BYTES]) for leaf in tree.leaves if leaf.content_type in _NESTED
    )


def read_attachment(raw: bytes, index: int) -> bytes:
    """The decoded bytes of the attachment with that `Attachment.index` in the raw message.

    Raises LookupError where the message has no such file, IsolationError where a winmail.dat cannot be opened again.
    """
    leaf = _leaf(raw, index)
    if index >= _MEMBER_STEP and is_tnef(leaf):
        return run_isolated(raw, "attachment", str(index))
    return _read(leaf, index)


def read_attachment_here(raw: bytes, index: int) -> bytes:
    """The same in this process, whatever the container."""
    return _read(_leaf(raw, index), index)


def is_tnef(leaf: Part) -> bool:
    """Is this leaf a winmail.dat?"""
    return leaf.content_type in _TNEF_TYPES or leaf.filename.lower() == "winmail.dat"


def _leaf(raw: bytes, index: int) -> Part:
    if index < 0:
        raise LookupError(index)
    return read_tree(raw[:RAW_BYTES], HARD).leaves[index % _MEMBER_STEP]


def _read(leaf: Part, index: int) -> bytes:
    if index < _MEMBER_STEP:
        return leaf.content
    return _unpacked(leaf).members[index // _MEMBER_STEP - 1].content


def _unpacked(leaf: Part) -> Unpacked:
    if is_tnef(leaf):
        from ingest.email.tnef import unpack_tnef

        return unpack_tnef(leaf.content)
    return Unpacked(split_uuencoded(decoded_text(leaf))[1])


def _has_uuencoded(leaf: Part) -> bool:
    return leaf.content_type == "text/plain" and is_body(leaf) and b"begin " in leaf.content


def _of_leaf(leaf: Part, unpacked: Unpacked) -> Iterator[Attachment]:
    for position, member in enumerate(unpacked.members, start=1):
        yield _of_member(member, leaf.index + _MEMBER_STEP * position)
    if unpacked.members or not _is_file(leaf):
        return
    name = harmless_filename(leaf.filename, _default_name(leaf.content_type, leaf.index))
    yield Attachment(
        filename=name,
        content_type=leaf.content_type,
        size=len(leaf.content),
        inline=_is_inline(leaf),
        index=leaf.index,
        danger=danger(name, leaf.content) or "",
    )


def _is_file(leaf: Part) -> bool:
    for_machines = leaf.content_type in _NESTED and leaf.content_type not in _FILES_TOO
    return not is_body(leaf) and not for_machines and bool(leaf.content or leaf.filename)


def _of_member(member: Member, index: int) -> Attachment:
    name = harmless_filename(member.filename, _default_name(_UNTYPED, index))
    extension = "." + name.rpartition(".")[2].lower()
    content_type = _TYPES.get(extension, _UNTYPED)
    warned = danger(name, member.content) or ""
    return Attachment(filename=name, content_type=content_type, size=len(member.content), index=index, danger=warned)


def _default_name(content_type: str, index: int) -> str:
    kind = content_type.partition("/")[0]
    stem = kind if kind in ("image", "audio", "video", "message") else "file"
    extension = _EXTENSIONS.get(content_type, ".txt" if kind == "text" else ".bin")
    return f"{stem}-{index}{extension}"


def _is_inline(leaf: Part) -> bool:
    """Shown within the text: said so, or named by Content-ID with no disposition at all."""
    disposition = leaf.disposition
    return disposition == "inline" or (not disposition and bool(leaf.value("content-id")))
