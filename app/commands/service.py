"""`aiguillage run`: everything in one process, on the embedded default."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import settings

if TYPE_CHECKING:
    from app.demo import RunningDemo
    from app.settings import Settings

DEMO_FOLDER = Path("var/demo")


def run(
    demo: Annotated[bool, typer.Option("--demo", help="With a mailbox, a mail catcher and sample mails.")] = False,
) -> None:
    """Run everything in one process: mailboxes, workers, pages. Ctrl-C ends it cleanly."""
    from app.log import configure

    configure(pretty=demo)
    if demo:
        _run_demo(settings())
    else:
        _serve(settings(), None)


def _run_demo(found: "Settings") -> None:
    """The service around a mailbox and a mail catcher of its own, in a folder of their own."""
    from app.demo import start_demo

    folder = DEMO_FOLDER.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    running = start_demo(folder)
    try:
        database = f"sqlite:///{folder / 'aiguillage.db'}"
        mailboxes = {"assistance": {"IMAP_URL": running.imap_url, "SMTP_URL": running.smtp_url}}
        _serve(replace(found, database_url=database, smtp_url=running.smtp_url, mailboxes=mailboxes), running)
    finally:
        running.stop()


def _serve(found: "Settings", demo: "RunningDemo | None") -> None:
    from app.http import application, serve
    from app.wiring import build
    from app.worker import Running
    from desk.guard import refuse_unless_loopback

    refuse_unless_loopback(found.http_bind, found.public_url)
    house = build(found)
    running = Running(house, house.pollers)
    running.start()
    try:
        serve(application(house.store, house.profile, demo), *found.bind)
    finally:
        running.stop()
