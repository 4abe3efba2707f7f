"""The sink is a server that tests trust: it keeps, refuses and cuts as it was told."""

import smtplib

import pytest

from tests.servers.smtp import SmtpSink

MAIL = b"From: a@example.org\r\nSubject: hello\r\n\r\nbody\r\n"


def send(sink: SmtpSink, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        if sink.username:
            client.login(sink.username, sink.password)
        return client.sendmail("bounce@example.org", recipients or ["b@example.org"], MAIL)


def test_it_keeps_the_message_and_its_envelope(smtp_sink: SmtpSink) -> None:
    send(smtp_sink)
    (accepted,) = smtp_sink.wait_for(1)
    assert (accepted.reverse_path, accepted.recipients) == ("bounce@example.org", ("b@example.org",))
    assert accepted.raw == MAIL
    assert accepted.message["Subject"] == "hello"


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "CONNECT"])
def test_a_scripted_reply_is_given_as_often_as_asked(smtp_sink: SmtpSink, command: str) -> None:
    smtp_sink.reply_with(command, "451 4.7.1 later", times=1)
    with pytest.raises(smtplib.SMTPException):
        send(smtp_sink)
    assert smtp_sink.messages == []
    send(smtp_sink)
    assert len(smtp_sink.messages) == 1


def test_one_recipient_of_two_is_refused(smtp_sink: SmtpSink) -> None:
    smtp_sink.reply_with("RCPT", 550)
    refused = send(smtp_sink, "gone@example.org", "b@example.org")
    assert refused["gone@example.org"][0] == 550
    assert smtp_sink.messages[0].recipients == ("b@example.org",)


@pytest.mark.parametrize(("fate", "kept"), [("kept", 1), ("lost", 0)])
def test_the_connection_is_cut_after_the_dot(smtp_sink: SmtpSink, fate: str, kept: int) -> None:
    smtp_sink.reply_with("DROP", fate)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink)
    assert len(smtp_sink.messages) == kept


def test_a_stopped_sink_comes_back_on_its_port(smtp_sink: SmtpSink) -> None:
    port = smtp_sink.port
    smtp_sink.stop()
    with pytest.raises(ConnectionError):
        smtplib.SMTP("127.0.0.1", port, timeout=5)
    smtp_sink.start()
    assert smtp_sink.port == port
    send(smtp_sink)
    assert smtp_sink.connections == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_credentials_are_required_where_they_are_set(smtp_sink: SmtpSink) -> None:
    smtp_sink.username, smtp_sink.password = "support", "secret"
    send(smtp_sink)
    assert len(smtp_sink.messages) == 1
    smtp_sink.password = "another"
    with smtplib.SMTP("127.0.0.1", smtp_sink.port, timeout=5) as client, pytest.raises(smtplib.SMTPException):
        client.login("support", "secret")
