from email import message_from_bytes, policy
from email.message import EmailMessage, Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notify import mime

PLAIN = b"From: a@example.org\nSubject: hello\n\nBody\n"
LATIN = (
    b"From: a@example.org\nContent-Type: text/plain; charset=latin-1\nContent-Transfer-Encoding: 8bit\n\n\xe9t\xe9\n"
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


def read(entity: bytes) -> EmailMessage:
    message = message_from_bytes(b"MIME-Version: 1.0\r\n" + entity, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert all(not part.defects for part in message.walk())
    return message


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_file_keeps_its_name_and_begins_no_field_of_its_own(name: str) -> None:
    made = mime.filename(name)
    entity = mime.attachment(made, "image/png", b"x")
    message = read(entity)
    assert message.get_filename() == made
    assert set(message.keys()) == {"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
    assert max(map(len, entity.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Capture d'écran.png", "Capture d'écran.png"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\jeanne\plan.pdf", "plan.pdf"),
        ("a\r\nBcc: x@example.org.txt", "a Bcc_ x@example.org.txt"),
        ("fdp\u202egpj.exe", "fdp gpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 100 + ".docx", "x" * 55 + ".docx"),
    ],
)
def test_a_name_is_one_that_every_system_takes(name: str, made: str) -> None:
    assert mime.filename(name) == made


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_a_file_arrives_byte_by_byte(content: bytes) -> None:
    assert read(mime.attachment("a.bin", "application/pdf", content)).get_content() == content


@pytest.mark.parametrize(
    ("content_type", "declared"),
    [
        ("image/png", "image/png"),
        ("multipart/mixed", "application/octet-stream"),
        ("message/partial", "application/octet-stream"),
        ("text/plain\r\nBcc: x@example.org", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_that_base64_may_not_encode_is_not_declared(content_type: str, declared: str) -> None:
    assert read(mime.attachment("a.bin", content_type, b"x")).get_content_type() == declared


def within(entity: bytes) -> Message:
    assert entity.isascii()
    message = read(entity)
    assert message.get_content_type() == "message/rfc822"
    assert message["Content-Transfer-Encoding"] == "7bit"
    inner = message.get_content()
    assert isinstance(inner, Message)
    return inner


def test_a_message_of_seven_bits_stands_as_it_came() -> None:
    assert mime.message("original.eml", PLAIN).endswith(PLAIN.replace(b"\n", b"\r\n"))
    assert within(mime.message("original.eml", PLAIN))["Subject"] == "hello"


def test_a_message_of_eight_bits_says_the_same_in_seven() -> None:
    assert within(mime.message("original.eml", LATIN)).get_content().strip() == "été"


@pytest.mark.parametrize("raw", [PLAIN + b"\0", b"Subject: x\n\n" + b"y" * 2000, b"\xff" * 40])
def test_a_message_that_cannot_be_one_is_attached_as_a_file(raw: bytes) -> None:
    message = read(mime.message("original.eml", raw))
    if message.get_content_type() == "application/octet-stream":
        assert message.get_content() == raw
    assert max(map(len, message.as_bytes().splitlines())) <= 998


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_message_becomes_seven_bits_of_lines_that_servers_take(raw: bytes) -> None:
    entity = mime.message("original.eml", raw)
    assert entity.isascii()
    assert b"\0" not in entity
    assert b"\n" not in entity.replace(b"\r\n", b"")
    assert max(map(len, entity.split(b"\r\n"))) <= 998


def test_the_boundary_of_one_multipart_is_not_that_of_the_other() -> None:
    inner = mime.multipart("alternative", "seed", [mime.text("plain", "a\n"), mime.text("html", "<p>a</p>\n")])
    message = read(mime.multipart("mixed", "seed", [inner, mime.attachment("a.txt", "text/plain", b"x")]))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/plain",
    ]
