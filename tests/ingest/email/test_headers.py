import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.headers import _odd_fields, decode_fields, decode_value, split_headers
from ingest.email.limits import HEADER_BYTES
from tests.ingest.email.storability import assert_line

FIELD_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)
FIELD_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80)


def read(raw: bytes) -> tuple[list[tuple[str, str]], bytes]:
    fields, body = split_headers(raw, 0, len(raw))
    return fields, raw[body:]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_fields_are_unfolded_and_the_body_begins_after_the_blank_line(end: bytes) -> None:
    raw = end.join([b"Subject: one", b"\ttwo", b" three", b"To : a@example.org", b"", b"body", b""])
    assert read(raw) == ([("subject", "one two three"), ("to", "a@example.org")], b"body" + end)


def test_a_line_that_is_no_field_is_passed_where_fields_follow() -> None:
    assert read(b"A: 1\nrubbish\nB: 2\n\nbody") == ([("a", "1"), ("b", "2")], b"body")


def test_a_line_that_is_no_field_begins_the_body_otherwise() -> None:
    assert read(b"A: 1\nBonjour,\nje vous\n\nprie") == ([("a", "1")], b"Bonjour,\nje vous\n\nprie")


def test_text_without_any_field_is_all_body() -> None:
    assert read(b"Bonjour\nhttp://example.org/\n") == ([], b"Bonjour\nhttp://example.org/\n")


def test_a_header_over_the_limit_is_cut_and_the_body_still_found() -> None:
    fields, body = read(b"Subject: " + b"x" * (2 * HEADER_BYTES) + b"\nX: y\n\nbody")
    assert [name for name, _ in fields] == ["subject"]
    assert body == b"body"


@given(st.lists(st.tuples(FIELD_NAMES, FIELD_VALUES), min_size=1, max_size=10))
def test_the_quick_road_and_the_tolerant_one_read_the_same(pairs: list[tuple[str, str]]) -> None:
    block = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    quick, _ = read(block.encode() + b"\r\n")
    assert quick == _odd_fields(block)[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?q?caf=C3?= =?UTF-8?Q?=A9?=", "café"),
        ("=?utf-8?b?w6k=?= et =?iso-8859-1?q?_=E9?=", "é et  é"),
        ("=?x-gbk?b?1tDOxA==?=", "中文"),
        ("=?utf-8*fr?q?=C3=A9t=C3=A9?=", "été"),
        ("=?utf-8?b?w6k?=", "é"),
        ("=?utf-8?q?a=0D=0ABcc:_b=00?=", "a Bcc: b"),
        ("=?utf-8?q?not finished", "=?utf-8?q?not finished"),
        ("d\xe9chet", "déchet"),
        ("d\xc3\xa9chet", "déchet"),
    ],
)
def test_values_become_lines_of_text(value: str, expected: str) -> None:
    assert decode_value(value) == expected


def test_raw_bytes_follow_the_charset_of_the_body_when_they_are_not_utf_8() -> None:
    assert decode_value("Привет".encode("koi8_r").decode("latin-1"), "koi8-r") == "Привет"


@given(st.binary(max_size=2_000))
def test_any_header_section_decodes_to_lines(raw: bytes) -> None:
    fields, body = split_headers(raw, 0, len(raw))
    assert 0 <= body <= len(raw)
    for _, value in decode_fields(fields):
        assert_line(value)


@given(st.text(max_size=300), st.text(max_size=20))
def test_decoding_never_raises(value: str, charset: str) -> None:
    assert_line(decode_value(value, charset))
    assert_line(decode_value(f"=?{charset}?q?{value}?= =?{charset}?b?{value}?=", charset))
