"""What a server of ours on loopback has in common with any other: a thread, a port, plain answers, and no log."""

import http.server
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one request. `owner` is what the server is for."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    @property
    def owner(self) -> Any:
        return self.server.owner

    def read(self) -> bytes:
        """The body of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def send(
        self, status: int, data: bytes = b"", kind: str = "application/json", headers: Mapping[str, str] = {}
    ) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the output clean."""


class _Server(http.server.ThreadingHTTPServer):
    def __init__(self, owner: object, handler: type[Handler]) -> None:
        self.owner = owner
        super().__init__((HOST, 0), handler)


class Served:
    """Somebody whom a server answers for, from `start` to `stop` or while a `with` lasts."""

    def listen(self, handler: type[Handler]) -> None:
        """Take a port; nothing is answered before `start`."""
        self._server = _Server(self, handler)
        loop = self._server.serve_forever
        self._thread = threading.Thread(target=loop, kwargs={"poll_interval": 0.02}, name="loopback", daemon=True)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
