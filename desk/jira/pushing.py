"""What is to be done in Jira, on its way out: claim, do, note. The network is outside of every transaction.

`sending_at` is committed before anything is written there and cleared by every answer: where it is found set, nobody
knows whether it was done, and it is looked for before it is done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import structlog

from cases.dossier import Line
from cases.errors import PermanentError
from cases.ticket import PushKind
from cases.timers import unrecalled
from desk.jira.doing import Finished, Hands, Job, NotYetError
from desk.jira.enclosed import enclosed
from desk.jira.following import queue
from desk.jira.office import Office
from desk.kept_rows import entry
from desk.loading import Loading
from notify.jira.answers import AwayError, DeniedError
from notify.jira.project import MisfitError
from store.engine import UNAVAILABLE
from store.failpoint import reach
from store.renewing import renewed
from store.tx import Kind, Transaction
from store.work import FIRST_WAIT, LeaseLostError, wait_after

log = structlog.get_logger()

BATCH = 10
STOPS = (AwayError, LeaseLostError, *UNAVAILABLE)
"""After these nothing of the batch can be done or noted."""


@dataclass(kw_only=True)
class Pusher:
    """Does what is due, of each case the first thing alone."""

    office: Office
    _begun: set[int] = field(default_factory=set, init=False)
    """What was asked for in this batch, so that its answer says whether it was done; an older question stays open."""

    def process(self) -> int:
        """Do one batch; the number of rows that were claimed."""
        if self.office.is_quiet or not self.office.due.pushes:
            return 0
        lease = uuid4().hex
        self._begun.clear()
        rows = self.office.store.run("ticket.claim", lambda tx: self._claimed(tx, lease))
        if rows:
            identities = [row.id for row in rows]
            with renewed(self.office.store, lambda tx: tx.tickets.pushes.renew(lease, identities, self._now)):
                self._do_all(lease, rows)
        return len(rows)

    def _claimed(self, tx: Transaction, lease: str) -> Sequence[Any]:
        return tx.tickets.pushes.claim_first(lease, BATCH, self._now)

    def _do_all(self, lease: str, rows: Sequence[Any]) -> None:
        for place, row in enumerate(rows, start=1):
            try:
                self._do(lease, row)
            except AwayError as error:
                self._put_off(lease, row, rows[place:], error)
                return

    def _do(self, lease: str, row: Any) -> None:
        """Do one thing and note what became of it. Raises AwayError where nothing more can be done now."""
        try:
            job = self._job(row)
            finished = self._hands(lease, job).do(job)
        except NotYetError as error:
            self._later(lease, row, error)
        except STOPS:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one thing, its neighbours are done
            self._held(lease, row, error)
        else:
            reach("jira.sent")
            self.office.store.run("ticket.done", lambda tx: self._done(tx, lease, job, finished))

    def _hands(self, lease: str, job: Job) -> Hands:
        office = self.office
        return Hands(
            client=office.client,
            profile=office.profile,
            project=office.project,
            sending=lambda: self._sending(lease, job),
            clock=office.clock,
        )

    def _job(self, row: Any) -> Job:
        office, case_id = self.office, row.case_id
        with office.store.reading() as tx:
            case = Loading(tx, office.profile, self._now).load([str(case_id)])[str(case_id)]
            found = next((one for one in unrecalled(tx.cases.entries(case_id)) if one.id == row.entry_id), None)
            ticket, attached = tx.tickets.of_case(case_id), tx.tickets.results(case_id, PushKind.ATTACH)
        line = _line(found)
        at = (office.store, row.data, case, line, office.desk.scan)
        file = enclosed(*at) if row.kind == PushKind.ATTACH else None
        return Job(push=row, case=case, ticket=ticket, line=line, file=file, attached=attached)

    def _sending(self, lease: str, job: Job) -> None:
        push = job.push
        self.office.store.run("ticket.sending", lambda tx: tx.tickets.pushes.sending(lease, push.id, self._now))
        self._begun.add(push.id)

    def _done(self, tx: Transaction, lease: str, job: Job, finished: Finished) -> None:
        now, case_id = self._now, job.push.case_id
        tx.tickets.pushes.finish(
            lease, [{"id": job.push.id, "result": finished.result, "done_at": now, "sending_at": None}]
        )
        if finished.ticket:
            tx.tickets.made(case_id, **finished.ticket)
        if finished.line:
            tx.cases.add_entries([entry(case_id, finished.line, None)])  # of which nobody at work need know
        queue(tx, finished.then, now)
        if finished.look:
            tx.tickets.look_soon([case_id], now)
        if job.push.kind == PushKind.CREATE and job.case.stay:
            tx.escalations.heard([(job.case.stay.id, None, finished.result)])
        tx.wake(Kind.TICKET)  # what comes after it is due now

    def _held(self, lease: str, row: Any, error: Exception) -> None:
        log.warning("ticket_push_held", push=row.id, kind=row.kind, error=type(error).__name__)
        if isinstance(error, DeniedError | MisfitError):
            self.office.forget()  # the project may be another by now
        is_said = isinstance(error, PermanentError)
        said = str(error)[:500] if is_said else f"could not be done ({type(error).__name__})"
        known = self._known(row) if is_said else {}
        self.office.store.run("ticket.fail", lambda tx: tx.tickets.pushes.give_up(lease, row.id, said, **known))

    def _put_off(self, lease: str, row: Any, rest: Sequence[Any], error: AwayError) -> None:
        """What stands behind a Jira that is away waits with the one that found out."""
        log.info("ticket_push_waits", push=row.id, attempts=row.attempts, unsure=error.unsure)
        now = self._now
        wait = error.pause or wait_after(row.attempts)
        known = {} if error.unsure else self._known(row)
        if error.pause:
            self.office.be_quiet(error.pause)

        def put_off(tx: Transaction) -> None:
            tx.tickets.pushes.retry_later(lease, row.id, str(error), now + wait, **known)
            for one in rest:
                pause = error.pause or FIRST_WAIT
                tx.tickets.pushes.retry_later(lease, one.id, str(error), now + pause, attempts=one.attempts - 1)

        self.office.store.run("ticket.fail", put_off)

    def _later(self, lease: str, row: Any, error: NotYetError) -> None:
        attempts, said = row.attempts - 1, str(error)

        def later(tx: Transaction) -> None:
            tx.tickets.pushes.retry_later(lease, row.id, said, error.at, attempts=attempts)

        self.office.store.run("ticket.fail", later)

    def _known(self, row: Any) -> dict[str, None]:
        """Jira has refused what was just asked for: nothing was done."""
        return {"sending_at": None} if row.id in self._begun else {}

    @property
    def _now(self) -> datetime:
        return self.office.clock()


def _line(found: Any) -> Line | None:
    """A line of the timeline as a value."""
    if found is None:
        return None
    return Line(kind=found.kind, at=found.at, actor=found.actor, text=found.text, data=found.data or {})
