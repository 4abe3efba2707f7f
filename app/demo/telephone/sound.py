"""Invented voices: a tone stands for speech. Sound is WAV, 8 kHz, 16 bit, mono, as a telephone line carries it."""

import io
import math
import struct
import wave

RATE = 8_000
_PITCH = 220.0
_LOUDNESS = 6_000


def tone(seconds: float) -> bytes:
    """A WAV file of that length."""
    period = [round(_LOUDNESS * math.sin(2 * math.pi * _PITCH * n / RATE)) for n in range(RATE // 20)]
    frames = struct.pack(f"<{len(period)}h", *period)
    length = round(seconds * RATE) * 2
    return written((frames * (length // len(frames) + 1))[:length])


def written(frames: bytes) -> bytes:
    """Samples as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)
    return buffer.getvalue()


def cut(wav: bytes, seconds: float) -> bytes:
    """The beginning of a WAV file."""
    with wave.open(io.BytesIO(wav)) as file:
        return written(file.readframes(round(seconds * file.getframerate())))


def length(wav: bytes) -> float:
    """Seconds. Raises wave.Error, EOFError where it is no WAV file."""
    with wave.open(io.BytesIO(wav)) as file:
        return float(file.getnframes() / file.getframerate())
