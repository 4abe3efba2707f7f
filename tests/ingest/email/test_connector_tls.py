"""TLS from the first byte and by STARTTLS: the certificate is verified, and IDLE works through it."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.email.credentials import ImapAccount, Security
from ingest.email.imap_errors import DisconnectedError
from ingest.email.mailbox import connect
from tests.ingest.email.connector import mails
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer

pytestmark = pytest.mark.servers("dovecot")
KINDS = [Security.TLS, Security.STARTTLS]


@pytest.fixture
def secured(dovecot_daemon: Dovecot) -> Callable[[ImapAccount, Security], ImapAccount]:
    def secure(account: ImapAccount, security: Security) -> ImapAccount:
        port = dovecot_daemon.tls_port if security is Security.TLS else dovecot_daemon.port
        return replace(account, security=security, port=port)

    return secure


@pytest.mark.parametrize("security", KINDS)
def test_messages_and_idle_through_tls(
    dovecot_imap: ImapServer,
    dovecot_daemon: Dovecot,
    secured: Callable[[ImapAccount, Security], ImapAccount],
    monkeypatch: pytest.MonkeyPatch,
    security: Security,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_daemon.certificate))
    folder = dovecot_imap.new_folder()
    sent = mails(2, size=100_000)
    folder.append(*sent)
    session = connect(secured(folder.account, security), folder.folder)
    assert [message.raw for message in session.fetch(folder.uids())] == sent
    assert not session.wait(0.1, lambda: False)
    sender = threading.Timer(0.2, folder.append, mails(1))
    sender.start()
    assert session.wait(10, lambda: False), "the server told us of the new message"
    sender.join()
    assert len(session.list_after(folder.uids()[1])) == 1
    session.close()


@pytest.mark.parametrize("security", KINDS)
def test_a_certificate_that_nobody_vouches_for_is_refused(
    dovecot_imap: ImapServer, secured: Callable[[ImapAccount, Security], ImapAccount], security: Security
) -> None:
    folder = dovecot_imap.new_folder()
    with pytest.raises(DisconnectedError, match="certificate"):
        connect(secured(folder.account, security), folder.folder)
