"""`aiguillage web`, `worker` and `connect`: the service as separate processes, on PostgreSQL and Redis."""

import signal
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Protocol

import typer

from app.commands.common import settings
from app.commands.service import listen

if TYPE_CHECKING:
    from app.wiring import House


class Process(Protocol):
    """Runs from `start` until `stop`, which ends it in good order."""

    @property
    def alive(self) -> bool:
        """Whether every thread of it does what it was started for."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def connect() -> None:
    """Poll mailboxes and take in mail handed over. Of several such processes one has each mailbox."""
    ended, house = _asked_to_end(), _open()
    from app.scaled import Connecting

    _until(ended, Connecting(house), house)


def worker() -> None:
    """Work on what came in and send what leaves, as one of any number of such processes."""
    ended, house = _asked_to_end(), _open()
    from app.scaled import Working

    _until(ended, Working(house), house)


def web() -> None:
    """Answer pages, the phone provider and health checks."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _serve()


def _asked_to_end() -> Event:
    """Set once SIGTERM or Ctrl-C asks this process to end; asking again changes nothing."""
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def _open() -> "House":
    """Raises ConfigurationError where several processes cannot share what is set, before any of it is opened."""
    from app.log import configure
    from app.wiring import build

    configure()
    found = settings()
    found.require_servers()
    return build(found)


def _until(ended: Event, process: Process, house: "House") -> None:
    from app.watching.watched import watched

    process.start()
    typer.echo("Aiguillage is at work  (Ctrl-C ends it)")
    try:
        with watched(house, lambda: process.alive):
            ended.wait()
    finally:
        process.stop()


def _serve() -> None:
    house = _open()
    from app.accounts import greeting, means
    from app.backstage import backstage
    from app.http import Server, application
    from app.jira import jira_routes
    from app.scaled import Serving
    from app.telephony import phone_routes
    from app.watching.watched import watched
    from desk.counters import Counters
    from desk.service import Service

    bind = house.settings.http_bind
    listening = listen(*house.settings.bind)
    entry = means(house)
    desk = Service(
        house.store,
        house.profile,
        house.signer,
        None,
        house.clock,
        house.calendars,
        entry,
        house.process,
        counters=Counters(house.settings.redis_url),
        backstage=backstage(house),
    )
    pages = application(
        desk, bind=bind, public_url=house.settings.public_url, phone=phone_routes(house), jira=jira_routes(house)
    )
    serving = Serving(house)
    serving.start()
    try:
        typer.echo(f"Aiguillage answers at http://{bind}/  (Ctrl-C ends it)")
        if said := greeting(house, entry, f"http://{bind}/"):
            typer.echo(said)
        with watched(house, lambda: serving.alive, figures=True):
            Server(pages, house.settings.trusted_proxies).run(sockets=[listening])
    finally:
        serving.stop()
