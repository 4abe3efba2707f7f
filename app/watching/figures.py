"""The metrics that must be right across processes: read from the database when they are asked for, and kept a moment.

What counts (`_total`) begins anew at midnight UTC, which Prometheus takes for a restart; between, it may only grow, so
what may still change is left out of it. docs/watching.md lists all.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import product
from threading import Lock
from typing import TYPE_CHECKING, Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from cases.event import Channel
from cases.policy import OutboundKind, Verdict
from store import schema
from store.outbound import BOUNCED
from store.tx import Store

if TYPE_CHECKING:
    from cases.profile import Profile

KEPT_SECONDS = 5.0
DAY = timedelta(days=1)
SHARE = 20
"""The figures are kept for so many times as long as they took: a twentieth of one core is what they cost at most."""

WATCHED = (BOUNCED, "refused", "failed")
"""What an alert counts of mails."""

_OPEN = frozenset({"pending", "held", "unknown", "running"})
"""What is not decided yet, or may be decided anew."""


class Figures(Collector):
    """What one service's database says. A database that does not answer is a figure too: `aiguillage_database_up`."""

    def __init__(self, store: Store, profile: "Profile", clock: Callable[[], datetime]) -> None:
        self._store = store
        self._mailboxes = [box.name for box in profile.mailboxes]
        self._lines = [line.name for line in profile.lines]
        self._clock = clock
        self._lock = Lock()
        self._until = 0.0
        self._found: list[Metric] = []

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            begun = time.monotonic()
            if begun >= self._until:
                self._found = self._read()
                ended = time.monotonic()
                self._until = ended + max(KEPT_SECONDS, SHARE * (ended - begun))
            found = list(self._found)
        yield from found

    def _read(self) -> list[Metric]:
        up = gauge("database_up", "Whether the database answers.")
        build = gauge("build_info", "The release, and the schema that it needs.", "release", "schema")
        build.add_metric([version("aiguillage"), schema.HEAD], 1)
        try:
            found = list(self._of_database())
        except SQLAlchemyError:
            found = []
        up.add_metric([], bool(found))
        return [up, build, *found]

    def _of_database(self) -> Iterator[Metric]:
        now = self._clock()
        since = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._store.reading() as tx:
            yield from _received(tx.watch.received(since), self._mailboxes)
            yield from _cases(tx.watch.cases(since))
            yield _difference(tx.watch.unaccounted(since - DAY, now), self._mailboxes)
            yield _mails(tx.watch.sent(since, self._mailboxes), self._mailboxes)
            yield _calls(tx.watch.calls(since, self._lines))
            yield from _queues([*tx.watch.queues(now), ("clocks", *tx.watch.alarms(now))], now)
            yield from _waiting("callers", "waiting for a person", [tx.watch.callers()], now)
            yield from _waiting("unassigned_cases", "that nobody has", tx.watch.unassigned(), now)
            yield _held(tx.watch.held())
            yield from _mailboxes([row for row in tx.mailboxes.all() if row.name in self._mailboxes], now)
            yield from _backups(tx.backups.all(), now)


def gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"aiguillage_{name}", told, labels=labels)


def counter(name: str, told: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"aiguillage_{name}", told, labels=labels)


def _received(rows: Any, mailboxes: list[str]) -> Iterator[Metric]:
    """What an alert looks for is there before it happens: a rule sees no growth where a figure begins with it, and
    nothing at all where there is none."""
    received = counter("received", "Messages since midnight UTC, by what became of them.", "channel", "source", "fate")
    receipts = counter("receipts", "Receipts since midnight UTC, by why one left or did not.", "reason")
    fates = Counter[tuple[str, ...]]({(Channel.EMAIL, name, "case"): 0 for name in mailboxes})
    reasons = Counter[str]({Verdict.BREAKER: 0})
    for row in rows:
        if row.fate in _OPEN:
            continue
        fates[row.channel, row.source, row.fate] += row.count
        reasons[row.receipt or "not_decided"] += row.count
    for labels, count in fates.items():
        received.add_metric(labels, count)
    for reason, count in reasons.items():
        receipts.add_metric([reason], count)
    yield from (received, receipts)


def _cases(rows: Any) -> Iterator[Metric]:
    opened = counter("cases", "Cases opened since midnight UTC.", "channel")
    doubted = gauge("doubted_cases", "Of these, those whose tags a person is asked to look at.", "channel")
    sure = gauge("model_confidence", "How sure the model was of the motif on average, since midnight UTC.", "channel")
    for row in rows:
        opened.add_metric([row.channel], row.count)
        doubted.add_metric([row.channel], row.doubted)
        if row.confidence is not None:
            sure.add_metric([row.channel], row.confidence)
    yield from (opened, doubted, sure)


def _difference(rows: Any, mailboxes: list[str]) -> Metric:
    found = gauge("balance_difference", "Messages of two days that have no fate a quarter of an hour later.", "source")
    counts = dict.fromkeys(mailboxes, 0) | {row.source: row.count for row in rows}
    for source, count in counts.items():
        found.add_metric([source], count)
    return found


def _mails(rows: Any, mailboxes: list[str]) -> Metric:
    found = counter("mails", "Mails written since midnight UTC, by the answer.", "mailbox", "kind", "outcome")
    counts = Counter[tuple[str, ...]]()
    for mailbox, outcome in product(mailboxes, WATCHED):
        counts[mailbox, OutboundKind.ACKNOWLEDGEMENT, outcome] = 0
    for row in rows:
        for outcome in _said(row.outcome):
            counts[row.mailbox, row.kind, outcome] += row.count
    for labels, count in counts.items():
        found.add_metric(labels, count)
    return found


def _said(outcome: str) -> tuple[str, ...]:
    """A mail that came back had been sent."""
    if outcome == BOUNCED:
        return ("sent", BOUNCED)
    return () if outcome in _OPEN else (outcome,)


def _calls(rows: Any) -> Metric:
    found = counter("calls", "Calls since midnight UTC, by what became of them.", "line", "result")
    for row in rows:
        if row.result not in _OPEN:
            found.add_metric([row.line, row.result], row.count)
    return found


def _queues(rows: Any, now: datetime) -> Iterator[Metric]:
    due = gauge("due_rows", "Rows that could be worked now.", "kind")
    oldest = gauge("oldest_due_seconds", "For how long the oldest of them has been due.", "kind")
    for kind, count, since in rows:
        due.add_metric([kind], count)
        oldest.add_metric([kind], _ago(since, now))
    yield from (due, oldest)


def _waiting(name: str, told: str, rows: Any, now: datetime) -> Iterator[Metric]:
    """Those that wait by what they wait in, where they are told apart."""
    labels = ["queue"] if rows and len(rows[0]) > 2 else []
    many = gauge(name, f"Those {told}.", *labels)
    oldest = gauge(f"oldest_{name}_seconds", f"For how long the first of those {told} has waited.", *labels)
    for *values, count, since in rows:
        many.add_metric(values, count)
        oldest.add_metric(values, _ago(since, now))
    yield from (many, oldest)


def _held(rows: Any) -> Metric:
    found = gauge("held_rows", "Rows that are held aside for a person: `aiguillage failed`.", "kind")
    for row in rows:
        found.add_metric([row.kind], row.count)
    return found


def _mailboxes(rows: Any, now: datetime) -> Iterator[Metric]:
    polled = gauge("mailbox_poll_age_seconds", "Since when a poll last ended well.", "mailbox")
    failing = gauge("mailbox_failing_seconds", "For how long polls have failed; 0 while they do not.", "mailbox")
    lag = gauge("mailbox_lag_seconds", "How long the oldest of the mails fetched last had lain there.", "mailbox")
    for row in rows:
        if row.polled_at:
            polled.add_metric([row.name], _ago(row.polled_at, now))
        failing.add_metric([row.name], _ago(row.failing_since, now))
        if row.lag_seconds is not None:
            lag.add_metric([row.name], row.lag_seconds)
    yield from (polled, failing, lag)


def _backups(rows: Any, now: datetime) -> Iterator[Metric]:
    age = gauge("backup_age_seconds", "Since when there is a whole backup; nothing where there never was.")
    failed = gauge("backup_failed", "Whether the last try made none.")
    if made := [row.made_at for row in rows if row.made_at]:
        age.add_metric([], _ago(max(made), now))
    last = max(rows, key=lambda row: row.tried_at, default=None)
    failed.add_metric([], bool(last and last.fault))
    yield from (age, failed)


def _ago(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
