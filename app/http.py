"""The web application: the desk's pages, their static files, and the health of the process."""

from threading import Event
from types import FrameType

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.compression import Compression
from app.watching.timing import Timing
from desk.access import NotAllowedError, SignInNeededError
from desk.api.application import api
from desk.api.rules import PATH as API
from desk.away import tell_away
from desk.guard import Guard, refuse_unless_safe
from desk.pages import STATIC
from desk.routes import router
from desk.service import Service
from desk.signin.asking import ask_to_sign_in, tell_forbidden
from store import schema
from store.engine import UNAVAILABLE
from store.tx import Store


def application(
    desk: Service,
    *,
    bind: str,
    public_url: str,
    phone: APIRouter | None = None,
    rehearsal: APIRouter | None = None,
    jira: APIRouter | None = None,
) -> FastAPI:
    """The application for one service. Raises ConfigurationError where its pages could be reached from elsewhere.

    `phone` are the routes of a provider, which checks them itself. `rehearsal` are those that set the clock and tell
    what became of a call, where one rehearses. `jira` takes its webhooks, which it checks itself.

    `state.ending` is set when the server begins to stop.
    """
    refuse_unless_safe(bind, public_url)
    app = FastAPI(title="Aiguillage", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.ending = Event()
    app.add_middleware(Compression)
    app.add_middleware(Guard, phone=phone is not None, jira=jira is not None, public_url=public_url)
    app.add_middleware(Timing)
    app.mount("/static", Kept(directory=STATIC), name="static")
    app.mount(API, api(desk), name="api")
    app.add_route("/api/docs", lambda _: RedirectResponse(f"{API}/"))
    for found in filter(None, (router(desk), phone, rehearsal, jira)):
        app.router.routes.extend(found.routes)  # as they stand: `include_router` would analyse each of them once more

    @app.get("/health/live")
    def live() -> Response:
        return JSONResponse({"status": "live"})

    @app.get("/health/ready")
    def ready() -> Response:
        return _readiness(desk.store)

    _answer_errors(app, desk)
    return app


def _answer_errors(app: FastAPI, desk: Service) -> None:
    """What is answered instead of a page, in words."""
    reader = desk.reader

    @app.exception_handler(RequestValidationError)
    def not_an_address_of_ours(request: Request, _: RequestValidationError) -> Response:
        return reader.missing(request)

    @app.exception_handler(SignInNeededError)
    async def nobody(request: Request, _: SignInNeededError) -> Response:
        return await ask_to_sign_in(desk, request)

    @app.exception_handler(NotAllowedError)
    async def not_allowed(request: Request, error: NotAllowedError) -> Response:
        return await tell_forbidden(desk, request, error.access)

    async def away(request: Request, error: Exception) -> Response:
        return await tell_away(desk, request, error)

    for unavailable in UNAVAILABLE:
        app.add_exception_handler(unavailable, away)

    @app.exception_handler(ClientDisconnect)
    def gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody reads it: who posted left before the end

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return reader.missing(request)
        return JSONResponse({"detail": error.detail}, status_code=error.status_code)


def _readiness(store: Store) -> Response:
    """Ready once the database answers and has our schema."""
    try:
        ready = schema.version(store.engine) == schema.HEAD
    except SQLAlchemyError:
        ready = False
    return JSONResponse({"status": "ready" if ready else "not ready"}, status_code=200 if ready else 503)


class Kept(StaticFiles):
    """Static files whose address holds their hash: browsers keep them."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        response = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class Server(uvicorn.Server):
    """uvicorn, which waits for every open answer at its end: the live ones are told that it has come.

    `proxies` are the addresses or networks of the proxies that may say who asks (X-Forwarded-For, its last hop that is
    none of them), with commas between; nobody else is believed.
    """

    def __init__(self, app: FastAPI, proxies: str = "") -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
        )
        super().__init__(config)
        self._ending: Event = app.state.ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending.set()
        super().handle_exit(sig, frame)
