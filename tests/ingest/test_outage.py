"""The database fails while mails are worked: no message is held aside for it, lost, or made a case of twice."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from cases.event import Message, Tags
from cases.profile import Profile
from store.engine import open_engine
from store.tx import Store
from store.work import MAX_ATTEMPTS, State
from tests.ingest.conftest import Road
from tests.mails import mail
from tests.servers.faulty import FaultProxy
from tests.servers.postgres import Postgres

UNLIMITED = 2**30


class Interrupted(Road):
    """A road on which the database goes away while messages are tagged."""

    proxy: FaultProxy

    def classify(self, messages: list[Message]) -> list[Tags]:  # type: ignore[override]
        self.proxy.faults.refuse = True
        self.proxy.cut_all()
        return super().classify(messages)


def mails(number: int, text: str = "Bonjour\n") -> list[bytes]:
    return [mail(f"{text}{n}\n", sender=f"u{n}@example.org", message_id=f"<{n}@example.org>") for n in range(number)]


@pytest.mark.servers("postgres")
def test_a_database_that_goes_away_counts_against_no_message(postgres: Postgres, profile: Profile) -> None:
    with postgres.database() as url, FaultProxy(postgres.port).running() as proxy:
        engine = open_engine(url.replace(str(postgres.port), str(proxy.port)))
        road, broken = Road(Store(engine), profile), Interrupted(Store(engine), profile)
        broken.proxy = proxy
        received = road.receive(*mails(3))
        with pytest.raises(OperationalError):
            broken.intake.process()
        proxy.faults.refuse = False
        assert Counter(row.state for row in road.rows(received)) == {State.PENDING: 3}
        assert road.intake.process() == 0  # until the lease ends
        road.now += timedelta(minutes=5)
        while road.intake.process():  # one by one: one of them may be what ended a process
            pass
        assert len({row.case_id for row in road.rows(received)} - {None}) == 3
        engine.dispose()


def test_a_full_disk_holds_no_message_aside(sqlite_store: Store, profile: Profile) -> None:
    road = Road(sqlite_store, profile)
    received = road.receive(*mails(2, "Une ligne parmi beaucoup d'autres.\n" * 2000))
    limit(sqlite_store, 1)  # no page more than there are
    for _ in range(MAX_ATTEMPTS + 2):
        road.intake.process()
        road.now += timedelta(hours=2)
    assert {row.state for row in road.rows(received)} == {State.PENDING}
    assert all("full" in row.last_error for row in road.rows(received))
    limit(sqlite_store, UNLIMITED)
    road.now += timedelta(hours=2)
    while road.intake.process():
        pass
    assert len({row.case_id for row in road.rows(received)} - {None}) == 2


def limit(store: Store, pages: int) -> None:
    """How large the file may be; where it is larger, it stays as it is (SQLite, PRAGMA max_page_count)."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
