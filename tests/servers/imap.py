"""The IMAP servers of the tests, Dovecot and pymap, and another client's view of a folder on them."""

import contextlib
import imaplib
import itertools
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from ingest.email.credentials import ImapAccount, Security
from tests.servers import dovecot
from tests.servers.process import answers, free_port, own_folder, running, wait_until
from tests.servers.tokens import TokenServer

START_PYMAP = """
from pysasl.hashing import BuiltinHash
BuiltinHash.__init__.__kwdefaults__["rounds"] = 1  # a third of a second of CPU per login otherwise
from pymap.main import main
main()
"""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class OtherClient:
    """A clerk's mail program on the same account, through a connection of its own for each act."""

    account: ImapAccount
    folder: str

    @contextlib.contextmanager
    def selected(self, folder: str | None = None) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(self.account.host, self.account.port, timeout=10) as client:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # 40 ms a message otherwise
            client.login(self.account.user, self.account.password)
            if folder is not None:
                assert client.select(folder)[0] == "OK"
            yield client

    def create(self, folder: str | None = None) -> None:
        with self.selected() as client:
            assert client.create(folder or self.folder)[0] == "OK"

    def recreate(self) -> None:
        """Delete the folder and make it again, until it has another UIDVALIDITY (Dovecot's is a time in seconds)."""
        before = self.uidvalidity()

        def renewed() -> bool:
            with self.selected() as client:
                client.delete(self.folder)
                client.create(self.folder)
            return self.uidvalidity() != before

        wait_until(renewed, "another UIDVALIDITY")

    def uidvalidity(self) -> int:
        with self.selected(self.folder) as client:
            return int(client.response("UIDVALIDITY")[1][0])

    def append(self, *messages: bytes, at: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC), flags: str = "") -> None:
        with self.selected() as client:
            for raw in messages:
                status, said = client.append(self.folder, flags, at, raw)  # type: ignore[arg-type]
                assert status == "OK", said

    def uids(self, folder: str | None = None) -> list[int]:
        with self.selected(folder or self.folder) as client:
            return [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]

    def raws(self, folder: str) -> list[bytes]:
        with self.selected(folder) as client:
            items = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
            return [item[1] for item in items if isinstance(item, tuple)]

    def flags(self, uid: int, folder: str | None = None) -> set[str]:
        with self.selected(folder or self.folder) as client:
            (item,) = client.uid("FETCH", str(uid), "(FLAGS)")[1]
            return {flag.decode() for flag in imaplib.ParseFlags(item)}

    def set_flags(self, uids: Sequence[int], *flags: str) -> None:
        with self.selected(self.folder) as client:
            client.uid("STORE", ",".join(map(str, uids)), "+FLAGS", f"({' '.join(flags)})")

    def expunge(self, *uids: int) -> None:
        with self.selected(self.folder) as client:
            client.uid("STORE", ",".join(map(str, uids)), "+FLAGS", r"(\Deleted)")
            client.expunge()


@dataclass(frozen=True)
class ImapServer:
    """One running server. `new_folder` gives a test an account and a folder of its own."""

    name: str
    port: int
    user: str | None
    """The one user of pymap; Dovecot takes any name, and each test gets its own."""
    password: str = field(default="secret", repr=False)

    def new_folder(self) -> OtherClient:
        number = next(_numbers)
        user = self.user or f"box{number}"
        account = ImapAccount(
            host="127.0.0.1", port=self.port, security=Security.PLAIN, user=user, password=self.password, timeout=5
        )
        client = OtherClient(account, f"Support{number}")
        client.create()
        return client


def through(account: ImapAccount, port: int) -> ImapAccount:
    """The same account by way of a proxy."""
    return replace(account, port=port)


@contextlib.contextmanager
def pymap_server() -> Iterator[ImapServer]:
    """pymap in a process of its own; its mail is in memory."""
    port = free_port()
    command = [sys.executable, "-c", START_PYMAP, "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    with own_folder("pymap") as folder:
        login = ["--demo-user", "support", "--demo-password", "secret"]
        with running([*command, "dict", *login], folder / "log"):
            wait_until(lambda: answers(port), "pymap accepts connections")
            yield ImapServer("pymap", port, "support")


@pytest.fixture(scope="session")
def pymap() -> Iterator[ImapServer]:
    with pymap_server() as server:
        yield server


@pytest.fixture(scope="session")
def token_server() -> Iterator[TokenServer]:
    """The OAuth 2.0 endpoint that the session's Dovecot asks about tokens."""
    with TokenServer() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_daemon(token_server: TokenServer) -> Iterator[dovecot.Dovecot]:
    with dovecot.dovecot_server(token_server.introspection_url) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_imap(dovecot_daemon: dovecot.Dovecot) -> ImapServer:
    return ImapServer("dovecot", dovecot_daemon.port, None, dovecot.PASSWORD)


BOTH = ("pymap", pytest.param("dovecot", marks=pytest.mark.servers("dovecot")))


@pytest.fixture(params=BOTH)
def imap_server(request: pytest.FixtureRequest) -> ImapServer:
    """Each kind of IMAP server in turn."""
    server: ImapServer = request.getfixturevalue({"pymap": "pymap", "dovecot": "dovecot_imap"}[request.param])
    return server


@pytest.fixture
def folder(imap_server: ImapServer) -> OtherClient:
    """A folder of the test's own on each kind of IMAP server in turn, as another client sees it."""
    return imap_server.new_folder()
