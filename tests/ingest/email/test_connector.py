"""The contract of the IMAP connector, on every kind of server: nothing lost, nothing twice, nobody else disturbed."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.errors import TransientError
from cases.profile import Done
from ingest.disk import DiskFloor, DiskFullError
from ingest.email.imap_errors import DisconnectedError, RefusedError
from ingest.email.mailbox import Session
from ingest.email.poll import Limits, Poller
from store.inbound import Delivery
from store.tables import inbound
from tests.ingest.email.connector import Desk, mails, without
from tests.promptly import promptly
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until


def test_each_message_comes_once_and_byte_for_byte(desk: Desk) -> None:
    sent = mails(3)
    desk.folder.append(*sent)
    poller = desk.poller()
    assert [poller.round(), poller.round()] == [3, 0]
    assert desk.poller().round() == 0, "another process holds the lease"
    desk.now += timedelta(minutes=1)
    assert desk.poller().round() == 0, "a process that starts later reads from the cursor"
    assert desk.raws() == sent
    assert sorted(desk.done()) == sorted(sent)
    assert desk.folder.uids() == []
    assert desk.unmarked() == []


def test_received_at_is_the_servers_internal_date(desk: Desk) -> None:
    at = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    desk.folder.append(*mails(1), at=at)
    desk.poller().round()
    with desk.store.reading() as tx:
        assert tx.connection.execute(select(inbound.c.received_at)).scalar_one() == at


def test_messages_left_in_the_folder_are_not_read_again(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    poller = desk.poller(done=Done.LEAVE)
    poller.round()
    desk.folder.append(*mails(1))
    assert poller.round() == 1
    assert len(desk.folder.uids()) == 3
    assert desk.unmarked() == []


def test_a_foreign_seen_hides_nothing_and_we_set_none(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    first, second = desk.folder.uids()
    desk.folder.set_flags([first], r"\Seen")
    assert desk.poller(done=Done.LEAVE).round() == 2
    assert r"\Seen" in desk.folder.flags(first)
    assert r"\Seen" not in desk.folder.flags(second)


def test_a_keyword_is_set_where_it_stays_and_else_the_ledger_suffices(desk: Desk) -> None:
    desk.folder.append(*mails(2))
    poller = desk.poller(done=Done.KEYWORD)
    assert [poller.round(), poller.round()] == [2, 0]
    kept = desk.session().keeps("Aiguillage")
    assert all(("Aiguillage" in desk.folder.flags(uid)) is kept for uid in desk.folder.uids())
    assert desk.unmarked() == []


def test_a_read_only_folder_is_read_and_left(desk: Desk) -> None:
    desk.proxy.faults.rewrite = lambda portion: portion.replace(b"[READ-WRITE]", b"[READ-ONLY]")
    desk.folder.append(*mails(2))
    poller = desk.poller()
    assert [poller.round(), poller.round()] == [2, 0]
    assert len(desk.folder.uids()) == 2
    assert desk.unmarked() == []


def test_without_move_other_peoples_deleted_messages_stay(desk: Desk) -> None:
    desk.proxy.faults.rewrite = without(b"MOVE")
    first, second, third = mails(3)
    desk.folder.append(first)
    poller = desk.poller()
    poller.round()
    desk.folder.append(second)
    desk.folder.set_flags(desk.folder.uids(), r"\Deleted")  # a clerk may still change their mind
    desk.folder.append(third)
    desk.proxy.faults.cut_after = 0
    with pytest.raises(DisconnectedError):
        poller.round()
    (clerks, ours) = desk.folder.uids()
    session = desk.session()
    session.move([ours], desk.mailbox.done_folder)
    session.close()
    assert desk.folder.uids() == [clerks]
    assert sorted(desk.done()) == sorted([first, third])


def test_without_uidplus_moved_messages_stay_behind_as_deleted(desk: Desk) -> None:
    desk.proxy.faults.rewrite = without(b"MOVE", b"UIDPLUS")
    sent = mails(2)
    desk.folder.append(*sent)
    poller = desk.poller()
    assert [poller.round(), poller.round()] == [2, 0]
    assert desk.done() == sent
    assert all(r"\Deleted" in desk.folder.flags(uid) for uid in desk.folder.uids())


def test_after_a_new_uidvalidity_nothing_comes_twice(desk: Desk) -> None:
    sent = mails(5)
    desk.folder.append(*sent[:3])
    poller = desk.poller(done=Done.LEAVE)
    poller.round()
    before = desk.row().uidvalidity
    poller.close()
    desk.folder.recreate()
    desk.folder.append(*sent)
    assert [poller.round(), poller.round()] == [2, 0]
    assert desk.raws() == sent
    assert desk.row().uidvalidity != before


def test_a_rescan_that_is_interrupted_starts_again_and_doubles_nothing(desk: Desk) -> None:
    sent = mails(90, size=2000)
    desk.folder.append(*sent[:40])
    poller = desk.poller(done=Done.LEAVE)
    poller.round()
    poller.close()
    desk.folder.recreate()
    desk.folder.append(*sent)
    desk.proxy.faults.cut_after = 130_000
    with pytest.raises(DisconnectedError):
        poller.round()
    desk.now += timedelta(minutes=1)
    desk.poll_until(desk.poller(), 90)
    assert sorted(desk.raws()) == sorted(sent)


def test_a_server_restored_from_a_backup_gives_uids_away_again(desk: Desk) -> None:
    """Same UIDVALIDITY, other messages under UIDs that the ledger knows: what is new comes, what we have does not."""
    kept, new = mails(2)
    desk.folder.append(kept, new)
    first, second = desk.folder.uids()
    uidvalidity = desk.folder.uidvalidity()
    former = [(first, kept), (second, b"Subject: gone with the backup\r\n\r\n"), (second + 1, b"Subject: too\r\n\r\n")]
    with desk.store.transaction("test") as tx:
        tx.inbound.add_once(
            [
                Delivery(source="support", external_id=f"{uidvalidity}:{uid}", raw=raw, received_at=desk.now)
                for uid, raw in former
            ],
            desk.now,
        )
        tx.mailboxes.acquire("support", "former", desk.now, timedelta())
        tx.mailboxes.advance("support", uidvalidity, second + 1)
    poller = desk.poller()
    assert [poller.round(), poller.round()] == [1, 0]
    assert desk.raws()[-1] == new
    assert sorted(desk.done()) == sorted([kept, new])
    assert desk.unmarked() == []
    assert desk.row().last_uid == second


def test_what_another_client_expunges_meanwhile_is_passed_over(desk: Desk) -> None:
    sent = mails(4)
    desk.folder.append(*sent)
    victim = desk.folder.uids()[1]

    def expunge_after_the_listing(portion: bytes) -> bytes:
        if b"RFC822.SIZE" in portion and victim in desk.folder.uids():
            desk.folder.expunge(victim)
        return portion

    desk.proxy.faults.rewrite = expunge_after_the_listing
    poller = desk.poller()
    poller.round()
    assert poller.round() == 0
    desk.folder.append(*mails(1))
    assert poller.round() == 1
    assert {sent[0], sent[2], sent[3]} <= set(desk.raws()), "a server may still give what is gone, or not"
    assert desk.row().last_error is None


@pytest.mark.parametrize("position", [0, 1, 700, 9_001, 20_003, 33_333, 61_000])
def test_a_cut_connection_loses_nothing_and_doubles_nothing(desk: Desk, position: int) -> None:
    sent = mails(30, size=2000)
    desk.folder.append(*sent)
    desk.proxy.faults.cut_after = position + 1000  # beyond the greeting and the login
    poller = desk.poller()
    desk.poll_until(poller, 30)
    desk.poll_until(poller, 30)
    assert sorted(desk.raws()) == sorted(sent)
    assert sorted(desk.done()) == sorted(sent)


def test_many_cuts_in_a_row(desk: Desk) -> None:
    sent = mails(20, size=3000)
    desk.folder.append(*sent)
    poller = desk.poller()
    for position in range(1_000, 64_000, 4_321):
        desk.proxy.faults.cut_after = position
        desk.poll_until(poller, 0, rounds=3)
    desk.proxy.faults.cut_after = None
    desk.poll_until(poller, 20)
    assert sorted(desk.raws()) == sorted(sent)
    assert sorted(desk.done()) == sorted(sent)


def test_a_bye_instead_of_an_answer(desk: Desk) -> None:
    sent = mails(2)
    desk.folder.append(*sent)
    poller = desk.poller()
    poller.round()
    desk.folder.append(*mails(1))
    desk.proxy.faults.rewrite = lambda portion: b"* BYE shutting down\r\n"
    with pytest.raises(DisconnectedError):
        poller.round()
    desk.proxy.faults.rewrite = lambda portion: portion
    assert poller.round() == 1


def test_a_listing_that_is_refused_is_not_an_empty_folder(desk: Desk) -> None:
    desk.folder.append(*mails(1))
    poller = desk.poller()
    refused = re.compile(rb"^(\w+) OK (?=.*fetch)", re.IGNORECASE | re.MULTILINE)
    desk.proxy.faults.rewrite = lambda portion: refused.sub(rb"\1 NO ", portion)
    with pytest.raises(RefusedError):
        poller.round()
    assert desk.raws() == []
    desk.proxy.faults.rewrite = lambda portion: portion
    assert poller.round() == 1


def test_a_server_that_stalls_is_left_after_the_timeout(desk: Desk) -> None:
    desk.folder = OtherClient(replace(desk.folder.account, timeout=0.5), desk.folder.folder)
    sent = mails(3, size=5000)
    desk.folder.append(*sent)
    desk.proxy.faults.stall_after = 8000
    poller = desk.poller()
    with promptly(5), pytest.raises(DisconnectedError):
        poller.round()
    desk.poll_until(poller, 3)
    assert sorted(desk.raws()) == sorted(sent)


def test_a_message_that_breaks_the_connection_delays_no_other(desk: Desk) -> None:
    sent = mails(9)
    poison = b"Subject: POISON\r\n\r\n"
    desk.folder.append(*sent[:4], poison, *sent[4:])

    def choke(portion: bytes) -> bytes:
        return b"* BYE internal error\r\n" if b"POISON" in portion else portion

    desk.proxy.faults.rewrite = choke
    poller = desk.poller(done=Done.LEAVE)
    for _ in range(4):
        _try(poller)
    assert sorted(desk.raws()) == sorted(sent)
    desk.folder.append(*(late := mails(1)))
    _try(poller)
    assert late[0] in desk.raws()
    desk.proxy.faults.rewrite = lambda portion: portion
    poller.round()
    assert sorted(desk.raws()) == sorted([*sent, *late, poison])
    assert poller.round() == 0


def _try(poller: Poller) -> None:
    try:
        poller.round()
    except TransientError:
        return


def test_a_message_that_is_listed_and_never_given_is_reported(desk: Desk) -> None:
    first, hidden, last = mails(3)
    desk.folder.append(first, hidden, last)
    uid = desk.folder.uids()[1]
    poller = desk.poller(done=Done.LEAVE)
    fetch = Session.fetch
    session = desk.session()
    session.fetch = lambda uids: fetch(session, [one for one in uids if one != uid] or [2**31])  # type: ignore[method-assign]
    poller._connect = lambda: session
    assert poller.round() == 2
    with pytest.raises(RefusedError, match=f"UID {uid} "):
        poller.round()
    assert desk.row().last_uid == uid - 1, "the cursor stays below what we do not have"
    poller._connect = desk.session
    assert poller.round() == 1
    assert sorted(desk.raws()) == sorted([first, hidden, last])


def test_the_commands_do_not_grow_with_the_mailbox(desk: Desk) -> None:
    desk.folder.append(*mails(80, size=1))
    desk.poller(done=Done.LEAVE).round()
    desk.pollers[0].close()
    desk.folder.append(*mails(20))
    desk.now += timedelta(minutes=1)
    poller = desk.poller(done=Done.MOVE)
    poller._reader.open(poller_session := desk.session())  # SELECT and what comes with it
    poller._session = poller_session
    commands = desk.proxy.commands_of(lambda: poller.round())
    assert len(desk.raws()) == 100
    assert len(commands) <= 5, commands


def test_sixty_messages_take_at_most_three_commands_a_batch(desk: Desk) -> None:
    desk.folder.create(desk.mailbox.done_folder)
    desk.folder.append(*mails(60))
    commands = desk.proxy.commands_of(desk.poller().round)
    after = commands[commands.index("SELECT") + 1 :]
    assert after == ["FETCH", "FETCH", "MOVE", "FETCH", "MOVE"]


def test_batches_are_bounded_by_bytes(desk: Desk) -> None:
    desk.folder.append(*mails(3, size=3_500_000))
    commands = desk.proxy.commands_of(desk.poller(done=Done.LEAVE).round)
    assert commands[-3:] == ["FETCH", "FETCH", "FETCH"], "a listing, two messages, one message"
    assert len(desk.raws()) == 3


def test_under_the_disk_floor_mail_stays_on_the_server(desk: Desk, tmp_path: Path) -> None:
    desk.folder.append(*mails(1))
    poller = desk.poller(Limits(disk=DiskFloor(tmp_path, least_free=1 << 60)))
    with pytest.raises(DiskFullError):
        poller.round()
    assert desk.raws() == []
    assert len(desk.folder.uids()) == 1


def test_a_folder_name_in_french(desk: Desk) -> None:
    desk.folder.append(*mails(1))
    poller = desk.poller(done_folder=f"Réglé & classé {desk.folder.folder}")
    poller.round()
    session = desk.session()
    assert session.has_folder(desk.mailbox.done_folder)
    session.move([1], desk.mailbox.done_folder)
    session.close()
    assert desk.folder.uids() == []


@pytest.fixture
def running(desk: Desk) -> Iterator[Callable[..., threading.Event]]:
    """Runs pollers in threads of their own and stops them at the end, each within two seconds."""
    started: list[tuple[threading.Thread, threading.Event]] = []

    def run(poller: Poller) -> threading.Event:
        stop = threading.Event()
        thread = threading.Thread(target=poller.run, args=(stop,))
        thread.start()
        started.append((thread, stop))
        return stop

    yield run
    with promptly(2):
        for _, stop in started:
            stop.set()
        for thread, _ in started:
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.parametrize("idle", [True, False])
def test_a_message_arrives_soon_and_the_loop_stops_at_once(
    desk: Desk, running: Callable[..., threading.Event], idle: bool
) -> None:
    running(desk.poller(idle=idle, poll_seconds=60 if idle else 0.2))
    wait_until(lambda: (row := desk.row()) and row.polled_at, "the first round")
    desk.folder.append(*mails(1))
    wait_until(lambda: desk.raws(), "the message is in the ledger", 3)


def test_a_call_ends_the_pause(desk: Desk, running: Callable[..., threading.Event]) -> None:
    poller = desk.poller(idle=False, poll_seconds=60)
    running(poller)
    wait_until(lambda: (row := desk.row()) and row.polled_at, "the first round")
    desk.folder.append(*mails(1))
    poller.wake_up()
    wait_until(lambda: desk.raws(), "the message is in the ledger", 3)


def test_the_loop_survives_an_outage_and_says_so_meanwhile(desk: Desk, running: Callable[..., threading.Event]) -> None:
    desk.proxy.faults.refuse = True
    running(desk.poller())
    wait_until(lambda: (row := desk.row()) and row.last_error, "the failure is on the mailbox's row")
    assert desk.row().failing_since == desk.now
    desk.folder.append(*mails(1))
    desk.proxy.faults.refuse = False
    wait_until(lambda: desk.raws() and desk.row().last_error is None, "the mailbox is read again")
    desk.proxy.cut_all()
    desk.folder.append(*mails(1))
    wait_until(lambda: len(desk.raws()) == 2, "a connection cut while idle is replaced")
