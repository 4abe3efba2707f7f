"""What `run` and `web` share: the pages of a house, answered on a socket until the process is asked to end."""

import socket
from typing import TYPE_CHECKING, Protocol

import typer

from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from app.demo.running import RunningDemo
    from app.wiring import House
    from desk.signin.means import Means


class Process(Protocol):
    """Runs from `start` until `stop`, which ends it in good order."""

    @property
    def alive(self) -> bool:
        """Whether every thread of it does what it was started for."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, bound before anything else starts. Raises ConfigurationError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        cause = f"{host}:{port} cannot be used ({error.strerror})"
        raise ConfigurationError([("AIGUILLAGE_HTTP_BIND", cause, "stop what uses it or set another port")]) from error
    return listening


def serve(
    house: "House",
    process: Process,
    listening: socket.socket,
    demo: "RunningDemo | None" = None,
    rehearsal: "APIRouter | None" = None,
) -> None:
    """Answer pages beside the process, which begins before them and ends after them."""
    from app.accounts import greeting, means
    from app.http import Server
    from app.watching.watched import watched

    entry = means(house, demo=demo is not None)
    pages = _pages(house, entry, demo, rehearsal)
    address = f"http://{house.settings.http_bind.rpartition(':')[0]}:{listening.getsockname()[1]}/"
    process.start()
    try:
        typer.echo(f"Aiguillage answers at {address}  (Ctrl-C ends it)")
        if said := greeting(house, entry, address):
            typer.echo(said)
        with watched(house, lambda: process.alive, figures=True):
            Server(pages, house.settings.trusted_proxies).run(sockets=[listening])
    finally:
        process.stop()


def _pages(house: "House", entry: "Means", demo: "RunningDemo | None", rehearsal: "APIRouter | None") -> "FastAPI":
    from app.backstage import backstage
    from app.http import application
    from app.jira import jira_routes
    from app.telephony import phone_routes
    from desk.counters import Counters
    from desk.service import Service

    desk = Service(
        house.store,
        house.profile,
        house.signer,
        demo,
        house.clock,
        house.calendars,
        entry,
        house.process,
        counters=Counters(house.settings.redis_url),
        backstage=backstage(house),
        scan=house.settings.scan,
    )
    return application(
        desk,
        bind=house.settings.http_bind,
        public_url=house.settings.public_url,
        phone=phone_routes(house),
        rehearsal=rehearsal,
        jira=jira_routes(house),
    )
