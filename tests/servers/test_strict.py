"""The strict server is one that tests trust: it says what a client does wrong, and goes wrong as it was told."""

import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.servers.strict import CUT, KEPT, StrictServer

MAIL = b"From: a@example.org\r\nSubject: hello\r\n\r\n.\r\n..body\r\n"


@pytest.fixture
def strict() -> Iterator[StrictServer]:
    with StrictServer().running() as server:
        yield server


def send(server: StrictServer, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        return client.sendmail("bounce@example.org", recipients or ["b@example.org"], MAIL)


def test_it_keeps_the_message_and_its_envelope(strict: StrictServer) -> None:
    send(strict)
    (accepted,) = strict.messages
    assert (accepted.reverse_path, accepted.recipients) == ("bounce@example.org", ("b@example.org",))
    assert accepted.raw == MAIL
    assert strict.violations == []


@pytest.mark.parametrize("reply", ["451 4.3.0 later", "554 5.7.0 never", CUT])
@pytest.mark.parametrize("command", ["CONNECT", "MAIL", "RCPT", "DATA", "."])
def test_a_scripted_reply_is_given_as_often_as_asked(strict: StrictServer, command: str, reply: str) -> None:
    strict.reply_with(command, reply)
    with pytest.raises(smtplib.SMTPException):
        send(strict)
    assert strict.messages == []
    send(strict)
    assert len(strict.messages) == 1


@pytest.mark.parametrize(("command", "reply", "kept"), [("TEXT", CUT, 0), (".", KEPT, 1)])
def test_the_connection_ends_before_or_after_the_dot(strict: StrictServer, command: str, reply: str, kept: int) -> None:
    strict.reply_with(command, reply)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(strict)
    assert len(strict.messages) == kept


def test_one_recipient_of_two_is_refused(strict: StrictServer) -> None:
    strict.refused["gone@example.org"] = "550 5.1.1 no such person"
    assert send(strict, "gone@example.org", "b@example.org")["gone@example.org"][0] == 550
    assert strict.messages[0].recipients == ("b@example.org",)
    assert strict.offers == {"gone@example.org": 1, "b@example.org": 1}


def test_a_new_envelope_is_put_off_until_it_comes_again_late_enough() -> None:
    now = 0.0
    with StrictServer(lambda: now).running() as server:
        server.greylist_for = 300
        for now, comes in ((1.0, False), (300.0, False), (301.0, True)):  # noqa: B007 - the clock reads it
            if comes:
                send(server)
            else:
                with pytest.raises(smtplib.SMTPRecipientsRefused):
                    send(server)
    assert len(server.messages) == 1


def test_it_may_think_before_it_answers(strict: StrictServer) -> None:
    strict.thinks_for = 0.2
    began = time.monotonic()
    send(strict)
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    ("said", "violation"),
    [
        (b"MAIL FROM:<a@example.org>\r\n", "MAIL out of order"),
        (b"EHLO me\r\nRCPT TO:<a@example.org>\r\n", "spoke before its turn"),
        (b"EHLO me\n", r"ends in b'e\n'"),
        (b"EHLO " + b"m" * 600 + b"\r\n", "607 octets"),
    ],
)
def test_what_the_standard_forbids_is_noted(strict: StrictServer, said: bytes, violation: str) -> None:
    with socket.create_connection(("127.0.0.1", strict.port), 5) as client:
        client.recv(100)
        client.sendall(said)
        client.recv(100)
    assert violation in strict.violations[0]
