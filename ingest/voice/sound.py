"""Whether bytes are a whole recording: what kind of sound they are, and how long it lasts (RIFF WAVE, RFC 2361)."""

import struct

from cases.errors import PermanentError, TransientError
from ingest.voice.provider import Sound

SLACK = 2.0
"""Seconds by which a recording may be shorter than its provider says: lengths are rounded, silence is trimmed."""

_UNKNOWN_SIZE = (0, 0xFFFFFFFF)
_FORMAT = struct.Struct("<HHIIHH")


def check(sound: Sound, seconds: int) -> None:
    """Raises PermanentError for what is no sound, TransientError for one that is cut off or shorter than `seconds`,
    which is below 0 where nobody knows. Only WAVE tells its length; MPEG audio is taken as it is."""
    body = sound.body
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        lasts = wave_seconds(body)
        if lasts < seconds - SLACK:
            raise TransientError(f"the sound lasts {lasts:.1f} s of {seconds} s")
    elif not (body[:3] == b"ID3" or (body[:1] == b"\xff" and body[1:2] >= b"\xe0")):
        raise PermanentError("what the provider gave is neither WAVE nor MPEG audio")


def wave_seconds(body: bytes) -> float:
    """The length of the samples that are there. Raises TransientError where some are missing, or all of them."""
    position, rate = 12, 0
    while position + 8 <= len(body):
        name, size = body[position : position + 4], int.from_bytes(body[position + 4 : position + 8], "little")
        position += 8
        if name == b"fmt " and position + _FORMAT.size <= len(body):
            rate = _FORMAT.unpack_from(body, position)[3]
        if name == b"data" and rate:
            there = len(body) - position
            if size not in _UNKNOWN_SIZE and there < size:
                raise TransientError(f"the sound is cut off after {there} of {size} bytes")
            return (there if size in _UNKNOWN_SIZE else size) / rate
        position += size + size % 2  # chunks begin at even places
    raise TransientError("the sound has no samples")
