"""What a database, a header and a file system can take: asserted of every value that the parser returns."""

import json
import re
import unicodedata

from ingest.email.parsed import ParsedMail
from ingest.email.wire import from_wire, to_wire

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
_DANGEROUS_IN_NAMES = re.compile('[/\\\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


def assert_text(text: str, limit: int = 1_000_000) -> None:
    assert not _CONTROL.search(text)
    assert len(text) <= limit
    assert unicodedata.is_normalized("NFC", text)


def assert_line(text: str, limit: int = 16_384) -> None:
    assert_text(text, limit)
    assert not _LINE_BREAK.search(text)


def assert_filename(name: str) -> None:
    assert_line(name, 120)
    assert name.strip(". ")
    assert not _DANGEROUS_IN_NAMES.search(name)
    assert name.partition(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt1")


def assert_storable(mail: ParsedMail) -> None:
    assert_text(mail.text)
    assert_text(mail.html)
    lines = (mail.message_id, mail.subject, mail.in_reply_to, *mail.references, mail.content_type, mail.report_type)
    for line in (*lines, mail.degraded, *mail.defects, *(value for _, value in mail.headers)):
        assert_line(line)
    for name, _ in mail.headers:
        assert name.isascii()
        assert name == name.lower()
    for address in (mail.sender, *mail.to, *mail.cc, *mail.reply_to):
        assert_line(address.name, 200)
        assert_line(address.address, 320)
        assert address.address == address.address.lower()
        assert address.address.count("@") < 2 or '"' in address.address
    for attachment in mail.attachments:
        assert_filename(attachment.filename)
        assert re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", attachment.content_type)
    assert re.fullmatch("[0-9a-f]{64}", mail.fingerprint)
    assert from_wire(to_wire(mail)) == mail
    json.dumps(mail.text).encode()
