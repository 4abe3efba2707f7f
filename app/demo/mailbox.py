"""A real IMAP server (pymap) on loopback with one mailbox, kept in a Maildir so that its UIDs outlive a restart."""

import asyncio
import imaplib
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.maildir import Config, Login, MaildirBackend
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

HOST = "127.0.0.1"
USER = "assistance"
PASSWORD = "demo"
"""Not a secret: the server answers on this machine alone and holds invented mail."""

_TIMEOUT = 10.0
_ROUNDS = 1_000


class LoopbackConfig(Config):
    """pymap's Maildir settings; its greeting asks no name server."""

    @property
    def greeting(self) -> bytes:
        return b"Server ready"


@asynccontextmanager
async def serve_mailbox(folder: Path) -> AsyncIterator[int]:
    """Serve the mailbox kept in that folder; yields the port."""
    folder.mkdir(parents=True, exist_ok=True)
    for lock in folder.rglob("*.lock"):  # of a server that was killed: nobody else serves this folder
        lock.unlink()
    _write_user(folder)
    arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
    config = LoopbackConfig(
        arguments,
        host=HOST,
        port=0,
        tls_enabled=False,
        hash_context=BuiltinHash(rounds=_ROUNDS),
        subsystem=Subsystem.for_asyncio(),
        base_dir=str(folder),
        layout="++",
        colon=None,
    )
    config.apply_context()
    backend = MaildirBackend(Login(config), config)
    async with AsyncExitStack() as stack:
        await backend.start(stack)
        connected = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(connected, HOST, 0)
        stack.callback(server.close)
        yield server.sockets[0].getsockname()[1]


def _write_user(folder: Path) -> None:
    """The account files that pymap reads, in the formats of passwd(5), shadow(5) and group(5)."""
    secret = BuiltinHash(rounds=_ROUNDS).hash(PASSWORD)
    (folder / "pymap-etc-passwd").write_text(f"{USER}:x::::mail:\r\n", encoding="ascii")
    (folder / "pymap-etc-shadow").write_text(f"{USER}:{secret}:::::::\r\n", encoding="ascii")
    (folder / "pymap-etc-group").write_text("", encoding="ascii")


def append(port: int, raw: bytes) -> None:
    """Put a mail into the INBOX of the mailbox served on that port (RFC 9051 6.3.12)."""
    client = imaplib.IMAP4(HOST, port, timeout=_TIMEOUT)
    try:
        client.login(USER, PASSWORD)
        client.append("INBOX", "", "", raw)
    finally:
        client.logout()
