"""The metrics say what the rows say, by index, and a database that is away is a figure too."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import event, func, select, text, update

from app.watching.figures import Figures
from store.engine import open_engine
from store.tables import outbound
from store.tx import Store
from tests.desk.working import Work
from tests.mails import mail
from tests.store.installation import fill


def registry(store: Store, work: Work, now: datetime | None = None) -> CollectorRegistry:
    found = CollectorRegistry()
    found.register(Figures(store, work.profile, lambda: now or work.now))
    return found


def test_they_count_what_came_in_and_what_left(store: Store) -> None:
    work = Work(store)
    work.road.take_in(mail("One\n", message_id="<1@example.org>"), mail("Two\n", message_id="<2@example.org>"))
    found = registry(store, work)
    value = found.get_sample_value
    assert value("aiguillage_database_up") == 1
    kept = {"channel": "email", "source": "assistance", "fate": "case"}
    assert value("aiguillage_received_total", kept) == 2
    assert value("aiguillage_receipts_total", {"reason": "new_case"}) == 2
    assert value("aiguillage_cases_total", {"channel": "email"}) == 2
    assert value("aiguillage_doubted_cases", {"channel": "email"}) == 0
    assert value("aiguillage_balance_difference", {"source": "assistance"}) == 0
    assert value("aiguillage_due_rows", {"kind": "outbound"}) >= 2
    assert value("aiguillage_held_rows", {"kind": "inbound"}) == 0


def test_what_counts_never_goes_back(store: Store) -> None:
    work = Work(store)
    work.road.take_in(mail("One\n", message_id="<1@example.org>"), mail("Two\n", message_id="<2@example.org>"))
    with store.transaction("test") as tx:
        receipts = outbound.c.kind == "acknowledgement"
        tx.connection.execute(update(outbound).where(receipts).values(state="done", outcome="sent"))
    mails = {"mailbox": "assistance", "kind": "acknowledgement"}
    found = registry(store, work)
    assert found.get_sample_value("aiguillage_mails_total", mails | {"outcome": "sent"}) == 2
    with store.transaction("test") as tx:
        one = select(func.min(outbound.c.id)).where(receipts).scalar_subquery()
        tx.connection.execute(update(outbound).where(outbound.c.id == one).values(outcome="bounced"))
    found = registry(store, work)
    assert found.get_sample_value("aiguillage_mails_total", mails | {"outcome": "sent"}) == 2
    assert found.get_sample_value("aiguillage_mails_total", mails | {"outcome": "bounced"}) == 1


def test_what_waits_is_as_old_as_it_is(store: Store) -> None:
    work = Work(store)
    work.road.receive(mail("Waits\n", message_id="<w@example.org>"))
    found = registry(store, work, work.now + timedelta(minutes=20))
    assert found.get_sample_value("aiguillage_oldest_due_seconds", {"kind": "inbound"}) == 1200
    assert found.get_sample_value("aiguillage_balance_difference", {"source": "assistance"}) == 1


def test_a_mailbox_that_fails_says_since_when(store: Store) -> None:
    work = Work(store)
    with store.transaction("test") as tx:
        tx.mailboxes.acquire("assistance", "me", work.now, timedelta(minutes=1))
        tx.mailboxes.polled("assistance", work.now)
        tx.mailboxes.failed("assistance", "away", work.now + timedelta(seconds=30))
    found = registry(store, work, work.now + timedelta(seconds=90))
    assert found.get_sample_value("aiguillage_mailbox_poll_age_seconds", {"mailbox": "assistance"}) == 90
    assert found.get_sample_value("aiguillage_mailbox_failing_seconds", {"mailbox": "assistance"}) == 60


def test_what_an_alert_looks_for_is_there_before_it_happens(store: Store) -> None:
    """A rule sees no growth where a figure begins with it, nor silence where there is no figure."""
    value = registry(store, Work(store)).get_sample_value
    silence = {"channel": "email", "source": "assistance", "fate": "case"}
    assert value("aiguillage_received_total", silence) == 0
    assert value("aiguillage_receipts_total", {"reason": "mailbox_breaker"}) == 0
    for outcome in ("bounced", "refused", "failed"):
        labels = {"mailbox": "assistance", "kind": "acknowledgement", "outcome": outcome}
        assert value("aiguillage_mails_total", labels) == 0


def test_a_message_without_a_fate_is_told_of_after_midnight_too(store: Store) -> None:
    work = Work(store)
    work.road.receive(mail("Waits\n", message_id="<w@example.org>"))
    found = registry(store, work, work.now + timedelta(hours=20))
    assert found.get_sample_value("aiguillage_balance_difference", {"source": "assistance"}) == 1


def test_a_mailbox_that_is_no_longer_in_the_profile_alarms_nobody(store: Store) -> None:
    work = Work(store)
    with store.transaction("test") as tx:
        tx.mailboxes.acquire("closed-down", "me", work.now, timedelta(minutes=1))
        tx.mailboxes.polled("closed-down", work.now)
    found = registry(store, work, work.now + timedelta(days=9))
    assert found.get_sample_value("aiguillage_mailbox_poll_age_seconds", {"mailbox": "closed-down"}) is None


def test_how_old_the_last_backup_is_and_whether_the_last_try_failed(store: Store) -> None:
    work = Work(store)
    assert registry(store, work).get_sample_value("aiguillage_backup_age_seconds") is None
    with store.transaction("test") as tx:
        tx.backups.made("/a", work.now, 1)
        tx.backups.made("/b", work.now + timedelta(hours=1), 1)
    value = registry(store, work, work.now + timedelta(hours=3)).get_sample_value
    assert (value("aiguillage_backup_age_seconds"), value("aiguillage_backup_failed")) == (7200, 0)
    with store.transaction("test") as tx:
        tx.backups.failed("/a", work.now + timedelta(hours=2), "the disk is full")
    value = registry(store, work, work.now + timedelta(hours=3)).get_sample_value
    assert (value("aiguillage_backup_age_seconds"), value("aiguillage_backup_failed")) == (7200, 1)


def test_they_are_read_once_for_several_who_ask(store: Store) -> None:
    work = Work(store)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    found = registry(store, work)
    assert asked == [], "registering asks nothing"
    list(found.collect())
    first = len(asked)
    list(found.collect())
    assert len(asked) == first <= 16


def test_a_database_that_is_away_is_a_figure(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    store = Store(engine)
    with store.transaction("test") as tx:
        tx.connection.execute(text("DROP TABLE mailbox_state"))
    found = registry(store, Work(store))
    assert found.get_sample_value("aiguillage_database_up") == 0
    engine.dispose()


@pytest.fixture
def plans(sqlite_store: Store) -> list[str]:
    """How SQLite answers each statement that the block below asks."""
    found: list[str] = []
    work = fill(sqlite_store)
    asked: list[tuple[str, object]] = []
    event.listen(sqlite_store.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    list(Figures(sqlite_store, work.profile, lambda: datetime(2026, 3, 24, 12, tzinfo=UTC)).collect())
    with sqlite_store.engine.connect() as connection:
        for statement, given in asked:
            if statement.startswith("SELECT"):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
                found += [row[-1] for row in plan]
    return found


def test_no_statement_reads_a_large_table_whole(plans: list[str]) -> None:
    read = [step for step in plans if step.startswith("SCAN") and "INDEX" not in step]
    assert [step for step in read if step.split()[1] in ("inbound", "outbound", "case", "call", "leg", "entry")] == []
    assert any("ix_inbound_received_at_source" in step for step in plans)
    assert any("ix_outbound_mailbox_created_at" in step for step in plans)
