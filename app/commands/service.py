"""`aiguillage run`: everything in one process, on the embedded default."""

import signal
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import settings
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.demo.running import RunningDemo
    from app.settings import Settings

DEMO_FOLDER = Path("var/demo")


def run(
    demo: Annotated[bool, typer.Option("--demo", help="With a mailbox, a mail catcher and sample mails.")] = False,
) -> None:
    """Run everything in one process: mailboxes, workers, pages. Ctrl-C ends it cleanly."""
    from app.log import configure

    configure(pretty=demo)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both are asked for politely, both end cleanly
    with suppress(KeyboardInterrupt):
        if demo:
            _run_demo(settings())
        else:
            _run(settings(), None)


def _run_demo(found: "Settings") -> None:
    """The service around a mailbox and a mail catcher of its own, in a folder of their own."""
    from app.demo import start_demo

    folder = DEMO_FOLDER.resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        cause = f"the folder {folder} cannot be made ({error.strerror})"
        raise ConfigurationError([("--demo", cause, "start it where you may write")]) from error
    running = start_demo(folder, found.public_url)
    try:
        _run(replace(found, database_url=f"sqlite:///{folder / 'aiguillage.db'}", **_made_up(running)), running)
    finally:
        running.stop()


def _made_up(demo: "RunningDemo") -> dict[str, Any]:
    """The settings that the demonstration brings: nobody outside this machine is asked."""
    return {
        "smtp_url": demo.smtp_url,
        "mailboxes": {"assistance": {"IMAP_URL": demo.imap_url, "SMTP_URL": demo.smtp_url}},
        "twilio_account_sid": demo.telephone.account_sid,
        "twilio_auth_token": demo.telephone.token,
        "twilio_api_url": demo.telephone.api_url,
    }


def _run(found: "Settings", demo: "RunningDemo | None") -> None:
    from app.accounts import greeting, means
    from app.backstage import backstage
    from app.http import Server, application
    from app.jira import jira_routes
    from app.rehearsal import OfficeClock, Rehearsal
    from app.telephony import phone_routes
    from app.watching.watched import watched
    from app.wiring import build
    from app.worker import Running
    from desk.counters import Counters
    from desk.service import Service

    listening = listen(*found.bind)
    address = f"http://{found.bind[0]}:{listening.getsockname()[1]}/"
    office_clock = demo.office if demo else OfficeClock()
    house = build(found, office_clock=office_clock)
    entry = means(house, demo=demo is not None)
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
    )
    rehearsal = Rehearsal(house, office_clock).router() if found.rehearsal else None
    pages = application(
        desk,
        bind=found.http_bind,
        public_url=found.public_url,
        phone=phone_routes(house),
        rehearsal=rehearsal,
        jira=jira_routes(house),
    )
    running = Running(house, list(house.pollers.values()))
    running.start()
    try:
        typer.echo(f"Aiguillage answers at {address}  (Ctrl-C ends it)")
        if said := greeting(house, entry, address):
            typer.echo(said)
        with watched(house, lambda: running.alive, figures=True):
            Server(pages, found.trusted_proxies).run(sockets=[listening])
    finally:
        running.stop()


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
