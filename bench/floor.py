"""The floor: a bare script that does what must be done and nothing else, with the calls that cost least.

imaplib in batches of 50, fast-mail-parser, sqlite3 (WAL, synchronous FULL), one transaction a batch with unique keys,
the raw message, the case, the readable text and the queued receipt, then MOVE. No screening, folding, matching by
token, policy, or anything that would be safe on hostile mail.

`python -m bench.floor DATABASE IMAP_URL [tags]` prints JSON.
"""

import hashlib
import imaplib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import fast_mail_parser
from selectolax.lexbor import LexborHTMLParser

from bench.steps import Steps, peak_mb
from cases.event import Message, Tags

BATCH = 50
SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE raw (sha256 TEXT PRIMARY KEY, body BLOB);
CREATE TABLE cases (id INTEGER PRIMARY KEY, subject TEXT, sender TEXT, tags TEXT, opened REAL);
CREATE TABLE message (uid INTEGER PRIMARY KEY, case_id INTEGER, message_id TEXT UNIQUE, sha256 TEXT, text TEXT);
CREATE INDEX message_case ON message (case_id);
CREATE TABLE outbox (case_id INTEGER PRIMARY KEY, recipient TEXT, sent REAL);
"""

Classify = Callable[[Sequence[Message]], Sequence[Tags | None]]


def main() -> None:
    classify = _classifier() if sys.argv[3:] == ["tags"] else lambda messages: [None] * len(messages)
    json.dump(walk(sys.argv[1], sys.argv[2], classify), sys.stdout)


def walk(database: str, imap_url: str, classify: Classify) -> dict[str, Any]:
    """Drain the mailbox; figures for all mails together."""
    steps = Steps()
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA)
    began = time.perf_counter()
    client, uids = _open(imap_url)
    for start in range(0, len(uids), BATCH):
        batch = b",".join(uids[start : start + BATCH]).decode()
        with steps.step("imap"):
            raws = _fetch(client, batch)
        with steps.step("parse"):
            mails = [_parse(raw) for raw in raws]
        with steps.step("tag"):
            tags = classify([Message(subject=subject, body=text) for _, subject, _, _, text in mails])
        with steps.step("decide and write"):
            _write(connection, uids[start : start + BATCH], raws, mails, tags)
        with steps.step("imap"):
            client.uid("MOVE", batch, "Done")
    wall = time.perf_counter() - began
    opened = connection.execute("SELECT count(*) FROM cases").fetchone()[0]
    cpu = sum(steps.cpu.values())
    return {"mails": len(uids), "cases": opened, "wall": wall, "cpu": cpu, "steps": steps.cpu, "peak_mb": peak_mb()}


def _classifier() -> Classify:
    from pathlib import Path

    from app import profile
    from classify.classifier import SHIPPED, Classifier

    return Classifier.load(SHIPPED, profile.load(Path("profiles/mon-permis"))).classify


def _open(imap_url: str) -> tuple[imaplib.IMAP4, list[bytes]]:
    url = urlsplit(imap_url)
    client = imaplib.IMAP4(url.hostname or "", url.port or 143)
    client.login(url.username or "", url.password or "")
    client.create("Done")
    client.select()
    return client, client.uid("SEARCH", "ALL")[1][0].split()


def _fetch(client: imaplib.IMAP4, uids: str) -> list[bytes]:
    answer = client.uid("FETCH", uids, "(UID BODY.PEEK[])")[1]
    return [item[1] for item in answer if isinstance(item, tuple)]


def _parse(raw: bytes) -> tuple[str, str, str, str | None, str]:
    mail = fast_mail_parser.parse_email(raw)
    fields = mail.headers
    sender = mail.from_.address if mail.from_ else ""
    text = mail.text_plain[0] if mail.text_plain else ""
    if not text and mail.text_html and (body := LexborHTMLParser(mail.text_html[0]).body):
        text = body.text(separator="\n")
    parent = fields.get("In-Reply-To", [None])[0]
    return fields.get("Message-ID", [""])[0], mail.subject, sender, parent, text


def _write(
    connection: sqlite3.Connection,
    uids: Sequence[bytes],
    raws: Sequence[bytes],
    mails: Sequence[tuple[str, str, str, str | None, str]],
    tags: Sequence[Tags | None],
) -> None:
    wanted = [one for mail in mails for one in (mail[0], mail[3]) if one]
    known = dict(
        connection.execute(
            f"SELECT message_id, case_id FROM message WHERE message_id IN ({','.join('?' * len(wanted))})", wanted
        )
    )
    hashes = [hashlib.sha256(raw).hexdigest() for raw in raws]
    connection.executemany("INSERT OR IGNORE INTO raw VALUES (?, ?)", zip(hashes, raws, strict=True))
    for uid, digest, (message_id, subject, sender, parent, text), tag in zip(uids, hashes, mails, tags, strict=True):
        if message_id in known:
            continue
        case = known.get(parent or "") or _opened(connection, subject, sender, tag)
        known[message_id] = case
        connection.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", (int(uid), case, message_id, digest, text))
    connection.commit()


def _opened(connection: sqlite3.Connection, subject: str, sender: str, tag: Tags | None) -> int:
    values = (subject, sender, tag.motif if tag else None, time.time())
    case = connection.execute("INSERT INTO cases VALUES (NULL, ?, ?, ?, ?)", values).lastrowid or 0
    connection.execute("INSERT INTO outbox VALUES (?, ?, NULL)", (case, sender))
    return case


if __name__ == "__main__":
    main()
