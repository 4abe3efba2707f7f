import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.charset import codec_of, decode


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        ("déchet".encode(), "utf-8", "déchet"),
        ("déchet".encode(), "uft-8", "déchet"),
        ("déchet".encode(), "no-such-charset", "déchet"),
        (b"d\xe9chet", "", "déchet"),
        (b"d\xe9chet", "us-ascii", "déchet"),
        (b"10 \x80", "iso-8859-1", "10 €"),
        ("中文".encode("gbk"), "x-gbk", "中文"),
        ("中文".encode("gb2312"), "gb2312*zh", "中文"),
        ("שלום".encode("iso8859_8"), "iso-8859-8-i", "שלום"),
        ("한국".encode("cp949"), "ks_c_5601-1987", "한국"),
        ("日本".encode("iso2022_jp"), "ISO-2022-JP", "日本"),
        ("\ufeffBOM".encode(), "utf-8", "BOM"),
        ("Привет".encode("koi8_r"), '"KOI8-R"', "Привет"),
    ],
)
def test_text_survives_what_mail_programs_declare(data: bytes, charset: str, expected: str) -> None:
    assert decode(data, charset) == expected


def test_one_bad_byte_does_not_make_mojibake_of_a_utf_8_mail() -> None:
    assert decode("été à Liège, déjà".encode() + b"\xff", "utf-8") == "été à Liège, déjà\ufffd"


@pytest.mark.parametrize(
    "name",
    ["punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "rot13", "zlib", "mbcs", "../x", ""],
)
def test_codecs_that_are_no_charset_are_never_used(name: str) -> None:
    assert codec_of(name) == ""


@given(st.binary(), st.text(max_size=60))
def test_any_bytes_under_any_name_become_text(data: bytes, name: str) -> None:
    assert isinstance(decode(data, name), str)
