"""Which files go along with a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.attaching import KINDS, LARGEST_FILE, Danger, File, Wrong, content_type, danger, too_much, wrong

PDF = b"%PDF-1.7\n"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("formulaire.pdf", PDF),
        ("Formulaire.PDF", PDF),
        ("capture.png", PNG),
        ("tableau.xlsx", b"PK\x03\x04..."),
        ("lettre.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("notes.txt", "épreuve".encode()),
        ("notes.txt", "BM est une abréviation".encode()),
        ("liste.csv", b"a;b\n1;2\n"),
    ],
)
def test_what_a_town_hall_sends_is_taken(name: str, body: bytes) -> None:
    assert wrong(name, body) is None


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("rien.pdf", b"", Wrong.EMPTY),
        ("gros.pdf", PDF + bytes(LARGEST_FILE), Wrong.TOO_LARGE),
        ("jeu.exe", b"MZ\x90", Wrong.PROGRAM),
        ("facture.pdf", b"MZ\x90", Wrong.PROGRAM),
        ("facture.pdf", b"\x7fELF\x02", Wrong.PROGRAM),
        ("facture.pdf.exe", PDF, Wrong.PROGRAM),
        ("facture.exe. ", PDF, Wrong.PROGRAM),
        ("page.html", b"<script>", Wrong.PROGRAM),
        ("dessin.svg", b"<svg/>", Wrong.PROGRAM),
        ("lien.lnk", b"L\0\0\0\x01\x14\x02\0", Wrong.PROGRAM),
        ("script.txt", b"#!/bin/sh\n", Wrong.PROGRAM),
        ("calcul.xlsm", b"PK\x03\x04", Wrong.MACROS),
        ("sans ending", PDF, Wrong.UNKNOWN),
        ("plan.dwg", b"AC1032", Wrong.UNKNOWN),
        ("capture.png", PDF, Wrong.MISMATCH),
        ("notes.txt", PDF, Wrong.MISMATCH),
        ("notes.txt", b"a\0b", Wrong.MISMATCH),
    ],
)
def test_what_is_not_taken_says_why(name: str, body: bytes, why: Wrong) -> None:
    assert wrong(name, body) is why


@given(st.text(max_size=80), st.binary(max_size=80))
def test_whatever_is_taken_is_of_a_known_kind(name: str, body: bytes) -> None:
    if wrong(name, body) is None:
        assert content_type(name) in {kind for kind, _ in KINDS.values()}
        assert danger(name) is None


def test_a_name_warns_of_what_the_file_could_do() -> None:
    assert danger("facture.pdf.js") is Danger.PROGRAM
    assert danger("budget.XLSM") is Danger.MACROS
    assert danger("budget.xlsx") is None


def test_a_file_is_told_by_its_hash() -> None:
    told = File("a.pdf", content_type("a.pdf"), PDF).told
    assert told["content_type"] == "application/pdf"
    assert len(told["sha256"]) == 64


def test_together_they_may_be_twenty_megabytes() -> None:
    assert not too_much([10_000_000, 10_000_000])
    assert too_much([10_000_000, 10_000_000, 1])
