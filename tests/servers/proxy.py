"""A proxy between an IMAP client and its server that counts, rewrites, cuts and stalls."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

COMMAND = re.compile(rb"^[A-Z]{4}\d+ (?:UID )?([A-Z]+)", re.MULTILINE)
Rewrite = Callable[[bytes], bytes]


@dataclass
class Faults:
    """What is to go wrong with what the server says. Set from the test's thread at any time.

    `cut_after` and `stall_after` count the bytes since they were set, over all connections; both act once.
    `rewrite` sees every portion that the server sends.
    """

    cut_after: int | None = None
    stall_after: int | None = None
    rewrite: Rewrite = staticmethod(lambda portion: portion)  # type: ignore[assignment]
    refuse: bool = False


@dataclass
class ImapProxy:
    """Listens on `port` for `upstream`. `commands` are the names of all that the client asked."""

    upstream: int
    faults: Faults = field(default_factory=Faults)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @contextlib.contextmanager
    def running(self) -> Iterator["ImapProxy"]:
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        server = self._call(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._call(self._shut(server))
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def cut_all(self) -> None:
        """Cut every connection that is open now."""
        self._call(self._abort())

    def commands_of(self, act: Callable[[], object]) -> list[str]:
        """The commands that the client sent while `act` ran."""
        before = len(self.commands)
        act()
        return self.commands[before:]

    def _call(self, coroutine):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _abort(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _shut(self, server: asyncio.Server) -> None:
        server.close()
        await self._abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.faults.refuse:
            to_client.transport.abort()
            return
        self.connections += 1
        server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        self._writers |= {to_client, to_server}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._ask(client, to_server), self._answer(server, to_client))
        self._writers -= {to_client, to_server}

    async def _ask(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        while portion := await client.read(65536):
            self.commands += [name.decode() for name in COMMAND.findall(portion)]
            to_server.write(portion)
            await to_server.drain()
        to_server.close()

    async def _answer(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        while portion := await server.read(65536):
            portion = self.faults.rewrite(portion)
            if self._due("cut_after", portion):
                to_client.write(portion[: self._left])
                await to_client.drain()
                to_client.close()
                return
            if self._due("stall_after", portion):
                to_client.write(portion[: self._left])
                await asyncio.sleep(3600)
            to_client.write(portion)
            await to_client.drain()
        to_client.close()

    _left: int = 0

    def _due(self, fault: str, portion: bytes) -> bool:
        """Whether the fault falls into this portion; it is used up then, with `_left` bytes to let through."""
        limit = getattr(self.faults, fault)
        if limit is None:
            return False
        due = limit < len(portion)
        self._left = limit
        setattr(self.faults, fault, None if due else limit - len(portion))
        return bool(due)


@pytest.fixture
def proxy(request: pytest.FixtureRequest) -> Iterator[ImapProxy]:
    """A proxy before the server of the fixture `imap_server`."""
    with ImapProxy(request.getfixturevalue("imap_server").port).running() as running:
        yield running
