"""Forwards by relays and communes: who is inside, and that their words are the new text."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email import forward
from ingest.email.event import normalise
from ingest.email.parse import parse
from ingest.email.parsed import ParsedMail
from tests.ingest.email.mails import PROFILE, SIGNER

DATA = Path(__file__).parents[2] / "data" / "mails" / "forward" / "forwards.txt"
NOW = datetime(2026, 3, 12, 9, 2, tzinfo=UTC)


def labelled() -> list[object]:
    """(address or `-`, reason, raw mail) of each record below `##### address reason title`."""
    cases: list[object] = []
    for record in DATA.read_text("utf-8").split("##### ")[1:]:
        label, _, raw = record.partition("\n")
        address, reason, title = label.split()
        cases.append(pytest.param(address.strip("-"), reason, raw.encode(), id=title))
    return cases


@pytest.mark.parametrize(("address", "reason", "raw"), labelled())
def test_the_person_inside_is_proposed_and_their_words_are_new(address: str, reason: str, raw: bytes) -> None:
    event = normalise(raw, "info", NOW, PROFILE, SIGNER)
    assert event.forwarded is not None
    assert (event.forwarded.address.address, event.forwarded.reason) == (address, reason)
    assert "BLOQUE" in event.reply_text
    assert "BLOQUE" in event.text
    assert "Objet" not in event.reply_text


def test_the_better_it_is_written_the_surer_it_is() -> None:
    confidence = {
        case.id: normalise(case.values[2], "info", NOW, PROFILE, SIGNER).forwarded.confidence for case in labelled()
    }
    assert confidence["outlook-fr"] == confidence["attached"] == 0.9
    assert confidence["outlook-fr"] > confidence["no-address-in-the-block"] > confidence["name-only"] > 0


BLOCK = "De : Jean <jean@example.be>\nEnvoyé : jeudi 12 mars 2026 10:02\nÀ : moi\nObjet : Permis\n\nLe texte de Jean."


def written(subject: str, text: str, sender: str = "urba@commune.example.be") -> ParsedMail:
    return parse(f"From: {sender}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode())


@pytest.mark.parametrize("subject", ["RE: Permis", "Permis", "Re: TR: Permis", "Trottoir : permis"])
def test_a_header_block_without_a_forward_subject_is_a_quote(subject: str) -> None:
    assert forward.find(written(subject, f"Ma réponse.\n\n{BLOCK}")) is None


def test_a_long_text_above_is_the_senders_own_request() -> None:
    own = "Notre commune ne peut plus encoder. " * 30
    event = normalise(
        f"From: urba@commune.example.be\nSubject: TR: x\n\n{own}\n\n{BLOCK}".encode(), "info", NOW, PROFILE, SIGNER
    )
    assert event.forwarded is not None
    assert event.forwarded.confidence == 0.2
    assert "Le texte de Jean" not in event.reply_text


def test_only_a_known_relay_is_taken_at_its_word() -> None:
    confidence = []
    for sender, note in (
        ("sophie@1718.example.be", "Pour suite utile."),
        ("inconnu@example.com", "Voir ci-dessous."),
        ("inconnu@example.com", "La commune me demande une annexe que je ne trouve pas dans Mon Espace. " * 3),
    ):
        raw = f"From: {sender}\nSubject: TR: Permis\n\n{note}\n\n{BLOCK}".encode()
        proposed = normalise(raw, "info", NOW, PROFILE, SIGNER).forwarded
        confidence.append(proposed.confidence if proposed else 0)
    assert confidence == [0.9, 0.63, 0.36]


def test_a_robot_inside_a_forward_is_nobody_but_its_words_count() -> None:
    block = BLOCK.replace("jean@example.be", "noreply@monespace.example.be")
    raw = f"From: jean@example.be\nSubject: TR: Permis\n\nVoir ci-dessous.\n\n{block}".encode()
    event = normalise(raw, "info", NOW, PROFILE, SIGNER)
    assert event.forwarded is None
    assert "Le texte de Jean" in event.reply_text


def test_our_own_mail_that_comes_back_proposes_nobody() -> None:
    block = BLOCK.replace("jean@example.be", "info@permis.example.org")
    raw = f"From: jean@example.be\nSubject: TR: Permis\n\nQue veut dire ceci ?\n\n{block}".encode()
    event = normalise(raw, "info", NOW, PROFILE, SIGNER)
    assert event.forwarded is None
    assert event.reply_text == "Que veut dire ceci ?"


def test_who_forwards_their_own_mail_is_not_proposed_for_themselves() -> None:
    event = normalise(f"From: jean@example.be\nSubject: TR: Permis\n\n{BLOCK}".encode(), "info", NOW, PROFILE, SIGNER)
    assert event.forwarded is None
    assert "Le texte de Jean" in event.reply_text


def test_a_forward_without_end_is_followed_five_deep() -> None:
    block = "De : a@example.org\nDate : 10:02\nObjet : TR: x\n\n"
    assert forward.find(written("TR: x", block * 1_000)) is not None


@given(st.text(), st.text())
def test_no_text_raises(subject: str, text: str) -> None:
    forward.find(ParsedMail(subject=subject, text=text))
