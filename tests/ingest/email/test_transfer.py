import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.transfer import decode_transfer


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (b"aGVsbG8=", "Base64", b"hello"),
        (b"aGVs\r\nbG8", "base64", b"hello"),
        (b"aGVsbG8gaGVsbG8gaGVsbG8=!!", "base64", b"hello hello hello"),
        (b"aGVsbG8hI", "base64", b"hello!"),
        (b"Bonjour, ceci n'est pas du base64 !", "base64", b"Bonjour, ceci n'est pas du base64 !"),
        (b"d=C3=A9=\r\nj=ZZ", "quoted-printable", "déj=ZZ".encode()),
        (b"begin 644 x\n%:&5L;&\\\n`\nend\n", "x-uuencode", b"hello"),
        (b"as it is", "8bit", b"as it is"),
        (b"as it is", "no such thing", b"as it is"),
    ],
)
def test_encodings(data: bytes, encoding: str, expected: bytes) -> None:
    assert decode_transfer(data, encoding) == expected


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "uuencode", "7bit"]))
def test_any_bytes_decode(data: bytes, encoding: str) -> None:
    assert isinstance(decode_transfer(data, encoding), bytes)
