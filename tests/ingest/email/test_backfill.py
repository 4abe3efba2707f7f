"""A mailbox's history comes in once, as history, and what is new stays for the poller."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases.profile import Done
from ingest.email.backfill import Backfill
from ingest.email.imap_errors import DisconnectedError
from ingest.email.mailbox import connect
from store.tables import inbound
from tests.ingest.email.connector import Desk, mails


def flags(desk: Desk) -> set[tuple[bool, bool]]:
    with desk.store.reading() as tx:
        return {
            (row.backfill, row.marked) for row in tx.connection.execute(select(inbound.c.backfill, inbound.c.marked))
        }


def run(desk: Desk, folder: str = "") -> int:
    backfill = Backfill(desk.mailbox, desk.store, lambda: desk.now)
    session = connect(desk.folder.account, folder or desk.folder.folder)
    try:
        return backfill.run(session, folder or desk.folder.folder)
    finally:
        session.close()


def test_a_mailbox_never_polled_is_taken_whole_and_polled_from_there(desk: Desk) -> None:
    desk.folder.append(*(history := mails(3)))
    assert [run(desk), run(desk)] == [3, 0]
    assert desk.raws() == history
    assert flags(desk) == {(True, True)}
    assert len(desk.folder.uids()) == 3, "it moves nothing"
    desk.folder.append(*mails(1))
    assert desk.poller(done=Done.LEAVE).round() == 1


def test_what_is_new_is_left_to_the_poller(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    poller = desk.poller(done=Done.LEAVE)
    poller.round()
    desk.folder.append(*mails(1))
    assert run(desk) == 0
    assert poller.round() == 1
    assert flags(desk) == {(False, True)}


def test_another_folder_holds_what_intake_has_and_what_it_has_not(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    desk.poller().round()
    other = desk.mailbox.done_folder
    older = mails(2)
    type(desk.folder)(desk.folder.account, other).append(*older)
    assert [run(desk, other), run(desk, other)] == [2, 0]
    assert desk.raws()[2:] == older


def test_an_interrupted_backfill_goes_on_where_it_was(desk: Desk) -> None:
    desk.folder.append(*(history := mails(60, size=2000)))
    desk.proxy.faults.cut_after = 130_000
    backfill = Backfill(desk.mailbox, desk.store, lambda: desk.now)
    with pytest.raises(DisconnectedError):
        backfill.run(desk.session(), desk.folder.folder)
    assert len(desk.raws()) == 50
    told: list[tuple[int, int]] = []
    session = desk.session()
    commands = desk.proxy.commands_of(
        lambda: backfill.run(session, desk.folder.folder, lambda done, total: told.append((done, total)))
    )
    session.close()
    assert commands.count("FETCH") == 2, "the listing and the batch that was missing"
    assert told == [(50, 60), (60, 60)]
    assert desk.raws() == history
    desk.now += timedelta(minutes=1)
