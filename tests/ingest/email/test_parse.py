from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Address
from ingest.email import contents
from ingest.email.limits import RAW_BYTES
from ingest.email.parse import parse
from ingest.email.parsed import ParsedMail
from tests.ingest.email.corpus import CPYTHON, OWN, cpython_mails, own_mails
from tests.ingest.email.making import attachment
from tests.ingest.email.storability import assert_storable


def sample(name: str) -> ParsedMail:
    return parse((OWN / "parse" / f"{name}.eml").read_bytes())


def test_an_ordinary_mail_is_read_whole() -> None:
    mail = sample("plain-utf8")
    assert mail.subject == "Problème de connexion à Mon Permis"
    assert mail.sender == Address("Jeanne Dupré", "jeanne.dupre@example.org")
    assert mail.to == (Address("Guichet, Mon Permis", "aide@example.be"),)
    assert mail.cc == (Address("René Lefèvre", "rene@example.com"), Address("", "nu@example.com"))
    assert mail.date == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (mail.message_id, mail.in_reply_to) == ("<p1@example.org>", "<case-1@example.be>")
    assert mail.references == ("<case-0@example.be>", "<case-1@example.be>")
    assert mail.text == "Bonjour,\n\nl'écran reste blanc depuis hier.\n\nJeanne Dupré"
    assert mail.header("received").endswith("for <aide@example.be>; Mon, 2 Mar 2026 09:00:02 +0100 (CET)")
    assert (mail.defects, mail.degraded, mail.html) == ((), "", "")


@pytest.mark.parametrize(
    ("name", "subject", "text"),
    [
        ("alternative-quoted-printable", "Vergunning", "Mijn dossier is geïmporteerd, maar ik zie het niet."),
        ("blank-line-before-header", "En retard", "Bonjour"),
        ("cr-only", "Vieux Mac", "Bonjour\nMerci"),
        ("encoded-word-split-in-a-character", "café au lait", "Bonjour"),
        ("internationalised", "用户 – été", "Bonjour"),
        ("mixed-line-ends", "Fins de ligne", "un\n\ndeux"),
        ("raw-8bit-headers", "Problème de déchets", "Déjà signalé € 10"),
        ("subject-only", "Comment prolonger mon permis ?", ""),
        ("unknown-charsets", "中文 déjà", "déjà vu"),
        ("unterminated", "Coupé", "Du texte"),
        ("uuencoded", "Fichier", "Voici:\n[../note.txt]\nMerci"),
    ],
)
def test_odd_mail_keeps_its_subject_and_text(name: str, subject: str, text: str) -> None:
    mail = sample(name)
    assert (mail.subject, mail.text, mail.degraded) == (subject, text, "")


def test_several_senders_and_no_identifier_are_defects() -> None:
    mail = sample("several-from-no-id")
    assert mail.sender == Address("Chef", "chef@example.be")
    assert mail.defects == ("bad_date", "no_message_id", "several_from")


@pytest.mark.parametrize(
    ("field", "address"),
    [("Sender: s@example.org", "s@example.org"), ("Return-Path: <r@example.org>", "r@example.org"), ("X-From: x", "")],
)
def test_without_from_another_field_names_the_sender(field: str, address: str) -> None:
    assert parse(field.encode() + b"\r\n\r\nBonjour").sender.address == address


def test_a_report_names_its_type() -> None:
    mail = sample("delivery-report")
    assert (mail.content_type, mail.report_type) == ("multipart/report", "delivery-status")
    assert mail.header_all("auto-submitted") == ("auto-replied",)


FIRST = (OWN / "parse" / "alternative-quoted-printable.eml").read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"Received: from elsewhere\r\nDKIM-Signature: v=1\r\nList-Id: <x>\r\n" + raw,
        lambda raw: raw.replace(b"\r\n", b"\n"),
        lambda raw: raw + b"\r\n\r\n",
        lambda raw: raw.replace(b"Message-ID: ", b"Message-ID:\r\n "),
        lambda raw: raw.replace(b"dossier", b"d=6Fssier"),
    ],
)
def test_two_deliveries_of_one_mail_have_one_fingerprint(change: Callable[[bytes], bytes]) -> None:
    assert change(FIRST) != FIRST
    assert parse(change(FIRST)).fingerprint == parse(FIRST).fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"dossier is", b"dossier was"),
        (b"<alt1@", b"<alt2@"),
        (b"Vergunning", b"Vergunningen"),
        (b"piet@", b"jan@"),
        (b"10:00:00", b"10:00:01"),
    ],
)
def test_another_mail_has_another_fingerprint(old: bytes, new: bytes) -> None:
    assert parse(FIRST.replace(old, new)).fingerprint != parse(FIRST).fingerprint


@pytest.mark.slow
def test_a_mail_over_the_size_limit_keeps_its_beginning() -> None:
    raw = attachment(b"attachment; filename=film.mp4", b"AAAA" * (RAW_BYTES // 4))
    mail = parse(raw)
    assert (mail.degraded, mail.text, mail.size) == ("too_large", "Bonjour", len(raw))
    assert [file.filename for file in mail.attachments] == ["film.mp4"]


def test_an_error_in_the_parser_itself_opens_a_degraded_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(contents, "fingerprint", broken)
    mail = parse(FIRST)
    assert (mail.degraded, mail.subject, mail.sender.address) == ("parser_failed", "Vergunning", "piet@example.be")
    assert_storable(mail)


@pytest.mark.parametrize("path", own_mails(), ids=lambda path: path.stem)
def test_own_mails_are_storable_and_not_degraded(path: Path) -> None:
    mail = parse(path.read_bytes())
    assert_storable(mail)
    assert mail.degraded == ""


@pytest.mark.skipif(not cpython_mails(), reason=f"this interpreter ships no mail tests in {CPYTHON}")
def test_the_mails_of_cpythons_own_tests_are_storable_and_lose_no_text() -> None:
    for path in cpython_mails():
        mail = parse(path.read_bytes())
        assert_storable(mail)
        assert mail.degraded == "", path.name


@given(st.binary(max_size=2_000))
def test_any_bytes_become_a_storable_mail(raw: bytes) -> None:
    assert_storable(parse(raw))
