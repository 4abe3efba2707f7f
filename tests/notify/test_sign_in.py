"""Passwords, tokens and TLS: what goes wrong there is the server's matter, never the mail's."""

import base64
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from cases.errors import TransientError
from notify.account import account
from notify.smtp import Submission
from notify.submission import ServerUnavailableError
from tests.notify.outbox import HELLO
from tests.notify.sending import ENVELOPE, MESSAGE, Seconds, send_to
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def test_signing_in_with_a_password(seconds: Seconds) -> None:
    sink = SmtpSink(username="assistance", password="pa:ss")
    sink.start()
    sender = Submission(account(sink.url.replace("pa:ss", "pa%3Ass"), HELLO))
    assert sender.check() == f"smtp://127.0.0.1:{sink.port} as assistance"
    assert sender.send(ENVELOPE, MESSAGE).accepted
    sender.close()
    sink.stop()


@pytest.mark.parametrize("login", ["assistance:wrong@", ""])
def test_a_failed_sign_in_is_the_servers_matter_not_the_mails(login: str) -> None:
    sink = SmtpSink(username="assistance", password="right")
    sink.start()
    sender = Submission(account(f"smtp://{login}127.0.0.1:{sink.port}", HELLO))
    with pytest.raises(ServerUnavailableError, match=r"53[05]"):
        sender.send(ENVELOPE, MESSAGE)
    sender.close()
    sink.stop()


class TokenHandler:
    """A handler that signs in whoever brings the token of the day (XOAUTH2)."""

    def __init__(self) -> None:
        self.token = "one"
        self.mails = 0

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        user, bearer = base64.b64decode(arguments[1]).decode().split("\x01")[:2]
        good = (user, bearer) == ("user=assistance", f"auth=Bearer {self.token}")
        return AuthResult(success=good, handled=False)

    async def handle_DATA(self, server: SMTP, session: object, envelope: object) -> str:
        self.mails += 1
        return "250 OK"


def test_signing_in_with_a_token_that_is_asked_for_at_each_sign_in(seconds: Seconds) -> None:
    handler, tokens = TokenHandler(), iter(["stale", "one"])
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        auth_required=True,
    )
    controller.start()
    url = f"smtp://assistance@127.0.0.1:{controller.port}"
    sender = Submission(account(url, HELLO, lambda: next(tokens)), monotonic=seconds)
    with pytest.raises(ServerUnavailableError, match="535"):
        sender.send(ENVELOPE, MESSAGE)
    seconds.now += 5
    assert sender.send(ENVELOPE, MESSAGE).accepted
    sender.close()
    controller.stop()


def test_a_token_that_cannot_be_had_is_the_servers_matter() -> None:
    def refuse() -> str:
        raise TransientError("no token: invalid_grant")

    controller = Controller(TokenHandler(), hostname="127.0.0.1", port=free_port(), auth_require_tls=False)
    controller.start()
    sender = Submission(account(f"smtp://assistance@127.0.0.1:{controller.port}", HELLO, refuse))
    with pytest.raises(ServerUnavailableError, match="invalid_grant"):
        sender.send(ENVELOPE, MESSAGE)
    sender.close()
    controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", *made, *files, *names], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def tls_server(certificate: Path, scheme: str) -> Controller:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    return Controller(TokenHandler(), hostname="127.0.0.1", port=free_port(), **options)


@pytest.mark.servers("openssl")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_protected_connection(certificate: Path, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    controller = tls_server(certificate, scheme)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    controller.start()
    assert send_to(controller.port, scheme=scheme, times=2).accepted
    controller.stop()


@pytest.mark.servers("openssl")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, scheme: str) -> None:
    controller = tls_server(certificate, scheme)
    controller.start()
    with pytest.raises(ServerUnavailableError, match="certificate"):
        send_to(controller.port, scheme=scheme)
    controller.stop()


def test_nothing_is_sent_where_starttls_was_taken_away(smtp_sink: SmtpSink) -> None:
    sender = Submission(account(f"smtp+starttls://127.0.0.1:{smtp_sink.port}", HELLO))
    with pytest.raises(ServerUnavailableError, match="STARTTLS"):
        sender.check()
    sender.close()
    with pytest.raises(ServerUnavailableError, match="STARTTLS"):
        send_to(smtp_sink.port, scheme="smtp+starttls")
    assert smtp_sink.messages == []
