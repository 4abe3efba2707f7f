"""The erasure of one person from beginning to end, in transactions that are short: intake goes on between them.

Cut short anywhere, it goes on when it is called again: each step looks for what is left. Who it was is kept in the
row of the erasure until its end, and no longer.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Row, Table

from cases.erasing import Person
from store import leafing, mentions
from store.audit import Noted
from store.emptying import Wiped
from store.failpoint import reach
from store.forgetting import Digest, Forgetting
from store.mentions import Mentions
from store.scouring import forget_archived, scour
from store.tx import Store, Transaction
from store.wiping import Wiping

REST = 0.02
"""Seconds between two steps, so that whoever waits for the writer's turn gets it."""

LONG = 0.5
SHARE = 9
"""After so many seconds of work it rests so many times as long: a tenth of one core is what it takes."""

Certificate = dict[str, Any]
Elsewhere = Callable[[Person, list[tuple[str, str]]], list[dict[str, Any]]]
"""Sees to copies that lie outside of the database, given the mails by mailbox and Message-ID; what is left to be done
by hand."""


Strike = Callable[[Wiping], None]
"""Takes what was found out of the rows."""


@dataclass
class Pace:
    """Rests now and then, so that what works beside is not held up."""

    worked: float = 0.0

    @contextmanager
    def step(self) -> Iterator[None]:
        """The block is work."""
        begun = time.monotonic()
        yield
        self.worked += time.monotonic() - begun
        if self.worked > LONG:
            time.sleep(SHARE * self.worked)
            self.worked = 0.0


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """Erases people from one installation."""

    store: Store
    digest: Digest
    clock: Callable[[], datetime]
    elsewhere: Elsewhere

    def begin(self, person: Person, by: str, reason: str) -> int:
        """Note that somebody is to be erased; from here on it will be, whatever happens. Its id."""
        now = self.clock()
        return self.store.run("privacy.begin", lambda tx: tx.privacy.begin(tx.privacy.named(person), by, reason, now))

    def resume(self) -> list[Certificate]:
        """Bring every erasure that was begun to its end; their certificates."""
        with self.store.reading() as tx:
            running = tx.privacy.running()
        return [self._finish(row) for row in running]

    def _finish(self, row: Row[Any]) -> Certificate:
        under_way = _UnderWay(self, row, Person.of(row.person), **_known(row.certificate or {}))
        under_way.see_elsewhere()
        under_way.forget()
        forget_archived(self.store)
        reach("privacy.forgotten")
        scour(self.store.engine)
        under_way.see_unread()
        certificate = under_way.certificate()
        self.store.run("privacy.end", partial(under_way.end, certificate=certificate))
        scour(self.store.engine, small=True)
        return certificate


@dataclass
class _UnderWay:
    """One erasure and what it has done so far, which is kept with each step."""

    erasing: Erasing
    row: Row[Any]
    person: Person
    gone: Wiped = field(default_factory=Wiped)
    remains: list[dict[str, Any]] | None = None
    _pace: Pace = field(default_factory=Pace)

    def see_elsewhere(self) -> None:
        """Once, before what names the copies is gone."""
        if self.remains is not None:
            return
        with self.erasing.store.reading() as tx:
            copies = tx.privacy.copies(self.person)
        self.remains = self.erasing.elsewhere(self.person, copies)
        self.erasing.store.run("privacy.elsewhere", lambda tx: self._keep(tx, self.gone))

    def forget(self) -> None:
        """First what is theirs, then where they stand in what is others'."""
        store, left = self.erasing.store, True
        while left:
            left, self.gone = store.run("privacy.erase", self._step)
            time.sleep(REST)
        for change in chain(self._in_tables(), self._in_bytes()):
            self.gone = store.run("privacy.strike", partial(self._struck, change))

    def _step(self, tx: Transaction) -> tuple[bool, Wiped]:
        forgetting = self._forgetting(tx)
        left = forgetting.step()
        return left, self._keep(tx, self.gone + forgetting.gone)

    def _in_tables(self) -> Iterator[Strike]:
        """What has to be struck, table by table; they are looked through without the writer's turn."""
        for table in mentions.tables():
            after: Any = None
            while True:
                with self._pace.step(), self.erasing.store.reading() as tx:
                    last, hits = self._mentions(self._forgetting(tx).wiping).look(table, after)
                if hits:
                    yield partial(self._strike_table, table=table, after=after, last=last)
                if last is None:
                    break
                after = last

    def _in_bytes(self) -> Iterator[Strike]:
        """The same for raw bytes."""
        after: str | None = ""
        while after is not None:
            with self._pace.step(), self.erasing.store.reading() as tx:
                leafed = leafing.leaf(tx, self.person, self.row.asked_at, after)
            if leafed.found:
                yield partial(leafing.strike, hashes=leafed.found, before=self.row.asked_at)
            after = leafed.last

    def _struck(self, change: Strike, tx: Transaction) -> Wiped:
        wiping = self._forgetting(tx).wiping
        change(wiping)
        return self._keep(tx, self.gone + wiping.gone)

    def _strike_table(self, wiping: Wiping, table: Table, after: Any, last: Any) -> None:
        self._mentions(wiping).strike(table, after, last)

    def _mentions(self, wiping: Wiping) -> Mentions:
        return Mentions(wiping.connection, self.person, wiping, self.row.asked_at)

    def see_unread(self) -> None:
        """What nobody could read yet is not thrown away: a person has to look at it."""
        with self.erasing.store.reading() as tx:
            waiting = leafing.unread(tx, self.person, self.row.asked_at)
        if waiting:
            self.remains = [*(self.remains or []), {"what": "unread", "messages": waiting}]

    def _forgetting(self, tx: Transaction) -> Forgetting:
        now = self.erasing.clock()
        return Forgetting(tx.connection, self.person, self.row.asked_at, now, self.erasing.digest, self.row.id)

    def _keep(self, tx: Transaction, gone: Wiped) -> Wiped:
        tx.privacy.counted(self.row.id, self._so_far(gone))
        return gone

    def _so_far(self, gone: Wiped) -> Certificate:
        return {"erased": gone.counts, "bytes": gone.size, "remains": self.remains}

    def certificate(self) -> Certificate:
        """What is certified: when, by whom, why and how much; not whose it was."""
        row = self.row
        moments = {"asked_at": row.asked_at.isoformat(), "ended_at": self.erasing.clock().isoformat()}
        return {"erasure": row.id, **moments, "by": row.asked_by, "reason": row.reason, **self._so_far(self.gone)}

    def end(self, tx: Transaction, certificate: Certificate) -> None:
        now = self.erasing.clock()
        tx.privacy.end(self.row.id, certificate, now)
        tx.audit.note(Noted.ERASED, now, self.row.asked_by, "", {"erasure": self.row.id, "erased": self.gone.counts})


def _known(certificate: Certificate) -> dict[str, Any]:
    """What an erasure that was cut short has done."""
    gone = Wiped(dict(certificate.get("erased", {})), certificate.get("bytes", 0))
    return {"gone": gone, "remains": certificate.get("remains")}
