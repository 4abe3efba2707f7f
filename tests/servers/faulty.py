"""`FaultProxy`: stands before any TCP server on loopback, and does to its connections what networks do."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

PORTION = 65536
DRIPS = 20
"""Portions a second into which a drip is cut."""

_LIMITS = ("cut_after", "half_close_after", "reset_after", "stall_after")
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: RST instead of FIN

Rewrite = Callable[[bytes], bytes]
T = TypeVar("T")


@dataclass
class Flow:
    """What is to go wrong with what one side says. Set from the test's thread at any time.

    `latency` (seconds) holds every portion back, `drip` (bytes a second) spreads it, `rewrite` sees it before all else.
    The others count bytes from when they are set, over all connections: so many still pass, and then, once,
    `cut_after` closes the connection; `half_close_after` says that nothing more comes and lets the other side go on;
    `reset_after` sends RST; `stall_after` says nothing more and keeps the connection open.
    """

    latency: float = 0.0
    drip: float | None = None
    cut_after: int | None = None
    half_close_after: int | None = None
    reset_after: int | None = None
    stall_after: int | None = None
    rewrite: Rewrite = staticmethod(lambda portion: portion)  # type: ignore[assignment]

    def due(self, portion: bytes) -> tuple[str, bytes]:
        """The fault that this portion brings on, or '', and what still passes. The fault is used up."""
        for name in _LIMITS:
            left = getattr(self, name)
            if left is not None:
                due = left <= len(portion)
                setattr(self, name, None if due else left - len(portion))
                if due:
                    return name, portion[:left]
        return "", portion


@dataclass
class Faults(Flow):
    """What is to go wrong with what the server says and, in `asked`, with what the client says.

    `refuse` ends every new connection at once.
    """

    asked: Flow = field(default_factory=Flow)
    refuse: bool = False


class FaultProxy:
    """Listens on `port`, while `running`, for the server at `upstream`. `connections` counts those that came."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.port = 0
        self.faults = Faults()
        self.connections = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
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

    def overhear(self, portion: bytes) -> None:
        """What a client says, as it comes; for those who want to know."""

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
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
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            to_client.transport.abort()
            return
        both = {to_client, to_server}
        self._writers |= both
        with contextlib.suppress(asyncio.CancelledError):  # shut while open: asyncio 3.11 logs a cancelled connection
            await asyncio.gather(
                self._relay(client, to_server, asked=True), self._relay(server, to_client, asked=False)
            )
        self._writers -= both

    async def _relay(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, asked: bool) -> None:
        """Hand on what one side says until it ends or a fault ends it; the other direction then ends of itself."""
        with contextlib.suppress(OSError), contextlib.closing(target):
            while portion := await source.read(PORTION):
                if asked:
                    self.overhear(portion)
                flow = self.faults.asked if asked else self.faults
                fault, passing = flow.due(flow.rewrite(portion))
                await _write(target, passing, flow)
                if fault:
                    await _fail(fault, source, target)
                    return


async def _write(target: asyncio.StreamWriter, portion: bytes, flow: Flow) -> None:
    await asyncio.sleep(flow.latency)
    while flow.drip and portion:
        size = max(1, int(flow.drip / DRIPS))
        target.write(portion[:size])
        await target.drain()
        await asyncio.sleep(size / flow.drip)
        portion = portion[size:]
    target.write(portion)
    await target.drain()


async def _fail(fault: str, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    if fault == "reset_after":
        target.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        target.transport.abort()
    if fault == "half_close_after":
        target.write_eof()
    if fault in ("half_close_after", "stall_after"):
        while await source.read(PORTION):
            pass
