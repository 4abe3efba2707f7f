"""What happened in Jira: webhooks say where to look, the hourly poll looks everywhere, and both look alike.

Nothing that a webhook says is believed: the ticket is asked for as it stands, so that late, doubled and lost ones
change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from cases.acting import Acting, Effect
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.errors import AiguillageError
from cases.secondlevel import Via
from cases.ticket import Push, PushKind
from cases.ticket_fold import AGENT, Folded, Link, Seen, fold
from desk.jira.following import queue
from desk.jira.office import Office
from desk.loading import Loading
from notify.jira.answers import AwayError
from store.engine import UNAVAILABLE
from store.failpoint import reach
from store.tx import Transaction
from store.work import LeaseLostError

log = structlog.get_logger()

NOTICES, LOOKS = 100, 10
KEPT = timedelta(days=30)
"""How long a webhook is kept, to know it again: Jira tries for hours."""
AGAIN = timedelta(minutes=5)
"""When a ticket that could not be looked at is looked at again."""


@dataclass(kw_only=True)
class Looking:
    """Looks at tickets."""

    office: Office

    def process(self) -> int:
        """Work the webhooks that came in, then look at one batch of tickets; how many."""
        due = self.office.due
        heard = self.office.store.run("ticket.notices", self._heard) if due.notices else 0
        if self.office.is_quiet or not (heard or due.looks):
            return heard
        rows = self.office.store.run("ticket.look", lambda tx: tx.tickets.claim_looks(LOOKS, self._now))
        for place, row in enumerate(rows, start=1):
            try:
                self._look(row)
            except UNAVAILABLE:
                raise
            except AwayError as error:
                self._put_off(rows[place - 1 :], error)
                break
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one ticket, the others are looked at
                self._put_off([row], error, self._pace)
        return heard + len(rows)

    def _heard(self, tx: Transaction) -> int:
        """Tickets of which somebody says that they changed are looked at at once."""
        lease, now = uuid4().hex, self._now
        rows = tx.tickets.notices.claim(lease, NOTICES, now)
        ours = self.office.known_account
        issues = {row.issue for row in rows if not ours or row.author != ours}
        tickets = tx.tickets.of_issues(issues) if issues else []
        tx.tickets.look_soon([row.case_id for row in tickets], now)
        tx.tickets.notices.forget(now - KEPT)
        tx.tickets.notices.finish(lease, [{"id": row.id, "done_at": now} for row in rows])
        return len(rows)

    def _look(self, row: Any) -> None:
        """Ask for a ticket as it stands, and fold it into its case. Raises AwayError, PermanentError."""
        office = self.office
        if not row.key:
            office.store.run("ticket.seen", lambda tx: tx.tickets.looked(row.case_id, look_at=None))
            return
        seen = self._asked(row)
        reach("jira.seen")
        try:
            self._folded(row, seen)
        except LeaseLostError:  # something was done there between the question and now
            office.store.run("ticket.seen", lambda tx: tx.tickets.look_soon([row.case_id], self._now))

    def _asked(self, row: Any) -> Seen:
        client = self.office.client
        with self.office.store.reading() as tx:  # first: what we say while we ask is not missed there
            said = tx.tickets.results(row.case_id, PushKind.COMMENT)
        issue = client.request(row.key)
        comments = client.comments(row.key, self.office.account())
        return Seen(status=issue.status, comments=comments, ours=frozenset(filter(str.isdecimal, said)))

    def _folded(self, row: Any, seen: Seen) -> None:
        with self.office.store.reading() as tx:
            case = Loading(tx, self.office.profile, self._now).load([str(row.case_id)])[str(row.case_id)]
        desk = self.office.desk
        found = fold(case, _link(row), seen, desk.acting(AGENT))
        if found.changes:
            self._act(row, seen)
        else:
            self.office.store.run("ticket.seen", lambda tx: self._seen(tx, row, case, seen, found))

    def _act(self, row: Any, seen: Seen) -> None:
        """In one transaction: the lines, the status, and how the ticket was seen."""
        last: list[tuple[Dossier, Folded]] = []

        def act(case: Dossier, acting: Acting) -> Effect:
            last[:] = [(case, fold(case, _link(row), seen, acting))]
            return last[0][1].effect

        def also(tx: Transaction) -> None:
            case, found = last[0]
            self._seen(tx, row, case, seen, found)

        self.office.desk.act(str(row.case_id), AGENT, act, also=also)

    def _seen(self, tx: Transaction, row: Any, case: Dossier, seen: Seen, found: Folded) -> None:
        """Note how it was seen. Raises LeaseLostError where it was seen otherwise meanwhile."""
        now, kept = self._now, tx.tickets.locked(row.case_id)
        if kept is None or kept.seen_at != row.seen_at:
            raise LeaseLostError("the ticket was seen by somebody else meanwhile")
        status = Status(found.effect.columns.get("status", case.status))
        over = status is Status.CLOSED and self.office.profile.jira.meaning(seen.status) is Status.CLOSED
        look_at = None if over else now + self._pace
        if kept.look_at != row.look_at:  # something came in while it was looked at
            look_at = kept.look_at
        tx.tickets.looked(row.case_id, status=seen.status, agreed=found.agreed, seen_at=now, look_at=look_at)
        if found.push and not any(one.kind == PushKind.STATUS for one in tx.tickets.pushes.of_case(row.case_id)):
            queue(tx, [_set(case)], now)
        self._hear(tx, row, case, found)

    def _hear(self, tx: Transaction, row: Any, case: Dossier, found: Folded) -> None:
        """A comment is the second level's answer where it is asked by tickets."""
        there = {one.id for one in self.office.profile.second_level if one.via is Via.JIRA}
        wrote = any(line.kind == EntryKind.TICKET_WROTE for line in found.effect.lines)
        if wrote and case.stay and case.stay.n2 in there:
            tx.escalations.heard([(case.stay.id, self._now, row.key)])

    def _put_off(self, rows: list[Any], error: Exception, wait: timedelta = AGAIN) -> None:
        log.info("ticket_look_waits", tickets=len(rows), error=type(error).__name__)
        pause = error.pause if isinstance(error, AwayError) else None
        if pause:
            self.office.be_quiet(pause)
        again = self._now + max(wait, pause or wait)

        said = str(error) if isinstance(error, AiguillageError) else f"could not be worked ({type(error).__name__})"

        def put_off(tx: Transaction) -> None:
            for row in rows:
                tx.tickets.unseen(row.case_id, said, again)

        self.office.store.run("ticket.unseen", put_off)

    @property
    def _pace(self) -> timedelta:
        return timedelta(minutes=self.office.profile.jira.poll_minutes)

    @property
    def _now(self) -> datetime:
        return self.office.clock()


def _link(row: Any) -> Link:
    return Link(key=row.key, status=row.status, agreed=Status(row.agreed))


def _set(case: Dossier) -> Push:
    """Our status, to be set there."""
    return Push(kind=PushKind.STATUS, key=f"{PushKind.STATUS}:{case.id}:{case.version}", case_id=case.id)
