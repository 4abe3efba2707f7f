"""The way of each request: who asks, a body that is small and JSON, once for each key; then the operation itself."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from desk.api.entering import Door, Entered
from desk.api.once import Once, begun
from desk.api.problems import Problem, ProblemError
from desk.service import Service
from store.again import UnsureError

LARGEST_BODY = 262_144
"""Bytes of a body: ten times the longest text."""
JSON = "application/json"

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class Road(APIRoute):
    """A route of the API. Who asks is in `state.program`, what keeps the answer in `state.once`."""

    def get_route_handler(self) -> Handle:
        operation = super().get_route_handler()

        async def handle(request: Request) -> Response:
            service: Service = request.app.state.service
            door = Door(service)
            entered = await run_in_threadpool(door.enter, request)
            if entered is None:
                return await operation(request)
            request.state.program = entered
            body = await read(request)
            asked = await run_in_threadpool(_begun, service, request, entered, body)
            if isinstance(asked, Response):
                return _told(asked, door, entered)
            request.state.once = asked
            return _told(await _done(operation, request, asked), door, entered)

        return handle


async def read(request: Request) -> bytes:
    """The body. Raises ProblemError where it is too large, or no JSON by its type."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:12]) > LARGEST_BODY:
        raise too_large()
    body = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and media_type != JSON:
        cause = f"the body is {media_type or 'of no type'}"
        raise ProblemError(Problem.MEDIA_TYPE, cause, f"send it as {JSON}", headers={"accept": JSON})
    return body


def too_large() -> ProblemError:
    """Whoever finds that out: by what is announced, or by what came."""
    return ProblemError(Problem.TOO_LARGE, f"a body has {LARGEST_BODY} bytes at most", "send less")


def _begun(service: Service, request: Request, entered: Entered, body: bytes) -> Once | Response:
    if request.method != "POST":
        return Once(service, entered.id, service.clock())
    return begun(service, request, entered.id, body)


async def _done(operation: Handle, request: Request, once: Once) -> Response:
    """What the operation answers; where it did nothing its key is free again."""
    try:
        return await operation(request)
    except UnsureError:
        raise  # it may be kept: then the answer is kept with it
    except Exception:
        await run_in_threadpool(once.drop)
        raise


def _told(response: Response, door: Door, entered: Entered) -> Response:
    response.headers.update(entered.headers(door.service.clock()))
    if not entered.seen_before and response.background is None:
        response.background = BackgroundTask(door.note_seen, entered)
    return response


def bounded(chunks: int) -> None:
    """Raises ProblemError where a body that did not say how long it is has become too long."""
    if chunks > LARGEST_BODY:
        raise too_large()
