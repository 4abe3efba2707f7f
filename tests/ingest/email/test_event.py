"""A raw mail becomes an event: senders, recipients, references, texts, and any bytes at all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Address, Channel, InboundEvent, MessageKind
from ingest.email.event import normalise
from tests.ingest.email.mails import PROFILE, SIGNER, labelled, screened_mail

NOW = datetime(2026, 3, 12, 9, 2, tzinfo=UTC)


def event_of(*header: str, body: str = "Bonjour") -> InboundEvent:
    return normalise("\r\n".join([*header, "", body]).encode(), "info", NOW, PROFILE, SIGNER)


def test_an_ordinary_mail() -> None:
    event = event_of(
        "Return-Path: <Jean@Example.be>",
        "Delivered-To: info@permis.example.org",
        "X-Original-To: Aide@permis.example.org",
        "From: Jean Martin <jean@example.be>",
        "To: Info <INFO@permis.example.org>, voisin@example.be",
        "Cc: Architecte <archi@example.be>, jean@example.be",
        "Subject: Permis",
        "Date: Thu, 12 Mar 2026 10:02:00 +0100",
        "Message-ID: <2@example.be>",
        "In-Reply-To: <1@permis.example.org>",
        "References: <0@permis.example.org>",
        "Importance: high",
        "X-Secret: kept out",
        body="Toujours bloqué.\n\nLe 12/03/2026 à 10:02, Info a écrit :\n> Alors ?",
    )
    assert (event.channel, event.source, event.received_at) == (Channel.EMAIL, "info", NOW)
    assert event.sender == Address("Jean Martin", "jean@example.be")
    assert event.kind is MessageKind.MESSAGE
    assert event.reverse_path == "jean@example.be"
    assert event.recipients == (
        "info@permis.example.org",
        "voisin@example.be",
        "archi@example.be",
        "jean@example.be",
        "aide@permis.example.org",
    )
    assert [address.address for address in event.copied] == ["voisin@example.be", "archi@example.be"]
    assert event.references == ("<0@permis.example.org>", "<1@permis.example.org>")
    assert event.reply_text == "Toujours bloqué."
    assert "Alors ?" in event.text
    assert event.headers == {"importance": "high"}
    assert (event.relay, event.forwarded, event.delivery_report) == ("", None, None)


def test_behind_a_known_form_the_reply_to_is_the_sender() -> None:
    form = ("From: Formulaire <noreply@forms.example.be>", "Reply-To: Jean <jean@example.be>")
    assert event_of(*form).sender == Address("Jean", "jean@example.be")
    forged = "Authentication-Results: mx.permis.example.org; dmarc=fail header.from=forms.example.be"
    assert event_of(forged, *form).sender.address == "noreply@forms.example.be"


def test_the_reply_to_of_anybody_else_is_only_kept() -> None:
    event = event_of("From: jean@example.be", "Reply-To: Autre <autre@example.com>")
    assert event.sender.address == "jean@example.be"
    assert event.reply_to == Address("Autre", "autre@example.com")


def test_a_relay_is_named_unless_it_is_forged() -> None:
    assert event_of("From: sophie@1718.example.be").relay == "1718"
    forged = "Authentication-Results: mx.permis.example.org; dmarc=fail header.from=1718.example.be"
    assert event_of(forged, "From: sophie@1718.example.be").relay == ""


def test_a_token_in_a_delivery_field_is_kept_whole() -> None:
    tagged = f"info+{SIGNER.case_token(7)}@permis.example.org"
    event = event_of("From: jean@example.be", "To: info@permis.example.org", f"Delivered-To: {tagged}")
    assert any(SIGNER.case_of(address) == 7 for address in event.recipients)


def test_a_bounce_carries_its_report_and_its_address() -> None:
    bounced_to = f"info+{SIGNER.bounce_token(9)}@permis.example.org"
    event = normalise(f"Delivered-To: {bounced_to}\n".encode() + screened_mail("postfix"), "info", NOW, PROFILE, SIGNER)
    assert event.kind is MessageKind.BOUNCE
    assert event.reverse_path == ""
    assert event.delivery_report is not None
    assert event.delivery_report.status == "5.1.1"
    assert [SIGNER.outbound_of(address) for address in event.recipients if "+" in address] == [9]


@pytest.mark.parametrize("mail", labelled("automatic.txt"), ids=lambda mail: mail.title)
def test_the_profile_changes_nothing_for_robots_that_it_does_not_know(mail: object) -> None:
    event = normalise(mail.raw, "info", NOW, PROFILE, SIGNER)
    assert (event.kind, event.screening) == (mail.kind, mail.rule)


@given(st.one_of(st.binary(), st.text().map(lambda text: f"Subject: TR: x\n\n{text}".encode())))
def test_no_bytes_raise(raw: bytes) -> None:
    assert normalise(raw, "info", NOW, PROFILE, SIGNER).source == "info"
