"""One webhook over HTTP: the only file that speaks to a program's address."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import TYPE_CHECKING, Any

from cases.errors import TransientError
from notify.hooks.address import Guide

if TYPE_CHECKING:
    import httpx2

PATIENCE_SECONDS, CONNECT_SECONDS, WHOLE_SECONDS = 10.0, 5.0, 15.0
"""Until something comes, until there is a connection, and until the whole answer is there."""


class SilentError(TransientError):
    """No answer came."""


@dataclass
class Sender:
    """Sends to addresses that were looked at. No redirect is followed, no proxy of the environment used, and nothing is
    read of what is answered but its status. No connection is kept: two names may share a network address, and what was
    opened for one proves nothing of the other."""

    guide: Guide
    seconds: float = WHOLE_SECONDS
    _client: "httpx2.Client | None" = field(default=None, init=False)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises ForbiddenAddressError, NoAddressError, SilentError."""
        import httpx2  # slow to import, and of no use where no program has an address

        place = self.guide.find(url)
        told = {**headers, "host": place.host}
        try:
            with _Cut(self.seconds) as cut:
                extensions = {"sni_hostname": place.name, "trace": cut}
                with self._opened().stream(
                    "POST", place.url, headers=told, content=body, extensions=extensions
                ) as answer:
                    return answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise SilentError(f"no answer ({type(error).__name__})") from error

    def close(self) -> None:
        """Close what is kept open."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _opened(self) -> "httpx2.Client":
        import httpx2

        if self._client is None:
            timeout = httpx2.Timeout(PATIENCE_SECONDS, connect=CONNECT_SECONDS)
            limits = httpx2.Limits(max_keepalive_connections=0)
            self._client = httpx2.Client(timeout=timeout, limits=limits, follow_redirects=False, trust_env=False)
        return self._client


class _Cut:
    """Ends what takes too long, however little of it comes at a time: the client's own limits are for each piece, and
    others wait. It is told of connections as httpcore's `trace`."""

    def __init__(self, seconds: float) -> None:
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Cut":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def __call__(self, name: str, info: Mapping[str, Any]) -> None:
        if name.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    def _end(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it has ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)
