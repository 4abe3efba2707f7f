"""What is answered while the database does not: when to come again, and everything that was typed, to be sent again."""

import structlog
from fastapi import Request
from fastapi.responses import Response

from desk.guard import SAFE_METHODS
from desk.service import Service
from desk.signin.carried import Carried, posted
from store.again import UnsureError

log = structlog.get_logger()

RETRY_SECONDS = 5
"""When to come again (Retry-After, RFC 9110 10.2.3)."""

SECRET_PATHS = ("/desk/sign-in", "/desk/account")
"""Where passwords are typed, which no page shows again."""


async def tell_away(service: Service, request: Request, error: Exception) -> Response:
    """503 in the reader's language. What they were sending is on the page, with a button that sends it again."""
    log.warning("page_without_database", method=request.method, error=type(error).__name__)
    inside = request.url.path.startswith("/desk") or request.url.path == "/"
    values = {"layout": "base.html" if inside else "citizen.html", "unsure": isinstance(error, UnsureError)}
    response = service.reader.page(request, "away.html", status=503, sent=await _sent(request), **values)
    response.headers["retry-after"] = str(RETRY_SECONDS)
    return response


async def _sent(request: Request) -> Carried | None:
    if request.method in SAFE_METHODS or request.url.path.startswith(SECRET_PATHS):
        return None
    return await posted(request)
