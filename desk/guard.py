"""Until sign-in exists the pages are for this machine alone: loopback only, and only for pages of our own.

A browser on this machine is not proof of a friend: any web site may send it here. So the Host must be a loopback name
with our port (against DNS rebinding), and a request that changes something must come from a page of ours.

A phone provider must reach us from outside, through a proxy on this machine. Its requests are signed, so they need none
of this. A proxy may name us as it likes, which makes the Host worth nothing: where there is a public address, the desk
is closed. What citizens are sent links to (`CITIZEN_PATHS`) opens with a signed token and is served there too.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from cases.errors import ConfigurationError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = ("/health/live", "/health/ready")
SIGNED_PATHS = "/voice/"
CITIZEN_PATHS = ("/track/", "/survey/", "/static/")
REHEARSED_PATHS = "/rehearsal/"
"""A program rehearses, not a page: every browser says where such a request comes from (Fetch Metadata, Fetch 3.2)."""
_MEND = "use 127.0.0.1 until sign-in exists; reach it from elsewhere through an SSH tunnel"

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise itself."""


def refuse_unless_loopback(bind: str, public_url: str) -> None:
    """Raises ConfigurationError unless we listen on loopback (HOST:PORT), and the public address is loopback too or
    encrypted: citizens and a phone provider come to it through a proxy."""
    faults = []
    if not is_loopback(bind.rpartition(":")[0]):
        faults.append(("AIGUILLAGE_HTTP_BIND", f"{bind} can be reached from elsewhere", _MEND))
    if is_outside(public_url) and not public_url.startswith("https://"):
        mend = "what people say must be encrypted: begin it with https://"
        faults.append(("AIGUILLAGE_PUBLIC_URL", f"{public_url} can be overheard", mend))
    if faults:
        raise ConfigurationError(faults)


def is_outside(public_url: str) -> bool:
    """Whether that address can be reached from another machine."""
    return not is_loopback(urlsplit(public_url).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address literal can only mean this machine."""
    host = host.strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware: refuses what does not come from this machine's own pages, and adds the security headers.

    `phone`: a phone provider's requests, which its routes check, are let through. Where `public_url` is another
    machine's to reach, only those, the citizens' pages and the probes are served.
    """

    def __init__(self, app: Application, *, phone: bool = False, public_url: str = "") -> None:
        self._app = app
        self._phone = phone
        self._public = public_url if public_url and is_outside(public_url) else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        signed = self._phone and scope["path"].startswith(SIGNED_PATHS)
        refusal = "" if signed else refused(scope, self._public)
        if refusal:
            await _refuse(refusal, send)
            return
        await self._app(scope, receive, _with_headers(send))


def refused(scope: Scope, public_url: str = "") -> str:
    """Why this request is refused, or ''. `public_url` is our address on other machines, '' where there is none."""
    if scope["path"] in OPEN_PATHS:
        return ""
    if public_url and not scope["path"].startswith(CITIZEN_PATHS):
        return "These pages are closed: there is no sign-in yet, and this service has a public address."
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    hosts = [value for name, value in fields if name == "host"]
    public = urlsplit(public_url)
    known = {public.netloc} if public_url else set[str]()
    if len(hosts) != 1 or not (_is_own_host(hosts[0], scope) or hosts[0] in known):
        return "This address is not one of ours."
    if scope["method"] in SAFE_METHODS:
        return ""
    headers = dict(fields)
    if scope["path"].startswith(REHEARSED_PATHS) and headers.keys().isdisjoint(("origin", "sec-fetch-site")):
        return ""
    return "" if _is_same_origin(headers, hosts[0], public.scheme or "http") else _FOREIGN


_FOREIGN = "This request does not come from one of our pages."


def _is_same_origin(headers: Mapping[str, str], host: str, scheme: str) -> bool:
    """Whether a page of ours sent it: by its Origin, or where a browser left that out by Fetch Metadata."""
    origin = headers.get("origin")
    return headers.get("sec-fetch-site") == "same-origin" if origin is None else origin == f"{scheme}://{host}"


def _is_own_host(host: str, scope: Scope) -> bool:
    """A loopback name with the port that the connection came in on."""
    try:
        parsed = urlsplit(f"//{host}")
        port = parsed.port or 80
    except ValueError:
        return False
    server = scope.get("server")
    return parsed.netloc == host and is_loopback(parsed.hostname or "") and (server is None or port == server[1])


def _with_headers(send: Send) -> Send:
    async def wrapped(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said = {name.lower() for name, _ in message["headers"]}
            missing = ((name.encode(), value.encode()) for name, value in HEADERS.items())
            message["headers"] = [*message["headers"], *(one for one in missing if one[0] not in said)]
        await send(message)

    return wrapped


async def _refuse(reason: str, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
