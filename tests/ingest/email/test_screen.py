"""Screening with what the service knows of itself: own mail, known senders, spam, DMARC, spoofed staff."""

from dataclasses import replace

import pytest

from cases.event import Dmarc, MessageKind
from ingest.email.parse import parse
from ingest.email.screen import OVERSIZED, Screened, screen
from tests.ingest.email.mails import PROFILE, SIGNER

PASS = "Authentication-Results: mx.permis.example.org; dmarc=pass header.from=spw.example.be"
FAIL = "Authentication-Results: mx.permis.example.org; dmarc=fail header.from=spw.example.be"


def screened(*header: str, sender: str = "Jean <jean@example.be>", message_id: str = "<1@example.be>") -> Screened:
    lines = [*header, f"From: {sender}", "To: info@permis.example.org", "Subject: Permis", f"Message-ID: {message_id}"]
    return screen(parse("\r\n".join([*lines, "", "Bonjour"]).encode()), PROFILE, SIGNER)


def test_an_ordinary_mail_is_a_message_of_somebody_unjudged() -> None:
    assert screened() == Screened()


def test_what_we_signed_is_our_own_and_automatic() -> None:
    signed = SIGNER.message_id(7, "acknowledgement:7", "permis.example.org")
    verdict = screened(sender="info@permis.example.org", message_id=signed)
    assert (verdict.kind, verdict.rule, verdict.own) == (MessageKind.AUTO_REPLY, "own_message", True)


def test_a_forged_token_does_not_make_a_mail_our_own() -> None:
    assert not screened(message_id="<c7-aaaaaaaaaaaa.aaaaaaaaaaaaaaaa@permis.example.org>").own


@pytest.mark.parametrize("sender", ["info@permis.example.org", "aide@permis.example.org", "info+c7@permis.example.org"])
def test_our_robot_is_our_own_even_with_a_rewritten_message_id(sender: str) -> None:
    verdict = screened("Auto-Submitted: auto-replied", sender=sender)
    assert (verdict.kind, verdict.own) == (MessageKind.AUTO_REPLY, True)


def test_a_colleague_who_writes_from_the_mailbox_is_a_person() -> None:
    verdict = screened(sender="info@permis.example.org")
    assert (verdict.kind, verdict.own) == (MessageKind.MESSAGE, False)


@pytest.mark.parametrize("sender", ["noreply@forms.example.be", "noreply@1718.example.be"])
@pytest.mark.parametrize(
    "mark", ["Auto-Submitted: auto-generated", "Precedence: bulk", "X-Auto-Response-Suppress: All"]
)
def test_known_forms_and_relays_speak_for_people(sender: str, mark: str) -> None:
    assert screened(mark, sender=sender).kind is MessageKind.MESSAGE


def test_a_relay_can_still_be_out_of_office() -> None:
    verdict = screened("Auto-Submitted: auto-replied", sender="sophie@1718.example.be")
    assert verdict.kind is MessageKind.AUTO_REPLY


def test_a_list_that_feeds_our_mailbox_is_not_list_mail() -> None:
    ours = ("List-Id: Info <info.permis.example.org>", "Precedence: list")
    assert screened(*ours).kind is MessageKind.MESSAGE
    assert screened("List-Id: <other.lists.example.org>").kind is MessageKind.LIST


@pytest.mark.parametrize(
    ("value", "asked"),
    [("DR, OOF, AutoReply", True), ("oof", True), ("DR, RN", False), ("None", False), ("", False)],
)
def test_a_wish_for_no_automatic_answer_is_kept_apart_from_the_kind(value: str, asked: bool) -> None:
    verdict = screened(f"X-Auto-Response-Suppress: {value}")
    assert (verdict.kind, verdict.no_auto_response) == (MessageKind.MESSAGE, asked)


@pytest.mark.parametrize(
    ("header", "spam"),
    [
        (["X-Spam-Flag: YES", PASS], True),
        ([PASS, "X-Spam-Status: Yes, score=9.1"], True),
        ([PASS, "X-Spam: Yes", "Received: from a by b; Thu, 12 Mar 2026 10:02:00 +0100"], True),
        ([PASS, "Received: from a by b; Thu, 12 Mar 2026 10:02:00 +0100", "X-Spam-Flag: YES"], False),
        ([PASS, "X-Spam-Flag: NO"], False),
        (["X-Spam-Flag: YES"], False),
        (["Authentication-Results: mx.elsewhere.example; dmarc=pass", "X-Spam-Flag: YES"], False),
    ],
)
def test_only_our_own_border_calls_a_mail_spam(header: list[str], spam: bool) -> None:
    assert screened(*header).spam is spam


@pytest.mark.parametrize(
    ("header", "verdict"),
    [([PASS], Dmarc.PASS), ([FAIL], Dmarc.FAIL), ([], Dmarc.NONE), ([FAIL, PASS], Dmarc.FAIL)],
)
def test_dmarc_is_that_of_the_topmost_field(header: list[str], verdict: Dmarc) -> None:
    assert screened(*header, sender="agent@spw.example.be").dmarc is verdict


@pytest.mark.parametrize(
    ("header", "sender", "spoofed"),
    [
        ([PASS], "agent@spw.example.be", False),
        ([FAIL], "agent@spw.example.be", True),
        ([], "agent@spw.example.be", True),
        ([], "agent@sub.spw.example.be", True),
        (
            ["Authentication-Results: mx.permis.example.org; dkim=pass header.d=spw.example.be"],
            "a@spw.example.be",
            False,
        ),
        (["Authentication-Results: mx.permis.example.org; dkim=pass header.d=evil.example"], "a@spw.example.be", True),
        (["Authentication-Results: mx.evil.example; dmarc=pass"], "agent@spw.example.be", True),
        ([], "agent@notspw.example.be", False),
        ([], "jean@example.be", False),
        ([], '"agent@spw.example.be" <jean@evil.example>', True),
        ([], '"jean@example.be" <jean@other.example>', False),
    ],
)
def test_staff_that_nothing_confirms_is_spoofed(header: list[str], sender: str, spoofed: bool) -> None:
    assert screened(*header, sender=sender).spoofed_staff is spoofed


def test_without_a_border_of_ours_nobody_can_say_that_staff_is_spoofed() -> None:
    mail = parse(b"From: agent@spw.example.be\r\nMessage-ID: <1@x>\r\n\r\nBonjour")
    assert not screen(mail, replace(PROFILE, authserv_ids=()), SIGNER).spoofed_staff


def test_a_very_large_mail_is_a_message_with_a_reason() -> None:
    mail = replace(parse(b"From: jean@example.be\r\n\r\nBonjour"), size=OVERSIZED + 1)
    verdict = screen(mail, PROFILE, SIGNER)
    assert (verdict.kind, verdict.rule) == (MessageKind.MESSAGE, "oversized")
