"""A file is what its bytes say, and its name must say the same."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.kinds import ACCEPT, KINDS, SHOWN, sniff


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as found:
        for name in names:
            found.writestr(zipfile.ZipInfo(name), "x")  # of no date: parameters are the same in each process
    return buffer.getvalue()


PDF = b"%PDF-1.7\n..."
DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", PDF),
        ("A.PDF", b"\n\n" + PDF),
        ("a.png", b"\x89PNG\r\n\x1a\n.."),
        ("a.b.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("a.heic", b"\x00\x00\x00\x18ftypheic"),
        ("a.tif", b"II*\x00"),
        ("a.docx", DOCX),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.odt", archive("mimetype", "content.xml")),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.txt", "été".encode()),
        ("a.txt", "été".encode("latin-1")),
        ("a.csv", "é;à".encode("utf-16")),
        ("a.eml", b"From: a@example.org\r\n\r\n"),
    ],
)
def test_what_is_what_it_says_is_taken(name: str, body: bytes) -> None:
    file = io.BytesIO(body)
    kind = sniff(name, file)
    assert kind
    assert kind is KINDS[name.rpartition(".")[2].lower()]
    assert file.read() == body  # it is left at its start


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.exe", b"MZ"),
        ("a.pdf.exe", PDF),
        ("a.pdf", b"MZ" + bytes(2000) + b"%PDF-"),
        ("a.txt", b"MZ\x90\x00"),
        ("a.txt", b"MZ is how they begin"),
        ("a.txt", b"#!/bin/sh\n"),
        ("a.txt", b"a\x00b"),
        ("a.html", b"<html>"),
        ("a.svg", b"<svg/>"),
        ("a.png", PDF),
        ("a.pdf", DOCX),
        ("a.docx", archive("evil.exe")),
        ("a.docx", archive("word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", DOCX),
        ("a.docx", DOCX[:40]),
        ("a.zip", DOCX),
        ("a.docm", DOCX),
        ("pdf", PDF),
        (".pdf", b""),
        ("a", PDF),
        ("", b""),
    ],
)
def test_what_is_not_is_refused(name: str, body: bytes) -> None:
    assert sniff(name, io.BytesIO(body)) is None


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=5000))
def test_no_bytes_are_too_odd(extension: str, body: bytes) -> None:
    sniff(f"a.{extension}", io.BytesIO(body))
    sniff(f"a.{extension}", io.BytesIO(b"PK\x03\x04" + body))


def test_people_are_told_of_kinds_that_are_taken() -> None:
    assert set(SHOWN) <= set(KINDS)
    assert ".pdf" in ACCEPT
