import pytest

from ingest.email.attachments import read_attachment
from ingest.email.parse import parse
from tests.ingest.email.corpus import OWN
from tests.ingest.email.hostile import HOSTILE


def sample(name: str) -> bytes:
    return (OWN / "parse" / f"{name}.eml").read_bytes()


def test_files_are_listed_with_names_types_and_sizes() -> None:
    listed = parse(sample("attachments-and-inline-image")).attachments
    assert [(file.filename, file.content_type, file.size, file.inline) for file in listed] == [
        ("image-1.png", "image/png", 8, True),
        ("plan détaillé.pdf", "application/pdf", 13, False),
        ("file-3.ics", "text/calendar", 30, False),
        ("message-4.eml", "message/rfc822", 86, False),
    ]


@pytest.mark.parametrize(
    ("name", "position", "content"),
    [
        ("attachments-and-inline-image", 0, b"\x89PNG\r\n\x1a\n"),
        ("attachments-and-inline-image", 1, b"%PDF-1.4 plan"),
        ("winmail-dat", 0, b"%PDF-1.4 devis"),
        ("uuencoded", 0, b"hello"),
    ],
)
def test_a_file_is_read_out_of_the_raw_message_by_its_index(name: str, position: int, content: bytes) -> None:
    raw = sample(name)
    assert read_attachment(raw, parse(raw).attachments[position].index) == content


@pytest.mark.parametrize("index", [-1, 5, 10_000, 20_001, 10**9])
def test_an_index_without_a_file_is_a_lookup_error(index: int) -> None:
    with pytest.raises(LookupError):
        read_attachment(sample("attachments-and-inline-image"), index)


def test_a_winmail_dat_gives_its_text_and_its_files() -> None:
    mail = parse(sample("winmail-dat"))
    assert mail.text == "Le texte était caché"
    assert [(file.filename, file.content_type) for file in mail.attachments] == [("devis.pdf", "application/pdf")]


def test_a_winmail_dat_that_cannot_be_opened_is_a_file_like_others() -> None:
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nrubbish"
    assert [file.filename for file in parse(raw).attachments] == ["winmail.dat"]


def test_a_winmail_dat_of_too_many_objects_does_not_cost_the_mail_its_text() -> None:
    mail = parse(HOSTILE["tnef_of_many_objects"]())
    assert (mail.text, mail.degraded) == ("Bonjour", "")
    assert [file.filename for file in mail.attachments] == ["winmail.dat"]


def test_attached_messages_and_report_parts_are_kept_whole() -> None:
    nested = parse(sample("delivery-report")).nested
    assert [content_type for content_type, _ in nested] == ["message/delivery-status", "text/rfc822-headers"]
    assert b"Status: 5.1.1" in nested[0][1]
    assert parse(sample("delivery-report")).attachments == ()
    forwarded = parse(sample("attachments-and-inline-image")).nested
    assert forwarded[0][1].startswith(b"From: other@example.com")
