"""The API as an application of its own, which the pages' application carries at `PATH`."""

from collections.abc import Callable

import structlog
from fastapi import FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from desk.api import described
from desk.api.doorstep import Doorstep, allowed
from desk.api.problems import Problem, ProblemError, answered, invalid, missing
from desk.api.road import Road, too_large
from desk.api.routes_acts import Acts
from desk.api.routes_cases import Cases
from desk.api.routes_figures import FigureRoutes
from desk.api.routes_new import NewCases
from desk.api.routes_words import Words
from desk.api.rules import PATH
from desk.away import RETRY_SECONDS
from desk.service import Service
from store.again import UnsureError
from store.engine import UNAVAILABLE

log = structlog.get_logger()

BEARER = HTTPBearer(auto_error=False, description="`aiguillage program add` prints it once.", bearerFormat="agl_…")
"""Only described here: `desk.api.entering` looks at it before anything else is read."""


def api(service: Service) -> FastAPI:
    """The API of one service."""
    app = FastAPI(
        title="Aiguillage",
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Security(BEARER)],
    )
    app.state.service = service
    app.router.route_class = Road
    described.add_to(app)
    for part in (Cases(service), Acts(service), NewCases(service), Words(service), FigureRoutes(service)):
        part.add_to(app.router)
    app.add_middleware(Doorstep, routes=app.routes)
    _answer_errors(app)
    return app


def _answer_errors(app: FastAPI) -> None:
    """Whatever goes wrong is a problem with its cause and what mends it."""
    known: dict[type[Exception], Callable[[Request, Exception], ProblemError]] = {
        ProblemError: lambda _, error: error if isinstance(error, ProblemError) else _failed(error),
        RequestValidationError: _not_valid,
        HTTPException: _of_http,
        **dict.fromkeys(UNAVAILABLE, _away),
        Exception: lambda _, error: _failed(error),
    }
    for kind, made in known.items():
        app.add_exception_handler(kind, _answering(made))


def _answering(made: Callable[[Request, Exception], ProblemError]) -> Callable[[Request, Exception], Response]:
    return lambda request, error: answered(made(request, error))


def _not_valid(_: Request, error: Exception) -> ProblemError:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    unreadable = next((one for one in found if one["type"] == "json_invalid"), None)
    if unreadable:
        return _malformed("the body is no JSON")
    if any(one["loc"][0] == "path" for one in found):
        return missing("there is no such address", f"see {PATH}/")
    return invalid([(".".join(map(str, one["loc"])), one["msg"]) for one in found])


def _malformed(cause: str) -> ProblemError:
    return ProblemError(Problem.MALFORMED, cause, "send it as RFC 8259 has it")


def _of_http(request: Request, error: Exception) -> ProblemError:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return missing("there is no such address", f"see {PATH}/")
    if status == 405:
        methods = ", ".join(allowed(request.app.routes, request.scope))
        return ProblemError(Problem.METHOD, f"it has {methods}", "use one of these", headers={"allow": methods})
    return too_large() if status == 413 else _malformed("it cannot be read")


def _away(_: Request, error: Exception) -> ProblemError:
    log.warning("api_without_database", error=type(error).__name__)
    mend = f"send it again in {RETRY_SECONDS} seconds, with the same idempotency key"
    unsure = "it may have been kept, or not" if isinstance(error, UnsureError) else "the database does not answer"
    return ProblemError(Problem.AWAY, unsure, mend, headers={"retry-after": str(RETRY_SECONDS)})


def _failed(error: Exception) -> ProblemError:
    log.error("api_failed", error=type(error).__name__, exc_info=error)
    return ProblemError(Problem.FAILED, "this is a fault of ours", "it is in our log; tell us when it was")
