"""What the name of a file warns of."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.dangers import Danger, danger


@pytest.mark.parametrize("name", ["jeu.exe", "Facture.PDF.EXE", "facture.exe. ", "page.html", "dessin.svg", "lien.lnk"])
def test_a_program_is_told_by_its_ending(name: str) -> None:
    assert danger(name) is Danger.PROGRAM


@pytest.mark.parametrize("name", ["budget.XLSM", "lettre.docm"])
def test_macros_are_told_by_their_ending(name: str) -> None:
    assert danger(name) is Danger.MACROS


@pytest.mark.parametrize("name", ["budget.xlsx", "exe.pdf", "sans ending", "", ".", "plan.dwg"])
def test_the_rest_is_only_read(name: str) -> None:
    assert danger(name) is None


PNG, PDF, ZIP, OLE = b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "body"),
    [("plan.pdf", PNG), ("photo.jpg", PDF), ("lettre.docx", PDF), ("plans.zip", b"<html>"), ("scan.png", b"<script>")],
)
def test_what_is_another_kind_than_its_name_says_is_told(name: str, body: bytes) -> None:
    assert danger(name, body) is Danger.DISGUISED


@pytest.mark.parametrize("body", [b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n", b"L\x00\x00\x00\x01\x14\x02\x00"])
def test_a_program_is_one_whatever_it_is_called(body: bytes) -> None:
    assert danger("facture.pdf", body) is Danger.PROGRAM
    assert danger("notes", body) is Danger.PROGRAM


def document(*names: str) -> bytes:
    """An archive with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        document("word/document.xml", "word/vbaProject.bin"),
        document("xl/workbook.xml", "xl/macrosheets/sheet1.xml"),
        OLE + b"\x00" * 600 + "_VBA_PROJECT".encode("utf-16-le"),
    ],
)
def test_macros_are_found_whatever_the_document_is_called(body: bytes) -> None:
    assert danger("budget.xlsx", body) is Danger.MACROS
    assert danger("budget", body) is Danger.MACROS


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("plan.pdf", b"\xef\xbb\xbf" + PDF),
        ("photo.jpg", PNG),
        ("photo.jpeg", b"\x00\x00\x00\x18ftypheic"),
        ("lettre.docx", document("word/document.xml")),
        ("lettre.docx", OLE + b"EncryptedPackage"),
        ("lettre.doc", b"{\\rtf1 x}"),
        ("notes.txt", b"%PDF- is how a PDF begins"),
        ("plan.dwg", b"AC1032"),
        ("vide.pdf", b""),
    ],
)
def test_what_people_send_has_no_warning(name: str, body: bytes) -> None:
    assert danger(name, body) is None


@given(st.text(max_size=30), st.binary(max_size=200))
def test_any_name_and_bytes_can_be_looked_at(name: str, body: bytes) -> None:
    assert danger(name, body) in (None, *Danger)
