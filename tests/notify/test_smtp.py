import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from cases.errors import TransientError
from notify.account import account
from notify.compose import Envelope
from notify.smtp import Patience, Submission
from notify.submission import Reply, ReplyLostError, ServerUnavailableError
from tests.notify.outbox import HELLO
from tests.notify.sending import ENVELOPE, MESSAGE, SHORT, Seconds, send_to
from tests.notify.sink import postfix_sink
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink


@pytest.fixture
def submission(smtp_sink: SmtpSink, seconds: Seconds) -> Iterator[Submission]:
    sender = Submission(account(smtp_sink.url, HELLO), SHORT, seconds)
    yield sender
    sender.close()


def test_a_mail_arrives_byte_for_byte(submission: Submission, smtp_sink: SmtpSink) -> None:
    reply = submission.send(ENVELOPE, MESSAGE)
    assert reply == Reply(250, "2.0.0 OK queued as sink")
    assert reply.accepted
    (mail,) = smtp_sink.messages
    assert mail.raw == MESSAGE
    assert mail.reverse_path == ENVELOPE.reverse_path
    assert mail.recipients == (ENVELOPE.recipient,)


def test_the_null_reverse_path(submission: Submission, smtp_sink: SmtpSink) -> None:
    submission.send(Envelope("", ENVELOPE.recipient), MESSAGE)
    assert smtp_sink.messages[0].reverse_path == "<>"


def test_an_international_address_is_sent_as_it_is(submission: Submission, smtp_sink: SmtpSink) -> None:
    assert submission.send(Envelope("", "rené@example.org"), MESSAGE).accepted
    assert smtp_sink.messages[0].recipients == ("rené@example.org",)


@pytest.mark.servers("smtp-sink")
def test_an_international_address_is_refused_where_the_server_takes_none() -> None:
    with postfix_sink() as sink:
        sender = Submission(account(f"smtp://127.0.0.1:{sink.port}", HELLO))
        assert sender.send(Envelope("", "rené@example.org"), MESSAGE).code == 553
        assert sender.send(ENVELOPE, MESSAGE).accepted
        sender.close()


def test_one_connection_serves_many_mails(submission: Submission, smtp_sink: SmtpSink) -> None:
    for _ in range(5):
        submission.send(ENVELOPE, MESSAGE)
    assert smtp_sink.connections == 1


@pytest.mark.parametrize("code", [450, 451, 550, 554])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_a_reply_and_the_connection_stays(
    submission: Submission, smtp_sink: SmtpSink, command: str, code: int
) -> None:
    smtp_sink.reply_with(command, code)
    reply = submission.send(ENVELOPE, MESSAGE)
    assert reply.code == code
    assert not reply.accepted
    assert reply.final == (code >= 500)
    assert submission.send(ENVELOPE, MESSAGE).accepted
    assert len(smtp_sink.messages) == smtp_sink.connections == 1


@pytest.mark.parametrize("command", ["CONNECT", "MAIL", "RCPT", "DATA"])
def test_a_server_that_shuts_down_is_left_alone_for_a_while(
    submission: Submission, smtp_sink: SmtpSink, seconds: Seconds, command: str
) -> None:
    smtp_sink.reply_with(command, 421)
    with pytest.raises(ServerUnavailableError) as first:
        submission.send(ENVELOPE, MESSAGE)
    assert first.value.during_mail == (command != "CONNECT")
    assert first.value.pause.total_seconds() == 5
    with pytest.raises(ServerUnavailableError) as second:
        submission.send(ENVELOPE, MESSAGE)
    assert not second.value.during_mail
    assert smtp_sink.messages == []
    seconds.now += 5
    assert submission.send(ENVELOPE, MESSAGE).accepted


def test_the_pause_doubles_up_to_five_minutes(seconds: Seconds) -> None:
    sender = Submission(account(f"smtp://127.0.0.1:{free_port()}", HELLO), monotonic=seconds)
    pauses = []
    for _ in range(9):
        with pytest.raises(ServerUnavailableError) as caught:
            sender.send(ENVELOPE, MESSAGE)
        pauses.append(caught.value.pause.total_seconds())
        seconds.now += pauses[-1]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    sender.close()


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(submission: Submission, smtp_sink: SmtpSink) -> None:
    submission.send(ENVELOPE, MESSAGE)
    smtp_sink.stop()
    smtp_sink.start()
    assert submission.send(ENVELOPE, MESSAGE).accepted
    assert smtp_sink.connections == 2


@pytest.mark.parametrize("code", ["kept", "lost"])
def test_a_connection_cut_after_the_message_leaves_us_not_knowing(
    submission: Submission, smtp_sink: SmtpSink, code: str
) -> None:
    smtp_sink.reply_with("DROP", code)
    with pytest.raises(ReplyLostError):
        submission.send(ENVELOPE, MESSAGE)
    assert submission.send(ENVELOPE, MESSAGE).accepted


@pytest.mark.servers("smtp-sink")
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(("option", "code"), [("-r", 450), ("-f", 500)])
def test_refusals_of_a_foreign_server(command: str, option: str, code: int) -> None:
    with postfix_sink(option, command) as sink:
        assert send_to(sink.port, times=2).code == code


@pytest.mark.servers("smtp-sink")
@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("option", ["-q", "-Q"])
def test_a_foreign_server_that_goes_away(command: str, option: str) -> None:
    with postfix_sink(option, command) as sink, pytest.raises(TransientError) as caught:
        send_to(sink.port)
    lost = (option, command) == ("-q", ".")
    assert isinstance(caught.value, ReplyLostError if lost else ServerUnavailableError)
    if isinstance(caught.value, ServerUnavailableError):
        assert caught.value.during_mail == (command not in ("CONNECT", "EHLO"))


@pytest.mark.servers("smtp-sink")
@pytest.mark.parametrize("options", [["-e"], ["-r", "EHLO"], ["-8"], ["-P"], ["-r", "RSET"]])
def test_old_and_odd_servers_take_our_mail(options: list[str]) -> None:
    with postfix_sink(*options) as sink:
        assert send_to(sink.port, times=2).accepted
        assert len(sink.mails) == 2


class LateHandler:
    """A server that answers a message so many seconds after it has come."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.arrived = threading.Event()

    async def handle_DATA(self, server: SMTP, session: object, envelope: object) -> str:
        self.arrived.set()
        await asyncio.sleep(self.seconds)
        return "250 OK"


@contextmanager
def late_server(seconds: float) -> Iterator[tuple[LateHandler, int]]:
    handler = LateHandler(seconds)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def test_the_last_answer_is_waited_for_longer_than_any_other() -> None:
    with late_server(1.5) as (_, port):
        assert send_to(port, Patience(connection=1, command=1, reply=30)).accepted


def test_a_last_answer_that_does_not_come_in_time_may_have_been_yes() -> None:
    with late_server(60) as (_, port), pytest.raises(ReplyLostError, match="Timed out"):
        send_to(port, Patience(connection=5, command=5, reply=0.2))


def test_closing_tells_who_waits_that_the_reply_is_lost() -> None:
    caught: list[Exception] = []

    def send() -> None:
        with sender.lock, pytest.raises(TransientError) as error:
            sender.send(ENVELOPE, MESSAGE)
        caught.append(error.value)

    with late_server(60) as (handler, port):
        sender = Submission(account(f"smtp://127.0.0.1:{port}", HELLO))
        thread = threading.Thread(target=send)
        thread.start()
        assert handler.arrived.wait(10)
        sender.close()
        thread.join(10)
    assert isinstance(caught[0], ReplyLostError)
    with pytest.raises(ServerUnavailableError, match="ending"):
        sender.send(ENVELOPE, MESSAGE)
