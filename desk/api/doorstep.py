"""What every request of the API passes first: HEAD and OPTIONS, and bodies that never end."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.routing import BaseRoute, Match, Route

from desk.api.road import bounded

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Doorstep:
    """ASGI middleware around the API's routes."""

    def __init__(self, app: Application, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and (methods := allowed(self._routes, scope)):
            await _say_methods(methods, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        await self._app(scope, _bounded(receive), send)


def allowed(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """The methods that an address has; none where there is no such address."""
    found = {
        method
        for one in routes
        if isinstance(one, Route) and one.matches({**scope, "method": "GET"})[0] is not Match.NONE
        for method in one.methods or ()
    }
    return sorted(found | {"HEAD", "OPTIONS"} if "GET" in found else found | {"OPTIONS"}) if found else []


async def _say_methods(methods: Iterable[str], send: Send) -> None:
    """204 with them (RFC 9110 9.3.7). No other site's page may ask: there is nothing of CORS in it."""
    headers = [(b"allow", ", ".join(methods).encode())]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _without_body(send: Send) -> Send:
    """The same answer as to GET, without what it holds (RFC 9110 9.3.2)."""

    async def wrapped(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return wrapped


def _bounded(receive: Receive) -> Receive:
    received = 0

    async def wrapped() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        bounded(received)
        return message

    return wrapped
