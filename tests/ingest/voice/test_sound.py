"""Whether bytes are a whole recording."""

import io
import wave as standard
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import AiguillageError, PermanentError, TransientError
from ingest.voice.provider import Sound
from ingest.voice.sound import check, wave_seconds
from tests.ingest.voice.exchange import wave


def sound(body: bytes) -> Sound:
    return Sound(body=body, content_type="audio/x-wav")


def test_a_whole_recording_is_taken() -> None:
    check(sound(wave(12)), 12)
    check(sound(wave(10.4)), 12)
    check(sound(wave(12)), -1)


def test_it_is_as_long_as_the_standard_library_finds_it() -> None:
    with standard.open(io.BytesIO(wave(3.5))) as read:
        assert wave_seconds(wave(3.5)) == read.getnframes() / read.getframerate()


@pytest.mark.parametrize("body", [wave(5), wave(12)[:-9000], wave(0)[:20], b"RIFF\0\0\0\0WAVE"])
def test_one_that_is_short_or_cut_off_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(TransientError):
        check(sound(body), 12)


def test_a_size_that_was_never_filled_in_is_no_fault() -> None:
    body = wave(12).replace((12 * 16000).to_bytes(4, "little"), b"\xff\xff\xff\xff")
    assert wave_seconds(body) == 12


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": 20404}', b"RIFF1234AVI "])
def test_what_is_no_sound_is_refused(body: bytes) -> None:
    with pytest.raises(PermanentError):
        check(sound(body), 12)


def test_mpeg_audio_is_taken_as_it_is() -> None:
    check(sound(b"ID3" + bytes(100)), 12)
    check(sound(b"\xff\xfb" + bytes(100)), 12)


@given(st.binary(max_size=200), st.integers(-1, 100))
def test_no_bytes_do_harm(body: bytes, seconds: int) -> None:
    for candidate in (body, b"RIFF\0\0\0\0WAVE" + body):
        with suppress(AiguillageError):
            check(sound(candidate), seconds)
