"""`aiguillage run`: everything in one process, on the embedded default."""

import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import settings
from app.commands.serving import listen, serve
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
    """The service around a mailbox, a mail catcher and a Jira of its own, in a folder of their own."""
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
        "jira_url": demo.jira.url,
        "jira_token": demo.jira.token,
        "jira_webhook_secret": demo.jira.secret,
    }


def _run(found: "Settings", demo: "RunningDemo | None") -> None:
    from app.rehearsal import OfficeClock, Rehearsal
    from app.wiring import build
    from app.worker import Running

    listening = listen(*found.bind)
    office_clock = demo.office if demo else OfficeClock()
    house = build(found, office_clock=office_clock, amend=demo.jira.joined if demo else None)
    rehearsal = Rehearsal(house, office_clock).router() if found.rehearsal else None
    serve(house, Running(house, list(house.pollers.values())), listening, demo, rehearsal)
