"""Delivery reports: what is read out of those that follow RFC 3464 and of those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import DeliveryReport
from ingest.email import dsn
from ingest.email.parse import parse
from ingest.email.parsed import ParsedMail
from tests.ingest.email.mails import screened_mail


@pytest.mark.parametrize(
    ("name", "report"),
    [
        (
            "postfix",
            DeliveryReport(
                final_recipient="jean.martin@example.be",
                action="failed",
                status="5.1.1",
                diagnostic_code="550 5.1.1 <jean.martin@example.be>: Recipient address rejected: User unknown",
                original_message_id="<c1-aaaaaaaaaaaa.bbbbbbbbbbbbbbbb@permis.example.org>",
            ),
        ),
        (
            "postfix-delayed",
            DeliveryReport(
                final_recipient="anna@example.com",
                action="delayed",
                status="4.4.1",
                diagnostic_code="connect to example.com[192.0.2.7]:25: Connection timed out",
                original_message_id="<c2-aaaaaaaaaaaa.bbbbbbbbbbbbbbbb@permis.example.org>",
            ),
        ),
        (
            "exim",
            DeliveryReport(
                final_recipient="paul@example.net",
                action="failed",
                original_message_id="<c3-aaaaaaaaaaaa.bbbbbbbbbbbbbbbb@permis.example.org>",
            ),
        ),
        (
            "qmail",
            DeliveryReport(
                final_recipient="bob@example.com",
                action="failed",
                status="5.1.1",
                diagnostic_code="Remote host said: 550 5.1.1 unknown user",
                original_message_id="<c4-aaaaaaaaaaaa.bbbbbbbbbbbbbbbb@permis.example.org>",
            ),
        ),
        (
            "sendmail-no-report",
            DeliveryReport(
                final_recipient="carol@example.com",
                action="failed",
                status="5.1.1",
                diagnostic_code="(reason: 550 5.1.1 User unknown)",
            ),
        ),
        ("report-type-missing", DeliveryReport(final_recipient="fred@example.org", action="failed", status="5.0.0")),
        ("fr-retard", DeliveryReport(action="delayed")),
    ],
)
def test_a_report_is_read(name: str, report: DeliveryReport) -> None:
    assert dsn.read(parse(screened_mail(name))) == report


def test_the_first_failure_is_reported_before_what_was_delivered() -> None:
    fields = (
        b"Reporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; a@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        b"Final-Recipient: rfc822; b@example.org\r\nAction: failed (mailbox full)\r\nStatus: 5.2.2\r\n"
    )
    report = dsn.read(ParsedMail(nested=(("message/delivery-status", fields),)))
    assert (report.final_recipient, report.action, report.status) == ("b@example.org", "failed", "5.2.2")


def test_a_folded_message_id_of_the_returned_header_is_found() -> None:
    header = b"Subject: x\r\nMessage-ID:\r\n <c1@permis.example.org>\r\n\r\nMessage-ID: <forged@example.com>\r\n"
    report = dsn.read(ParsedMail(nested=(("text/rfc822-headers", header),)))
    assert report.original_message_id == "<c1@permis.example.org>"


PIECES = st.sampled_from(
    [
        b"Final-Recipient:",
        b" rfc822;",
        b"<",
        b">",
        b"\r\n",
        b"\n",
        b" ",
        b"Action: failed",
        b"Status: 5.1.1",
        b"\xff",
        b"\x00",
    ]
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(b"".join)), st.text())
def test_nothing_raises_and_all_can_be_stored(fields: bytes, text: str) -> None:
    nested = (("message/delivery-status", fields), ("text/rfc822-headers", fields))
    report = dsn.read(ParsedMail(nested=nested, text=text.replace("\x00", ""), subject=text[:80]))
    for value in (report.final_recipient, report.action, report.diagnostic_code, report.original_message_id):
        assert "\x00" not in value
        assert "\n" not in value
