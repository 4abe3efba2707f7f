"""How long this process takes to answer: a phone provider's requests, whose callers wait, and pages."""

import time

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WEBHOOKS = "/voice/"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)

LATENCY = Histogram(
    "aiguillage_request_seconds",
    "Seconds until an answer was complete, by what was asked for.",
    ("what", "status"),
    buckets=BUCKETS,
    registry=None,
)


class Timing:
    """ASGI middleware; live pages, whose answers never end, are left out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/desk/live":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            what = "webhook" if scope["path"].startswith(WEBHOOKS) else "page"
            LATENCY.labels(what, f"{status // 100}xx").observe(time.monotonic() - begun)
