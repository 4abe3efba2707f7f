"""What was archived can be read, is answered and found as before, and comes back whole."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.errors import PermanentError
from cases.folding import words
from store.archive import Archive
from store.archiving import archive, restore
from store.engine import open_engine
from store.inbound import Delivery
from store.search import Phrase, Wanted
from store.tables import blob
from tests.ingest.conftest import NOW, Road
from tests.mails import mail

FIRST = mail("Bonjour, la girouette est tombée.")
ANSWER = mail("Merci, elle tient.", message_id="<m2@example.org>", References="<m1@example.org>")
LATER = NOW + timedelta(days=400)


@pytest.fixture
def away(road: Road, tmp_path: Path) -> Iterator[Archive]:
    """An archive, which the road's store reads."""
    engine = open_engine(f"sqlite:///{tmp_path}/archive.db")
    road.store.archive = Archive(engine)
    yield road.store.archive
    engine.dispose()


@pytest.fixture
def old(road: Road, away: Archive) -> int:
    """The inbound row of a mail whose case was closed, and which was archived."""
    [row] = road.take_in(FIRST)
    road.close(row)
    assert archive(road.store, away, LATER, lambda done: None) == (1, len(FIRST))
    return int(row.id)


def in_database(road: Road) -> int:
    """The bytes of mails that the database holds."""
    return int(road.read(lambda tx: tx.connection.execute(select(func.sum(func.length(blob.c.body)))).scalar_one()))


def received(road: Road, identity: int) -> Any:
    return road.read(lambda tx: tx.bodies.received(identity))


def test_bytes_leave_the_database_and_are_read_as_before(road: Road, old: int) -> None:
    assert in_database(road) == 0
    assert received(road, old) == FIRST


def test_an_answer_finds_the_case_and_its_words_are_found(road: Road, old: int) -> None:
    [answer], [first] = road.take_in(ANSWER), road.rows([old])
    assert (answer.disposition, answer.case_id) == ("reply", first.case_id)
    wanted = Wanted(phrases=(Phrase(tuple(words("girouette"))),))
    assert road.read(lambda tx: len(tx.search.find(wanted, None, 5).rows)) == 1


def test_everything_received_is_still_accounted_for(road: Road, old: int) -> None:
    balance = road.read(lambda tx: tx.inbound.balance(NOW - timedelta(days=1), NOW + timedelta(days=1)))
    assert [(row.disposition, row.count) for row in balance] == [("case", 1)]


def test_it_comes_back_whole(road: Road, old: int, away: Archive) -> None:
    assert restore(road.store, away, lambda done: None) == 1
    assert in_database(road) == len(FIRST)
    assert (received(road, old), away.some(9)) == (FIRST, {})
    assert restore(road.store, away, lambda done: None) == 0


def test_what_is_young_or_open_stays(road: Road, away: Archive) -> None:
    [row] = road.take_in(FIRST)
    assert archive(road.store, away, LATER, lambda done: None) == (0, 0)
    road.close(row)
    assert archive(road.store, away, NOW - timedelta(days=1), lambda done: None) == (0, 0)
    assert in_database(road) == len(FIRST)


def test_a_mail_that_comes_again_brings_its_bytes_along(road: Road, old: int) -> None:
    [again] = road.take_in(FIRST)
    assert (again.disposition, again.id == old) == ("duplicate", False)
    assert in_database(road) == len(FIRST)


def test_bytes_that_are_still_to_be_read_stay(road: Road, away: Archive) -> None:
    [row] = road.take_in(FIRST)
    road.close(row)
    with road.store.transaction("test.again") as tx:
        tx.inbound.add_once([Delivery(source="assistance", external_id="9:9", raw=FIRST, received_at=NOW)], NOW)
    archive(road.store, away, LATER, lambda done: None)
    assert in_database(road) == len(FIRST)


def test_an_archive_that_was_changed_is_not_believed(road: Road, old: int, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/archive.db")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE archived SET packed = x'00'")
    engine.dispose()
    with pytest.raises(PermanentError, match="cannot be unpacked"):
        received(road, old)
