"""The sweep over the cases whose clocks have something to say: each alarm is said once, whatever repeats or crashes.

The line of the timeline that says it, its mail and the case's timers are one transaction; the mail's key is made from
the alarm's. Budgets are counted under the lock of the intake (docs/adr/0009-budget-at-intake.md).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from cases.alarms import AlarmKind
from cases.case import EntryKind
from cases.mails import Mail, row
from cases.policy import Verdict
from cases.profile import Profile
from cases.routing import Why
from cases.tokens import Signer
from notify.alarms import Look, Looker, Said, Seen
from notify.budget import Budget
from store.tx import Kind, Store, Transaction

log = structlog.get_logger()

BATCH = 100
"""Cases in one transaction; on SQLite a caller on the phone may wait for it to end."""
ACTOR = "clock"
PUT_OFF = timedelta(hours=1)
"""When a case that cannot be looked at is tried again: it may not stand before all others."""

Row = dict[str, Any]
Sent = tuple[Said, Verdict | None]
"""An alarm with the reason why its mail does not leave, None where it does."""


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """Says the alarms of one service."""

    store: Store
    profile: Profile
    signer: Signer
    looker: Looker
    clock: Callable[[], datetime]

    def process(self) -> int:
        """Look at one batch of cases; how many."""
        now = self.clock()
        with self.store.reading() as tx:
            if not tx.alarms.is_due(now):
                return 0
        return self.store.run("case.alarms", lambda tx: self._said(tx, now))

    def _said(self, tx: Transaction, now: datetime) -> int:
        tx.known.serialise()
        claimed = tx.alarms.claim(now, BATCH)
        self._say(tx, claimed, now)
        return len(claimed)

    def _say(self, tx: Transaction, claimed: Sequence[Any], now: datetime) -> None:
        if not claimed:
            return
        identities = [one.id for one in claimed]
        timelines, stays = tx.alarms.timelines(identities), tx.alarms.escalations(identities)
        seen = [Seen(row=one, timeline=timelines[one.id], stay=stays.get(one.id)) for one in claimed]
        looks = {one.row.id: look for one in seen if (look := self._look(one, now))}
        tx.alarms.set([_timers(one, looks.get(one.id), now) for one in claimed])
        tx.alarms.climb([{"id": identity, **look.climb} for identity, look in looks.items() if look.climb])
        self._tell(tx, [look for look in looks.values() if look.said], now)

    def _look(self, seen: Seen, now: datetime) -> Look | None:
        try:
            return self.looker.look(seen, now)
        except Exception:  # one case never stops its neighbours
            log.exception("case_not_looked_at", case=seen.row.id)
            return None

    def _tell(self, tx: Transaction, looks: Sequence[Look], now: datetime) -> None:
        if not looks:
            return
        budget = Budget(tx, self.profile, [one.mail for look in looks for one in look.said], now)
        entries, mails = list[Row](), list[Row]()
        for look in looks:
            sent = [(one, budget.take(one.mail)) for one in look.said]
            entries += _entries(look, sent, now)
            mails += [self._row(one.mail, look, now) for one, withheld in sent if not withheld]
        tx.cases.add_entries(entries)
        if mails:
            tx.outbound.add_once(mails)
            tx.wake(Kind.OUTBOUND)

    def _row(self, mail: Mail, look: Look, now: datetime) -> Row:
        return row(mail, self.signer, self.profile.mail_domain, now, look.seen.row.person_key)


def _timers(case: Any, look: Look | None, now: datetime) -> Row:
    if look is None:
        names = ("response_due_at", "resolution_due_at", "n2_due_at", "touched_at")
        return {"id": case.id, "alarm_at": now + PUT_OFF} | {name: getattr(case, name) for name in names}
    return {"id": case.id, "touched_at": now if look.said else case.touched_at, **look.timers}


def _entries(look: Look, sent: Sequence[Sent], now: datetime) -> Iterator[Row]:
    """The lines of the timeline, in the order in which the alarms rang; a climb stands after what it is due to."""
    queue, agent = look.seen.row.queue, look.seen.row.agent or ""
    for one, withheld in sent:
        yield _entry(look, _LINES[one.alarm.kind], _told(one, withheld), now)
        if one.above:
            data = {"why": Why.OVERDUE, "clock": one.alarm.about, "queue": one.above, "before": queue, "agent": agent}
            yield _entry(look, EntryKind.ROUTED, data, now)
            queue, agent = one.above, ""


_LINES = {
    AlarmKind.WARNING: EntryKind.WARNING,
    AlarmKind.OVERDUE: EntryKind.OVERDUE,
    AlarmKind.SILENCE: EntryKind.SILENCE,
}


def _told(one: Said, withheld: Verdict | None) -> Row:
    """What a line says of its alarm: `mail` is the kind that leaves for it, `withheld` why it does not."""
    data: Row = {"key": one.alarm.key, "about": one.alarm.about, "mail": one.mail.kind}
    if one.due_at:
        data["due"] = one.due_at.isoformat()
    return data | ({"withheld": withheld} if withheld else {})


def _entry(look: Look, kind: EntryKind, data: Row, now: datetime) -> Row:
    return {
        "case_id": look.seen.row.id,
        "kind": kind,
        "at": now,
        "actor": ACTOR,
        "text": "",
        "data": data,
        "person_key": look.seen.row.person_key,
    }
