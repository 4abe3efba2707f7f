"""Only pages of our own, under an address of our own.

A browser is not proof of a friend: any web site may send it here. So the Host must be ours, and a request that changes
something must come from a page of ours. Ours are the public address, which is encrypted wherever others can reach it,
and a loopback name with our port (against DNS rebinding), for connections that this machine made to itself.

A phone provider's requests and Jira's are signed: they need none of this. The probes say nothing and answer whoever
asks.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException

from cases.errors import ConfigurationError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = ("/health/live", "/health/ready")
SIGNED_PATHS = "/voice/"
JIRA_PATHS = "/jira/"
REHEARSED_PATHS = "/rehearsal/"
"""A program rehearses, not a page: every browser says where such a request comes from (Fetch Metadata, Fetch 3.2)."""
TOKEN_PATHS = "/api/v1/"
"""Programs prove themselves with a token that no browser sends by itself; cookies are not looked at there."""
_MEND = "use 127.0.0.1, or set AIGUILLAGE_PUBLIC_URL to the https:// address that a proxy serves it under"

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
        " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise itself."""


LARGEST_BODY = 80_000_000
"""Bytes of a request, files and all; what a page takes is less, and said there."""
STRICT_TRANSPORT = ("strict-transport-security", "max-age=31536000")
"""Where the public address is encrypted: browsers ask for nothing else there (RFC 6797 6.1)."""


def refuse_unless_safe(bind: str, public_url: str) -> None:
    """Raises ConfigurationError where passwords and cases could be overheard: the public address must be loopback or
    encrypted, and where we listen beyond loopback (HOST:PORT) there must be such an address."""
    faults = []
    if is_outside(public_url) and not public_url.startswith("https://"):
        mend = "what people say must be encrypted: begin it with https://"
        faults.append(("AIGUILLAGE_PUBLIC_URL", f"{public_url} can be overheard", mend))
    elif not is_loopback(bind.rpartition(":")[0]) and not is_outside(public_url):
        faults.append(("AIGUILLAGE_HTTP_BIND", f"{bind} can be reached from elsewhere", _MEND))
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
    """ASGI middleware: refuses what does not come from our own pages, and adds the security headers.

    `phone`, `jira`: a provider's requests and webhooks, which their routes check, are let through. `public_url` is our
    address on other machines. What comes in under it came in encrypted, to a proxy: the scheme is set so.
    """

    def __init__(self, app: Application, *, phone: bool = False, jira: bool = False, public_url: str = "") -> None:
        self._app = app
        self._signed = (SIGNED_PATHS,) * phone + (JIRA_PATHS,) * jira
        self._public = public_url if public_url and is_outside(public_url) else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        signed = scope["path"].startswith(self._signed)
        refusal = "" if signed else refused(scope, self._public)
        if refusal:
            await _refuse(refusal, send)
            return
        public = bool(self._public) and _is_named(scope, urlsplit(self._public).netloc)
        if public:
            scope["scheme"] = "https"
        await self._app(scope, _bounded(receive), _with_headers(send, (STRICT_TRANSPORT,) if public else ()))


def refused(scope: Scope, public_url: str = "") -> str:
    """Why this request is refused, or ''. `public_url` is our address on other machines, '' where there is none."""
    if scope["path"] in OPEN_PATHS:
        return ""
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    hosts = [value for name, value in fields if name == "host"]
    public = urlsplit(public_url)
    is_public = len(hosts) == 1 and bool(public_url) and hosts[0].lower() == public.netloc.lower()
    if not is_public and not (len(hosts) == 1 and _is_own_host(hosts[0], scope)):
        return "This address is not one of ours."
    if scope["method"] in SAFE_METHODS or scope["path"].startswith(TOKEN_PATHS):
        return ""
    headers = dict(fields)
    if scope["path"].startswith(REHEARSED_PATHS) and headers.keys().isdisjoint(("origin", "sec-fetch-site")):
        return ""
    own = _is_same_origin(headers, hosts[0], public.scheme if is_public else "http")
    return "" if own and _is_in_utf8(headers) else _FOREIGN


_FOREIGN = "This request does not come from one of our pages."


def _is_in_utf8(headers: Mapping[str, str]) -> bool:
    """Whether its form is in the encoding of our pages: some others hold what no database keeps (lone surrogates)."""
    _, options = parse_options_header(headers.get("content-type", ""))
    return options.get(b"charset", b"utf-8").lower() in (b"utf-8", b"utf8")


def _is_same_origin(headers: Mapping[str, str], host: str, scheme: str) -> bool:
    """Whether a page of ours sent it: by its Origin, or where a browser left that out by Fetch Metadata."""
    origin = headers.get("origin")
    return headers.get("sec-fetch-site") == "same-origin" if origin is None else origin == f"{scheme}://{host}"


def _is_named(scope: Scope, host: str) -> bool:
    """Whether the request is for that host."""
    return any(name == b"host" and value.decode("latin-1").lower() == host.lower() for name, value in scope["headers"])


def _is_own_host(host: str, scope: Scope) -> bool:
    """A loopback name with the port that the connection came in on, which was this machine's to this machine."""
    try:
        parsed = urlsplit(f"//{host}")
        port = parsed.port or 80
    except ValueError:
        return False
    server = scope.get("server")
    named = parsed.netloc == host and is_loopback(parsed.hostname or "")
    return named and (server is None or (is_loopback(server[0]) and port == server[1]))


def _bounded(receive: Receive) -> Receive:
    """Reads no more than `LARGEST_BODY`: forms are read before it is known who sends them."""
    received = 0

    async def wrapped() -> MutableMapping[str, Any]:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return wrapped


def _with_headers(send: Send, more: Iterable[tuple[str, str]] = ()) -> Send:
    async def wrapped(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said = {name.lower() for name, _ in message["headers"]}
            missing = ((name.encode(), value.encode()) for name, value in (*HEADERS.items(), *more))
            message["headers"] = [*message["headers"], *(one for one in missing if one[0] not in said)]
        await send(message)

    return wrapped


async def _refuse(reason: str, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
