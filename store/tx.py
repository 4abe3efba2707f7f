"""The transaction: commits at exit, then wakes. Nothing that must happen depends on the wake."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from store.accounts import Accounts
from store.again import keeping, may_repeat, pauses
from store.alarms import Alarms
from store.archive import Archive
from store.articles import Articles
from store.audit import Audit
from store.backups import Backups
from store.banners import Banners
from store.bodies import Bodies
from store.bulks import Bulks
from store.callbacks import Callbacks
from store.calls import Calls
from store.cases import Cases
from store.codes import CodeTries
from store.contacts import Contacts
from store.corrections import Corrections
from store.daily import Days
from store.drafts import Drafts, Looking
from store.engine import BUSY_SECONDS, HURRIED_SECONDS
from store.escalations import Escalations
from store.failpoint import reach
from store.figures import CallEvents
from store.forms import Forms
from store.hooks import Hooks
from store.inbound import Inbound
from store.inbox import Inbox
from store.incidents import Incidents
from store.known import Known
from store.leases import Leases
from store.legs import Legs
from store.logged import Logged
from store.mailboxes import Mailboxes
from store.noted import Noted
from store.outbound import Outbound
from store.presence import Presence
from store.privacy import Privacy
from store.probes import Probes
from store.programs import Programs
from store.recordings import Recordings
from store.satisfaction import Satisfactions
from store.search import Search
from store.seats import Seats
from store.signs import Signs
from store.supervision import Supervision
from store.tagged import TaggedRows
from store.tickets import Tickets
from store.timelines import Timelines
from store.turns import Turns
from store.views import Views
from store.watch import Watch

log = structlog.get_logger()

Result = TypeVar("Result")

AGAIN_SECONDS = 5.0
HURRIED_AGAIN_SECONDS = 0.8
"""How long a transaction is tried again: about what a PostgreSQL takes to start; less while a caller listens."""


class Kind(StrEnum):
    """The kinds of work; a wake says «look at this kind now» and nothing else."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    LEG = "leg"
    RECORDING = "recording"
    CALL = "call"
    CASE = "case"
    TICKET = "ticket"
    HOOK = "hook"


Wake = Callable[[Kind], None]


class Transaction:
    """One database transaction and the aggregates inside it. Made by `Store.transaction` and `Store.reading`."""

    def __init__(self, connection: Connection, archive: Archive | None = None, noted: Noted | None = None) -> None:
        self.connection = connection
        self.bodies = Bodies(connection, archive)
        self.inbound = Inbound(connection)
        self.outbound = Outbound(connection)
        self.cases = Cases(connection, noted)
        self.accounts = Accounts(connection)
        self.alarms = Alarms(connection)
        self.articles = Articles(connection)
        self.audit = Audit(connection)
        self.backups = Backups(connection)
        self.presence = Presence(connection)
        self.probes = Probes(connection)
        self.privacy = Privacy(connection)
        self.programs = Programs(connection)
        self.hooks = Hooks(connection)
        self.code_tries = CodeTries(connection)
        self.contacts = Contacts(connection)
        self.corrections = Corrections(connection)
        self.days = Days(connection)
        self.drafts = Drafts(connection)
        self.looking = Looking(connection)
        self.escalations = Escalations(connection)
        self.mailboxes = Mailboxes(connection)
        self.known = Known(connection)
        self.timelines = Timelines(connection)
        self.views = Views(connection)
        self.watch = Watch(connection)
        self.inbox = Inbox(connection)
        self.search = Search(connection)
        self.tagged = TaggedRows(connection)
        self.supervision = Supervision(connection)
        self.leases = Leases(connection)
        self.legs = Legs(connection)
        self.calls = Calls(connection)
        self.callbacks = Callbacks(connection)
        self.logged = Logged(connection)
        self.call_events = CallEvents(connection)
        self.forms = Forms(connection)
        self.recordings = Recordings(connection)
        self.satisfactions = Satisfactions(connection)
        self.seats = Seats(connection)
        self.banners = Banners(connection)
        self.incidents = Incidents(connection)
        self.signs = Signs(connection)
        self.bulks = Bulks(connection)
        self.tickets = Tickets(connection)
        self.woken: set[Kind] = set()

    def wake(self, kind: Kind) -> None:
        """Wake the workers of that kind once this transaction is committed."""
        self.woken.add(kind)


Follow = Callable[[Transaction, Noted], None]


class Store:
    """The rows of one installation. `wake` is told of new work after each commit; `follow`, where it is set, of what
    was written on timelines, before it.

    `archive` is where the bytes of old mails went, if anywhere. Stores of one process and one SQLite file share their
    `turns`; a `hurried` one, which callers wait for, goes first.
    """

    def __init__(
        self, engine: Engine, wake: Wake | None = None, *, turns: Turns | None = None, hurried: bool = False
    ) -> None:
        self.engine = engine
        self.wake: Wake = wake or (lambda kind: None)
        self.turns = turns or Turns()
        self.archive: Archive | None = None
        self.follow: Follow | None = None
        self._hurried = hurried

    def run(self, name: str, change: Callable[[Transaction], Result]) -> Result:
        """What `change` returns, once its transaction is kept. It is called again, in a new transaction, where another
        writer or a server that went away ended the first one: so it changes nothing but the database.

        Raises as `transaction` does where that takes too long.
        """
        end = time.monotonic() + (HURRIED_AGAIN_SECONDS if self._hurried else AGAIN_SECONDS)
        rest = pauses()
        while True:
            try:
                with self.transaction(name) as tx:
                    return change(tx)
            except DBAPIError as error:
                pause = next(rest)
                if not may_repeat(error) or time.monotonic() + pause > end:
                    raise
                log.info("transaction_repeated", name=name, error=type(error.orig).__name__)
            time.sleep(pause)

    @contextmanager
    def transaction(self, name: str) -> Iterator[Transaction]:
        """A writing transaction: committed at exit, rolled back on an exception, then the wakes leave.

        `name` names its two durable boundaries for failpoints: `name.before` and `name.after` the commit. Raises
        UnsureError where the connection is lost during the commit.
        """
        with self._turn(), self.engine.connect().execution_options(writes=True) as connection:
            connection.begin()
            noted = Noted() if self.follow else None
            transaction = Transaction(connection, self.archive, noted)
            yield transaction
            if self.follow and noted:
                self.follow(transaction, noted)
            reach(f"{name}.before")
            with keeping():
                connection.commit()
        reach(f"{name}.after")
        self._wake_all(transaction.woken)

    def _turn(self) -> AbstractContextManager[None]:
        """PostgreSQL's writers need none."""
        if self.engine.dialect.name != "sqlite":
            return nullcontext()
        return self.turns.take(HURRIED_SECONDS if self._hurried else BUSY_SECONDS, hurried=self._hurried)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield Transaction(connection, self.archive)

    def _wake_all(self, kinds: set[Kind]) -> None:
        for kind in kinds:
            try:
                self.wake(kind)
            except Exception:  # a lost wake costs one sweep, never the caller
                log.warning("wake_failed", kind=kind, exc_info=True)
