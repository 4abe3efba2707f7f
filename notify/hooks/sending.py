"""One webhook over HTTP: the only file that speaks to a program's address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cases.errors import TransientError
from notify.hooks.address import Guide

if TYPE_CHECKING:
    import httpx2

PATIENCE_SECONDS, CONNECT_SECONDS = 10.0, 5.0


class SilentError(TransientError):
    """No answer came."""


@dataclass
class Sender:
    """Sends to addresses that were looked at. No redirect is followed, no proxy of the environment used, and nothing is
    read of what is answered but its status. No connection is kept: two names may share a network address, and what was
    opened for one proves nothing of the other."""

    guide: Guide
    _client: "httpx2.Client | None" = field(default=None, init=False)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises ForbiddenAddressError, NoAddressError, SilentError."""
        import httpx2  # slow to import, and of no use where no program has an address

        place = self.guide.find(url)
        told = {**headers, "host": place.host}
        try:
            with self._opened().stream(
                "POST", place.url, headers=told, content=body, extensions={"sni_hostname": place.name}
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
