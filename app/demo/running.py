"""The running demonstration: both servers on one event loop in a thread, and a thread that delivers the samples."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid
from imaplib import IMAP4
from pathlib import Path
from threading import Event, Thread

import structlog

from app.demo.catcher import Catcher, serve_catcher
from app.demo.jira.running import RunningJira
from app.demo.mailbox import HOST, PASSWORD, USER, append, serve_mailbox
from app.demo.samples import Ledger, Sample, samples
from app.demo.telephone.running import RunningTelephone
from app.rehearsal import OfficeClock
from desk.demo import Caught, Draft, Progress

log = structlog.get_logger()

ADDRESS = "assistance@monpermis.example.be"
"""The address of the mailbox `assistance` in the profile that the demonstration shows."""

PAUSE = 1.5
PATIENCE = 30.0
"""Seconds between two samples, and how long one waits for the acknowledgement that it answers."""


class RunningDemo:
    """Implements `desk.demo.Demo`. `imap_url` and `smtp_url` are what the service is to be given, `telephone`'s account
    and `jira`'s."""

    def __init__(self, folder: Path, public_url: str, pause: float = PAUSE) -> None:
        self.address = ADDRESS
        self.telephone = RunningTelephone(public_url)
        self.jira = RunningJira(folder, public_url)
        self.office = OfficeClock()
        self._folder = folder
        self._pause = pause
        self._catcher = Catcher(folder / "caught")
        self._ledger = Ledger(folder / "samples")
        self._samples = samples()
        self._stopping = Event()
        self._servers = Servers(folder / "mailbox", self._catcher)
        self._feeder = Thread(target=self._feed, name="demo-samples", daemon=True)

    @property
    def imap_url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@{HOST}:{self._servers.imap_port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{HOST}:{self._servers.smtp_port}"

    @property
    def progress(self) -> Progress:
        delivered = sum(self._ledger.is_delivered(sample) for sample in self._samples)
        return Progress(delivered, len(self._samples))

    def start(self) -> None:
        self._servers.start()
        self.telephone.start()
        self.jira.start()
        self._feeder.start()

    def stop(self) -> None:
        """Stop delivering, then close both servers."""
        self._stopping.set()
        self._catcher.interrupt()
        self._feeder.join()
        self.telephone.stop()
        self.jira.stop()
        self._servers.stop()

    def send(self, draft: Draft) -> None:
        append(self._servers.imap_port, _mail(draft, datetime.now(UTC)))

    def caught(self, limit: int = 100) -> list[Caught]:
        return self._catcher.newest(limit)

    def find_caught(self, name: str) -> Caught | None:
        return self._catcher.find(name)

    def _feed(self) -> None:
        for sample in self._samples:
            if self._ledger.is_delivered(sample):
                continue
            if self._stopping.wait(self._pause):
                return
            try:
                self._deliver(sample)
            except (OSError, IMAP4.error):  # it is delivered at the next start
                log.warning("sample_not_delivered", sample=sample.name, exc_info=True)

    def _deliver(self, sample: Sample) -> None:
        answered = self._catcher.wait_for(sample.answers, PATIENCE, self._stopping) if sample.answers else None
        if self._stopping.is_set():
            return
        append(self._servers.imap_port, self._ledger.kept(sample, sample.filled(answered, datetime.now(UTC))))
        self._ledger.delivered(sample)


def _mail(draft: Draft, now: datetime) -> bytes:
    """The draft as a person's mail program would send it (RFC 5322)."""
    message = EmailMessage()
    message["Date"] = format_datetime(now)
    message["From"] = draft.sender
    message["To"] = ADDRESS
    message["Subject"] = " ".join(draft.subject.split())
    message["Message-ID"] = make_msgid(domain="example.org")
    message.set_content(draft.text)
    return message.as_bytes(policy=SMTP if draft.sender.isascii() else SMTPUTF8)


class Servers:
    """The event loop of both servers, in a thread of its own."""

    def __init__(self, mailbox: Path, catcher: Catcher) -> None:
        self._mailbox = mailbox
        self._catcher = catcher
        self._ready = Event()
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="demo-servers", daemon=True)
        self.imap_port = 0
        self.smtp_port = 0

    def start(self) -> None:
        """Return once both ports answer. Raises what kept them from it."""
        self._thread.start()
        self._ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # told to whoever started us
            self._failure = error
            log.warning("demo_servers_failed", exc_info=True)
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        async with AsyncExitStack() as stack:
            self.imap_port = await stack.enter_async_context(serve_mailbox(self._mailbox))
            self.smtp_port = await stack.enter_async_context(serve_catcher(self._catcher))
            self._ready.set()
            await self._stopping.wait()
