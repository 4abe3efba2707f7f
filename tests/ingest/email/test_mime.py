import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.limits import HARD, Limits
from ingest.email.mime import Part, read_tree, walk


def contents(raw: bytes, limits: Limits = HARD) -> list[tuple[str, bytes]]:
    return [(leaf.content_type, leaf.content) for leaf in read_tree(raw, limits).leaves]


def message(body: bytes, content_type: bytes = b'multipart/mixed; boundary="b"') -> bytes:
    return b"Content-Type: " + content_type + b"\r\n\r\n" + body


def test_a_plain_message_is_one_leaf() -> None:
    assert contents(b"Subject: x\r\n\r\nBonjour\r\n") == [("text/plain", b"Bonjour\r\n")]


def test_preamble_and_epilogue_are_no_parts_and_the_last_line_break_is_the_delimiters() -> None:
    raw = message(b"preamble\r\n--b\r\n\r\none\r\n--b \t\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\nepilogue")
    assert contents(raw) == [("text/plain", b"one"), ("text/html", b"two")]


def test_a_longer_boundary_is_another_boundary() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb--"
    assert contents(message(b"--b\r\n" + inner + b"\r\n--b--")) == [("text/plain", b"one")]


def test_leaves_are_numbered_in_order() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c\r\n\r\ntwo\r\n--c--"
    tree = read_tree(message(b"--b\r\n" + inner + b"\r\n--b\r\n\r\nthree\r\n--b--"), HARD)
    assert [(leaf.index, leaf.content) for leaf in tree.leaves] == [(0, b"one"), (1, b"two"), (2, b"three")]
    assert [part.content_type for part in walk(tree.root)].count("multipart/mixed") == 2


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (message(b"--b\r\n\r\none"), "unterminated_multipart"),
        (message(b"--z\r\n\r\none\r\n--z--", b"multipart/mixed"), "no_boundary"),
        (message(b"--z\r\n\r\none\r\n--z--", b"multipart/mixed; boundary=y"), "no_boundary"),
        (b"Subject: x\r\rone", "cr_line_ends"),
        (b"\r\n\r\nSubject: x\r\n\r\none", "leading_lines"),
        (b"From someone Mon Mar  2\nSubject: x\n\none", "leading_lines"),
        (b"\xef\xbb\xbfSubject: x\n\none", "leading_lines"),
    ],
)
def test_broken_structure_is_read_as_a_reader_would(raw: bytes, defect: str) -> None:
    tree = read_tree(raw, HARD)
    assert [leaf.content for leaf in tree.leaves] == [b"one"]
    assert tree.defects == {defect}


def test_a_multipart_without_any_part_is_text() -> None:
    assert [content for _, content in contents(message(b"Bonjour"))] == [b"Bonjour"]


def test_parts_after_a_false_end_are_read() -> None:
    assert len(contents(message(b"--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--"))) == 2


def test_a_digest_holds_messages() -> None:
    raw = message(b"--b\r\n\r\nSubject: x\r\n\r\none\r\n--b--", b"multipart/digest; boundary=b")
    assert contents(raw) == [("message/rfc822", b"Subject: x\r\n\r\none")]


def test_what_is_over_the_limits_is_named() -> None:
    many = message(b"--b\r\n\r\nx\r\n" * 5)
    assert len(contents(many, Limits(parts=3, nesting=9))) == 3
    assert "too_many_parts" in read_tree(many, Limits(parts=3, nesting=9)).defects
    false_delimiters = message(b"--bx\r\n" * 20_000 + b"--b\r\n\r\none\r\n--b--")
    assert "too_many_parts" in read_tree(false_delimiters, HARD).defects
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5))
    assert "nesting_too_deep" in read_tree(deep, Limits(parts=9, nesting=3)).defects
    assert read_tree(deep, HARD).nesting == 5


@given(st.binary(max_size=500))
def test_any_bytes_have_a_tree(raw: bytes) -> None:
    tree = read_tree(raw, HARD)
    assert tree.leaves
    assert all(0 <= part.start <= part.end <= len(part.raw) for part in walk(tree.root))
    assert isinstance(tree.root, Part)
