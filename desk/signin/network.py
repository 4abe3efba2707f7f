"""Which network a request comes from, so that attempts are counted against it."""

import ipaddress

from fastapi import Request

_PREFIX = {4: 24, 6: 64}
"""Bits that the addresses of one subscriber or office share."""


def network_of(request: Request) -> str:
    """The network of the client, such as `192.0.2.0/24`. What a proxy says of it was looked at by the server, and only
    where that proxy is trusted (`AIGUILLAGE_TRUSTED_PROXIES`)."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return str(ipaddress.ip_network((address, _PREFIX[address.version]), strict=False))
