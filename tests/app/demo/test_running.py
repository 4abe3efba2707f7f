"""The demonstration over its real servers: IMAP in, SMTP out, and what a second start finds."""

import imaplib
import smtplib
import sys
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.demo import start_demo
from app.demo.running import RunningDemo
from app.demo.samples import samples
from cases.errors import ConfigurationError
from desk.demo import Draft
from tests.servers.process import wait_until

PUBLIC_URL = "http://127.0.0.1:8080"
ACKNOWLEDGEMENT = (
    "From: a@example.org\r\nTo: {to}\r\nMessage-ID: <ack-{to}>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nBien reçu\r\n"
)


def demo_in(folder: Path, pause: float) -> RunningDemo:
    demo = RunningDemo(folder, PUBLIC_URL, pause)
    demo.start()
    return demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningDemo]:
    """A demonstration whose samples take too long to come."""
    running = demo_in(tmp_path, pause=3600)
    yield running
    running.stop()


def inbox(demo: RunningDemo) -> dict[int, bytes]:
    """What is in the mailbox, by UID."""
    url = urlsplit(demo.imap_url)
    client = imaplib.IMAP4(url.hostname or "", url.port or 0, timeout=20)
    client.login(url.username or "", url.password or "")
    client.select("INBOX")
    uids = client.uid("SEARCH", "ALL")[1][0].split()
    found = {int(uid): client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1] for uid in uids}
    client.logout()
    return found


def uidvalidity(demo: RunningDemo) -> Any:
    url = urlsplit(demo.imap_url)
    client = imaplib.IMAP4(url.hostname or "", url.port or 0, timeout=20)
    client.login(url.username or "", url.password or "")
    status = client.status("INBOX", "(UIDVALIDITY UIDNEXT)")
    client.logout()
    return status


def acknowledge(demo: RunningDemo, to: str) -> None:
    """Send what the service would send."""
    url = urlsplit(demo.smtp_url)
    with smtplib.SMTP(url.hostname or "", url.port or 0, timeout=20) as client:
        client.sendmail(f"bounces+{to.partition('@')[0]}@example.org", [to], ACKNOWLEDGEMENT.format(to=to).encode())


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


def test_what_is_written_arrives_over_imap(demo: RunningDemo) -> None:
    demo.send(Draft("jeanne@example.org", "Où est\nmon dossier ?", "Bonjour,\nà bientôt"))
    [raw] = inbox(demo).values()
    mail = parsed(raw)
    assert (mail["From"], mail["To"]) == ("jeanne@example.org", demo.address)
    assert mail["Subject"] == "Où est mon dossier ?"
    assert mail.get_content().split() == ["Bonjour,", "à", "bientôt"]


def test_an_international_address_is_kept(demo: RunningDemo) -> None:
    demo.send(Draft("zoé@exämple.org", "Été", "Bonjour"))
    [raw] = inbox(demo).values()
    assert "zoé@exämple.org".encode() in raw


def test_uids_outlive_a_restart(tmp_path: Path) -> None:
    first = demo_in(tmp_path, pause=3600)
    first.send(Draft("jeanne@example.org", "Question", "Bonjour"))
    before, mails = uidvalidity(first), inbox(first)
    first.stop()
    second = demo_in(tmp_path, pause=3600)
    assert uidvalidity(second) == before
    assert inbox(second) == mails
    second.stop()


def test_a_lock_left_by_a_killed_server_does_not_stop_the_next(tmp_path: Path) -> None:
    first = demo_in(tmp_path, pause=3600)
    first.send(Draft("jeanne@example.org", "Question", "Bonjour"))
    first.stop()
    (tmp_path / "mailbox" / "mail" / "dovecot-uidlist.lock").touch()
    second = demo_in(tmp_path, pause=3600)
    second.send(Draft("jeanne@example.org", "Encore", "Bonjour"))
    assert len(inbox(second)) == 2
    second.stop()


def test_the_catcher_keeps_each_mail_with_its_envelope(demo: RunningDemo) -> None:
    acknowledge(demo, "luc@example.org")
    acknowledge(demo, "jeanne@example.org")
    newest, oldest = demo.caught()
    assert (newest.recipient, oldest.recipient) == ("jeanne@example.org", "luc@example.org")
    assert parsed(newest.raw)["Return-Path"] == "<bounces+jeanne@example.org>"
    assert parsed(newest.raw).get_content().strip() == "Bien reçu"
    assert demo.find_caught(newest.name) == newest
    assert demo.find_caught("../" + newest.name) is None


def test_a_client_that_idles_does_not_keep_the_demonstration_from_ending(tmp_path: Path) -> None:
    demo = demo_in(tmp_path, pause=3600)
    url = urlsplit(demo.imap_url)
    client = imaplib.IMAP4(url.hostname or "", url.port or 0, timeout=20)
    client.login(url.username or "", url.password or "")
    client.select("INBOX")
    client.send(b"x1 IDLE\r\n")
    assert client.readline().startswith(b"+")
    ending = threading.Thread(target=demo.stop)
    ending.start()
    ending.join(20)
    assert not ending.is_alive()
    client.shutdown()


def test_every_sample_arrives_once_and_answers_what_it_should(tmp_path: Path) -> None:
    first = demo_in(tmp_path, pause=0)
    for sample in samples():
        if sample.answers:
            acknowledge(first, sample.answers)
    wait_until(lambda: first.progress.delivered == len(samples()), "every sample", 60)
    first.stop()
    second = demo_in(tmp_path, pause=0)
    assert second.progress.delivered == second.progress.total == 15
    mails = [parsed(raw) for raw in inbox(second).values()]
    second.stop()
    assert len(mails) == 15
    reply = next(mail for mail in mails if "jeanne.dupont@example.org" in mail["From"] and mail["In-Reply-To"])
    assert reply["In-Reply-To"] == "<ack-jeanne.dupont@example.org>"
    bounce = next(mail for mail in mails if mail.get_content_type() == "multipart/report")
    assert bounce["To"] == "bounces+bruno.lecocq@example.org"
    assert b"%" + b"DATE%" not in b"".join(mail.as_bytes() for mail in mails)


def test_stopping_while_a_sample_waits_for_its_acknowledgement_is_quick(tmp_path: Path) -> None:
    demo = demo_in(tmp_path, pause=0)
    first = next(index for index, sample in enumerate(samples()) if sample.answers)
    wait_until(lambda: demo.progress.delivered == first, "the samples before it", 60)
    demo.stop()
    again = RunningDemo(tmp_path, PUBLIC_URL, pause=0)
    assert again.progress.delivered == first


def test_without_its_mailbox_server_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "app.demo.running")
    monkeypatch.delitem(sys.modules, "app.demo.mailbox")
    monkeypatch.setitem(sys.modules, "pymap.backend.maildir", None)
    with pytest.raises(ConfigurationError, match=r"pymap.* is not installed.*aiguillage\[demo\]"):
        start_demo(tmp_path, PUBLIC_URL)
