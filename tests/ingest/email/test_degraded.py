from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.email.degraded import degraded_mail
from tests.ingest.email.storability import assert_storable

RAW = (
    b"Received: from a\r\nFrom: =?utf-8?q?Ren=C3=A9?= <Rene@example.org>\r\nSubject: =?utf-8?q?d=C3=A9j=C3=A0?=\r\n"
    b"Message-ID: <1@example.org>\r\nIn-Reply-To: <0@example.be>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0100\r\n\r\nBonjour"
)


def test_a_degraded_mail_still_says_who_wrote_and_about_what() -> None:
    mail = degraded_mail(RAW, "timeout")
    assert mail.degraded == "timeout"
    assert mail.sender.address == "rene@example.org"
    assert mail.subject == "déjà"
    assert (mail.message_id, mail.in_reply_to) == ("<1@example.org>", "<0@example.be>")
    assert mail.date == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert mail.size == len(RAW)


def test_a_degraded_mail_is_recognised_when_it_comes_by_another_way() -> None:
    other = b"Received: from z\r\nX-Loop: 1\r\n" + RAW
    assert degraded_mail(RAW, "timeout").fingerprint == degraded_mail(other, "timeout").fingerprint
    assert degraded_mail(RAW + b"!", "timeout").fingerprint != degraded_mail(RAW, "timeout").fingerprint


@given(st.binary(max_size=500))
def test_any_bytes_can_be_degraded(raw: bytes) -> None:
    assert_storable(degraded_mail(raw, "timeout"))
