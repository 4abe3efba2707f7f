"""`aiguillage web`, `worker` and `connect`: the service as separate processes, on PostgreSQL and Redis."""

import signal
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

import typer

from app.commands.common import settings
from app.commands.serving import Process, listen, serve

if TYPE_CHECKING:
    from app.wiring import House


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
        house = _open()
        from app.scaled import Serving

        listening = listen(*house.settings.bind)
        serve(house, Serving(house), listening)


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
