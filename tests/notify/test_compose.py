from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.errors import PermanentError
from cases.profile import ReversePath, SubAddressing
from notify.compose import Envelope
from tests.notify.outbox import CASE, CONTEXT, SIGNER, Row, composer, profile

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=250)
FIELDS = {
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}

EXPECTED = {
    "fr": "au plus tard le mardi 24 novembre 2026 à 16 h.",
    "de": "spätestens am Dienstag, 24. November 2026, 16 Uhr.",
    "nl": "ten laatste op dinsdag 24 november 2026 om 16 uur.",
    "en": "by Tuesday 24 November 2026 at 16:00.",
}


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    assert not part.defects
    return str(part.get_content())


def test_the_fields_of_an_acknowledgement() -> None:
    message = read(composer().compose(Row(), True))
    assert set(message.keys()) == FIELDS
    assert message["From"].addresses[0].addr_spec == "assistance@monpermis.example.be"
    assert message["From"].addresses[0].display_name == "Mon Permis . Assistance"
    assert message["To"] == "jeanne.dupont@example.org"
    assert message["Subject"] == "[MPA-26-00412] Nous avons bien reçu votre message"
    assert message["Date"] == "Sun, 22 Nov 2026 09:02:00 +0000"
    assert message["Message-ID"] == Row().message_id
    assert message["In-Reply-To"] == "<question@example.org>"
    assert message["References"].split() == ["<earlier@example.org>", "<question@example.org>"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "fr"


def test_a_notice_says_that_nobody_wrote_it() -> None:
    assert read(composer().compose(Row(kind="notice"), True))["Auto-Submitted"] == "auto-generated"


def test_the_reply_address_and_the_foot_prove_the_case() -> None:
    message = read(composer().compose(Row(), True))
    assert SIGNER.case_of(message["Reply-To"]) == CASE
    assert SIGNER.case_of(body(message, "plain")) == CASE
    assert SIGNER.case_of(body(message, "html")) == CASE


@pytest.mark.parametrize("probed", [None, False])
def test_no_reply_address_where_sub_addressing_is_not_known_to_work(probed: bool | None) -> None:
    assert "Reply-To" not in read(composer().compose(Row(), probed))


def test_the_profile_overrules_the_probe() -> None:
    assert "Reply-To" in read(composer(sub_addressing=SubAddressing.YES).compose(Row(), False))
    assert "Reply-To" not in read(composer(sub_addressing=SubAddressing.NO).compose(Row(), True))


def test_bounces_find_their_way_back_to_their_row() -> None:
    envelope = composer().envelope(Row(), True)
    assert envelope.recipient == "jeanne.dupont@example.org"
    assert envelope.reverse_path.startswith("assistance+b7.")
    assert SIGNER.outbound_of(envelope.reverse_path) == 7


def test_the_reverse_path_is_the_mailbox_or_null_where_the_profile_or_the_site_wants_it() -> None:
    recipient = Row().recipient
    assert composer().envelope(Row(), None) == Envelope("assistance@monpermis.example.be", recipient)
    assert (
        composer(reverse_path=ReversePath.MAILBOX).envelope(Row(), True).reverse_path == profile().mailboxes[0].address
    )
    assert composer(reverse_path=ReversePath.NULL).envelope(Row(), True) == Envelope("", recipient)


def test_a_local_part_too_long_for_a_token_is_used_as_it_is() -> None:
    address = "a" * 60 + "@example.be"
    assert composer(address=address).envelope(Row(), True).reverse_path == address


def test_the_bytes_depend_on_the_row_alone() -> None:
    assert composer().compose(Row(), True) == composer().compose(Row(), True)
    assert composer().compose(Row(), True) != composer().compose(replace(Row(), id=8, message_id="<x@y>"), True)


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
@pytest.mark.parametrize("kind", ["acknowledgement", "notice"])
def test_both_faces_say_the_same_within_seventy_two_columns(kind: str, lang: str) -> None:
    message = read(composer().compose(Row(kind=kind, lang=lang), True))
    text, html = body(message, "plain"), body(message, "html")
    assert message["Content-Language"] == lang
    assert f'<html lang="{lang}"' in html
    assert max(map(len, text.splitlines())) <= 72
    for word in ("MPA-26-00412", "Mon Espace", profile().website):
        assert word in text
        assert word in html
    assert "{" not in text


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
def test_an_acknowledgement_says_what_was_understood_and_when_an_answer_comes(lang: str) -> None:
    row = Row(lang=lang, context={**CONTEXT, "expected_at": "2026-11-24T15:00:00+00:00"})
    text = body(read(composer().compose(row, True)), "plain")
    assert next(one for one in profile().motifs if one.id == "incident").labels[lang] in text
    assert EXPECTED[lang] in " ".join(text.split())


@pytest.mark.parametrize("context", [{"category": "", "tool": "aucun"}, {**CONTEXT, "review": True}])
def test_an_acknowledgement_does_not_claim_what_a_person_has_yet_to_confirm(context: dict[str, object]) -> None:
    row = Row(context={**context, "number": "MPA-26-00412"})
    text = body(read(composer().compose(row, True)), "plain")
    assert "Application" not in text
    assert "Nature" not in text


def test_a_notice_names_what_the_team_needs() -> None:
    context = {**CONTEXT, "review": True, "flags": ["dmarc_failed", "a_flag_of_tomorrow"]}
    text = body(read(composer().compose(Row(kind="notice", lang="en", context=context), True)), "plain")
    for words in (
        "From: jeanne.dupont@example.org",
        "Subject: Je n'arrive plus à me connecter",
        "(91% sure)",
        "https://assistance.example.be/desk/cases/MPA-26-00412",
        "To check: these tags",
        "(DMARC)",
    ):
        assert words in text


@settings(deadline=None)
@given(subject=ANY_TEXT, sender=ANY_TEXT)
def test_nothing_the_citizen_wrote_is_in_an_acknowledgement_or_begins_a_field(subject: str, sender: str) -> None:
    context = {**CONTEXT, "subject": subject, "sender": sender}
    assert composer().compose(Row(context=context), True) == composer().compose(Row(), True)
    raw = composer().compose(Row(kind="notice", context=context), True)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert set(read(raw).keys()) == FIELDS
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\0" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")


@settings(deadline=None)
@given(identifier=ANY_TEXT)
def test_an_identifier_that_is_none_is_not_quoted(identifier: str) -> None:
    context = {**CONTEXT, "in_reply_to": identifier, "references": [identifier, "<good@example.org>"]}
    message = read(composer().compose(Row(context=context), True))
    assert set(message.keys()) <= FIELDS
    assert "<good@example.org>" in message["References"]


def test_an_international_address_stands_in_utf8() -> None:
    row = Row(recipient="rené@müller.example")
    assert composer().envelope(row, True).recipient == "rené@xn--mller-kva.example"
    assert "\r\nTo: rené@xn--mller-kva.example\r\n".encode() in composer().compose(row, True)


@pytest.mark.parametrize("recipient", ["a@b.fr, evil@x.fr", "a@b.fr\r\nBcc: evil@x.fr", "", "nobody"])
def test_a_recipient_that_is_not_one_address_is_refused(recipient: str) -> None:
    with pytest.raises(PermanentError):
        composer().envelope(Row(recipient=recipient), True)
    with pytest.raises(PermanentError):
        composer().compose(Row(recipient=recipient), True)


def test_a_mailbox_that_left_the_profile_is_a_permanent_error() -> None:
    with pytest.raises(PermanentError, match="no mailbox gone"):
        composer().compose(Row(mailbox="gone"), True)
