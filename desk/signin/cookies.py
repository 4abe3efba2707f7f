"""The cookies of signing in. Over https their names begin with `__Host-`: only this very host can have set them
(RFC 6265bis 4.1.3.2)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from cases.tokens import Signer
from desk.access import cookie_of

_HOST = "__Host-"


def keep_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser the secret of its session, until it is closed."""
    _set(request, response, cookie_of(request.url.scheme), secret)


def drop_session(request: Request, response: Response) -> None:
    _drop(request, response, cookie_of(request.url.scheme))


def keep_signed(
    request: Request, response: Response, name: str, value: Mapping[str, Any], until: tuple[Signer, datetime, timedelta]
) -> None:
    """Keep a value in the browser, signed so that it comes back as it was, for that long from now."""
    signer, now, lasting = until
    text = json.dumps({**value, "ends": (now + lasting).timestamp()}, separators=(",", ":"))
    _set(request, response, _named(request, name), signer.seal(name, text), lasting)


def signed(request: Request, name: str, signer: Signer, now: datetime) -> dict[str, Any]:
    """The value that was kept under that name; empty where there is none, it was changed, or its time is over."""
    text = signer.unseal(name, request.cookies.get(_named(request, name), ""))
    value: dict[str, Any] = json.loads(text) if text is not None else {}
    return value if value.get("ends", 0) > now.timestamp() else {}


def drop_signed(request: Request, response: Response, name: str) -> None:
    _drop(request, response, _named(request, name))


def _named(request: Request, name: str) -> str:
    return _HOST + name if request.url.scheme == "https" else name


def _set(request: Request, response: Response, name: str, value: str, lasting: timedelta | None = None) -> None:
    age = int(lasting.total_seconds()) if lasting else None
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax")


def _drop(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")
