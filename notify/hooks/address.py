"""Where webhooks may go: to public networks over HTTPS, and to what the operator names (`AIGUILLAGE_WEBHOOK_HOSTS`).

Whoever gives an address could else have us ask what only we can reach (server-side request forgery, OWASP). A name is
looked up once, and the address that was looked at is the one that is connected to.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cases.errors import PermanentError, TransientError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv4 behind a translator (RFC 6052)."""
_LOCAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "::/96", "64:ff9b:1::/48", "fec0::/10")))
"""What some releases of Python call global: protocol assignments, IPv4 in IPv6's clothes, a translator of one's own, a
site's own (RFC 6890, RFC 4291 2.5.5.1, RFC 8215, RFC 3879)."""
LONGEST = 500


class ForbiddenAddressError(PermanentError):
    """Nothing is sent there."""


class NoAddressError(TransientError):
    """The name has no address now."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address that was looked at: `url` names the network address itself, `host` is for the Host field and the
    certificate."""

    url: str
    host: str
    name: str


def addresses_of(host: str, port: int) -> Collection[str]:
    """What a name stands for. Raises NoAddressError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAddressError(f"{host} has no address") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Guide:
    """Looks at addresses. `allowed` are the hosts that may be anywhere, and need no encryption."""

    allowed: frozenset[str] = frozenset()
    look_up: Callable[[str, int], Collection[str]] = addresses_of

    def check(self, url: str) -> SplitResult:
        """The parts of an address that may be sent to, as far as the address itself says. Raises
        ForbiddenAddressError."""
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise ForbiddenAddressError("that is no address; write it as https://host/path") from error
        if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or port == 0:
            raise ForbiddenAddressError(f"an address has {LONGEST} letters of ASCII at most")
        encrypted = parts.scheme == "https" or (parts.scheme == "http" and host in self.allowed)
        if not host or not encrypted or parts.username is not None or parts.fragment:
            raise ForbiddenAddressError("write it as https://host/path, without a user and without a fragment")
        return parts

    def find(self, url: str) -> Place:
        """Where to connect to. Raises ForbiddenAddressError, NoAddressError."""
        parts = self.check(url)
        name = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = self.look_up(name, port)
        if name not in self.allowed and not all(is_public(one) for one in found):
            raise ForbiddenAddressError(f"{name} is not in a public network; AIGUILLAGE_WEBHOOK_HOSTS may allow it")
        if not found:
            raise NoAddressError(f"{name} has no address")
        address = next(iter(found))
        there = f"[{address}]" if ":" in address else address
        query = f"?{parts.query}" if parts.query else ""
        return Place(f"{parts.scheme}://{there}:{port}{parts.path or '/'}{query}", parts.netloc, name)


def is_public(address: str) -> bool:
    """Whether that is an address of the open Internet, whatever it is written in."""
    try:
        found: IpAddress = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else inner
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not any(found in network for network in _LOCAL)
