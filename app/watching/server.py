"""`/metrics` on an address of its own: off unless it is set, and beyond this machine only with a token."""

import hmac
from collections.abc import Iterable
from http import HTTPStatus
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import ThreadingWSGIServer, make_wsgi_app
from prometheus_client.registry import Collector

from app.settings import PREFIX, host_and_port
from app.watching.timing import LATENCY
from cases.errors import ConfigurationError

PATH = "/metrics"


class Metrics:
    """Serves what this process knows of itself, and what `collectors` say."""

    def __init__(self, bind: str, token: str, collectors: Iterable[Collector]) -> None:
        registry = CollectorRegistry()
        for found in (ProcessCollector, PlatformCollector, GCCollector):
            found(registry=registry)
        for collector in (LATENCY, *collectors):
            registry.register(collector)
        self._app = _Guarded(make_wsgi_app(registry), token)
        self._bind = bind

    def start(self) -> None:
        """Raises ConfigurationError where the port is taken."""
        try:
            host, port = host_and_port(self._bind)
            self._server = make_server(host, port, self._app, ThreadingWSGIServer, _Silent)
        except OSError as error:
            cause = f"{self._bind} cannot be used ({error.strerror})"
            mend = "stop what uses it, or set another port: each process has one of its own"
            raise ConfigurationError([(PREFIX + "METRICS_BIND", cause, mend)]) from error
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port in use, where 0 was asked for."""
        return int(self._server.server_port)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Guarded:
    """The metrics for whoever has the token (RFC 6750 2.1), and nothing else."""

    def __init__(self, app: Any, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode() if token else b""

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return _refuse(HTTPStatus.NOT_FOUND, start)
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1")
        if self._wanted and not hmac.compare_digest(given, self._wanted):
            return _refuse(HTTPStatus.UNAUTHORIZED, start)
        answer: Iterable[bytes] = self._app(environ, start)
        return answer


def _refuse(status: HTTPStatus, start: Any) -> Iterable[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain"), ("WWW-Authenticate", "Bearer")])
    return [b""]


class _Silent(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: Any) -> None:
        """Nothing: who asks for metrics asks every few seconds."""
