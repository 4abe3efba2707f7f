"""Ordinary mail to measure with: the labelled messages of `classify/data`, dressed as mails arrive.

The same seed gives the same bytes. Texts of 1 to 8 kB (half of them under 2.8 kB) in three charsets and encodings; 2 kB
of trace and authentication fields; 3 in 10 with an HTML alternative, 3 in 20 with an attachment of 100 to 250 kB; 1 in
10 answers an earlier mail, 1 in 50 is an automatic reply, 1 in 100 comes a second time.
"""

import base64
import json
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from html import escape
from pathlib import Path

from tests.ingest.email.hostile import HOSTILE

DATA = Path(__file__).resolve().parents[1] / "classify" / "data"
NAMES = ("An Peeters", "Élodie Lefèvre", "Jürgen Müller", "Luc Dubois", "Aïcha Benali", "Sofie De Smet", "Karl Schmitz")
MAILBOX = "assistance@monpermis.example.be"
TRACE = (
    "Received: from mx{n}.example.com (mx{n}.example.com [192.0.2.{n}])\r\n"
    "\tby border.example.be (Postfix) with ESMTPS id {key:012X}\r\n"
    "\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)\r\n"
    "\tfor <" + MAILBOX + ">; Mon, 02 Mar 2026 09:0{n}:00 +0100"
)
HTML = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{{margin:0cm;font-size:11pt}}'
    '</style></head><body lang="FR"><div class="WordSection1">{paragraphs}</div><img src="cid:logo"></body></html>'
)


@dataclass(frozen=True, slots=True)
class Written:
    """What an answer quotes of an earlier mail."""

    message_id: str
    sender: str
    subject: str
    text: str


class Corpus:
    """Makes mails. `start` shifts sender and identifiers, so that two corpora share nothing; `attached` and `hostile`
    are the shares of mails with an attachment, and of those that attack a reader (`tests/ingest/email/hostile.py`)."""

    def __init__(self, start: int = 0, seed: int = 7, *, attached: float = 0.15, hostile: float = 0.0) -> None:
        self._attached, self._hostile = attached, hostile
        self._random = random.Random(seed + start)
        self._start = start
        self._blob = random.Random(seed).randbytes(1_000_000)
        self._texts = [
            json.loads(line) for path in sorted(DATA.glob("*.jsonl")) for line in path.open(encoding="utf-8")
        ]
        self._written: list[Written] = []
        self._last = b""

    def mails(self, count: int) -> Iterator[bytes]:
        """`count` raw messages."""
        for index in range(self._start, self._start + count):
            again = self._last and self._random.random() < 0.01
            attack = self._hostile and self._random.random() < self._hostile
            self._last = self._last if again else self._attack() if attack else self._mail(index)
            yield self._last

    def _attack(self) -> bytes:
        return self._random.choice(sorted(HOSTILE.items()))[1]()

    def _mail(self, index: int) -> bytes:
        chosen = self._random.choice(self._texts)
        sender = f"person{self._random.randrange(1_000_000)}@example.com"
        subject, text = chosen["subject"] or "Question", self._text(chosen["body"])
        message_id = f"<{index}.{self._random.getrandbits(64):x}@example.com>"
        fields = [f"Message-ID: {message_id}"]
        if self._written and self._random.random() < 0.1:
            parent = self._random.choice(self._written)
            fields += [f"In-Reply-To: {parent.message_id}", f"References: {parent.message_id}"]
            sender, subject, text = parent.sender, f"Re: {parent.subject}", text + _quoted(parent.text)
        if self._random.random() < 0.02:
            fields.append("Auto-Submitted: auto-replied")
        self._written = [*self._written[-500:], Written(message_id, sender, subject, text)]
        head = [*self._trace(index), *self._people(sender, subject), *fields, ""]
        return "\r\n".join(head).encode() + self._body(text)

    def _text(self, body: str) -> str:
        """The message, made longer by others until it has the length of an ordinary one."""
        wanted = int(1_000 * 8 ** self._random.random())
        paragraphs = [body]
        while sum(map(len, paragraphs)) < wanted:
            paragraphs.append(self._random.choice(self._texts)["body"])
        return "\n\n".join(paragraphs)[: max(wanted, len(body))]

    def _trace(self, index: int) -> list[str]:
        signature = "\r\n\t ".join(base64.b64encode(self._random.randbytes(51)).decode() for _ in range(5))
        return [
            "Return-Path: <sender@example.com>",
            f"Delivered-To: {MAILBOX}",
            *(TRACE.format(n=n, key=self._random.getrandbits(48)) for n in range(1, 5)),
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=2026;\r\n\tb=" + signature,
            "Authentication-Results: mx.monpermis.example.be; dkim=pass header.d=example.com; dmarc=pass",
            "X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,DKIM_VALID",
            f"X-Sequence: {index}",
        ]

    def _people(self, sender: str, subject: str) -> list[str]:
        name = Header(self._random.choice(NAMES), "utf-8").encode()
        return [
            f"From: {name} <{sender}>",
            f"To: {MAILBOX}",
            "Subject: " + Header(subject[:200].replace("\n", " "), "utf-8", maxlinelen=70).encode(linesep="\r\n"),
            "Date: Mon, 02 Mar 2026 09:00:00 +0100",
            "MIME-Version: 1.0",
        ]

    def _body(self, text: str) -> bytes:
        charset = self._random.choices(["utf-8", "iso-8859-1", "windows-1252"], [8, 1, 1])[0]
        encoding = self._random.choices(["quoted-printable", "base64", "8bit"], [6, 2, 2])[0]
        body = _part("plain", text, charset, encoding)
        if self._random.random() < 0.3:
            paragraphs = "".join(f'<p class="MsoNormal"><span>{escape(one)}</span></p>' for one in text.split("\n\n"))
            html = _part("html", HTML.format(paragraphs=paragraphs), "utf-8", "quoted-printable")
            body = _multipart("alternative", [body, html])
        if self._random.random() < self._attached:
            body = _multipart("mixed", [body, self._attachment()])
        return body

    def _attachment(self) -> bytes:
        size = self._random.randint(100_000, 250_000)
        start = self._random.randrange(len(self._blob) - size)
        encoded = base64.encodebytes(self._blob[start : start + size]).replace(b"\n", b"\r\n")
        head = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''plan%20b%C3%A2ti.pdf"
        return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encoded


def written(folder: Path, corpus: Corpus, count: int) -> list[Path]:
    """The mails of a corpus as files in a new folder."""
    folder.mkdir(exist_ok=True)
    paths = []
    for index, raw in enumerate(corpus.mails(count)):
        paths.append(folder / f"{index:06d}.eml")
        paths[-1].write_bytes(raw)
    return paths


def _part(subtype: str, text: str, charset: str, encoding: str) -> bytes:
    raw = text.encode(charset, "replace")
    encoded = {
        "quoted-printable": quopri.encodestring,
        "base64": base64.encodebytes,
        "8bit": bytes,
    }[encoding](raw)
    head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{subtype}_2026"
    opened = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + opened + f"--{boundary}--\r\n".encode()


def _quoted(text: str) -> str:
    lines = "\n".join(f"> {line}" for line in text[:3_000].splitlines())
    return f"\n\nLe lun. 2 mars 2026 à 10:12, Mon Permis <{MAILBOX}> a écrit :\n{lines}\n"
