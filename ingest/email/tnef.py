"""winmail.dat (MS-OXTNEF): Outlook's own envelope, which hides the whole mail from everybody else.

tnefparse is unmaintained and believes every length it reads, so it only ever runs in the isolated process.
"""

from collections.abc import Iterator

from ingest.email.members import NOTHING_UNPACKED, Member, Unpacked

TNEF_BYTES = 32 * 1024 * 1024
_MEMBERS = 500
_HEAD_BYTES, _OBJECT_BYTES = 6, 11
_COPIED_BYTES = 4 * 1024 * 1024 * 1024


def unpack_tnef(data: bytes) -> Unpacked:
    """Body and files of a TNEF stream; empty where it cannot be read in reasonable time."""
    if _is_abusive(data):
        return NOTHING_UNPACKED
    from tnefparse import TNEF

    try:
        tnef = TNEF(data[:TNEF_BYTES], do_checksum=False)
        members = tuple(_members(tnef))
        return Unpacked(members, text=_as_text(tnef.body), html=_as_text(tnef.htmlbody))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library lets any error of its own through; the file is then shown as it is
        return NOTHING_UNPACKED


def _is_abusive(data: bytes) -> bool:
    """tnefparse copies the rest of the stream for each object (MS-OXTNEF 2.1.3.2): many small ones take hours."""
    offset, objects = _HEAD_BYTES, 0
    while offset + _OBJECT_BYTES < len(data):
        offset += _OBJECT_BYTES + int.from_bytes(data[offset + 5 : offset + 9], "little")
        objects += 1
    return objects * len(data) > _COPIED_BYTES


def _members(tnef: object) -> Iterator[Member]:
    for attachment in getattr(tnef, "attachments", ())[:_MEMBERS]:
        data = attachment.data
        if isinstance(data, bytes) and data:
            yield Member(_as_text(attachment.long_filename()), data)


def _as_text(value: object) -> str:
    match value:
        case str():
            return value
        case bytes():
            from ingest.email.charset import decode

            return decode(value)
        case [first, *_]:
            return _as_text(first)
        case _:
            return ""
