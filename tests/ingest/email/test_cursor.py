"""The cursor: it never passes what is not ours, and every listed message is tried."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.email.cursor import Cursor
from ingest.email.fetched import Listed
from store.inbound import BATCH, BATCH_BYTES


def listed(*uids: int, size: int = 10) -> list[Listed]:
    return [Listed(uid, size) for uid in uids]


def opened(last_uid: int = 0) -> Cursor:
    cursor = Cursor()
    cursor.open(1, 100, 1, last_uid)
    return cursor


def test_batches_are_bounded_in_number_and_bytes() -> None:
    cursor = opened()
    cursor.take(listed(*range(1, 120)))
    assert [len(cursor.next_batch()) for _ in range(4)] == [BATCH, BATCH, 19, 0]
    cursor.take(listed(1, 2, 3, size=BATCH_BYTES // 2))
    assert [cursor.next_batch(), cursor.next_batch()] == [[1, 2], [3]]
    cursor.take(listed(1, 2, size=BATCH_BYTES * 3))
    assert [cursor.next_batch(), cursor.next_batch()] == [[1], [2]], "one too large goes alone"


def test_it_advances_with_what_is_kept() -> None:
    cursor = opened(5)
    assert cursor.last_uid == 5
    cursor.take(listed(6, 9, 12))
    batch = cursor.next_batch()
    cursor.keep(batch)
    assert cursor.last_uid == 12


def test_it_stays_below_a_suspect_and_forgets_one_that_vanished() -> None:
    cursor = opened()
    cursor.take(listed(1, 2, 3))
    cursor.next_batch()
    cursor.suspects = {2}
    cursor.keep([1, 3])
    assert cursor.last_uid == 1
    assert cursor.take(listed(2, 3, 4)) == set()
    assert cursor.next_batch() == [4], "3 is ours, 2 comes last"
    cursor.keep([4])
    assert cursor.next_batch() == [2]
    assert cursor.take(listed(3, 4)) == {2}
    assert cursor.position() == 4


def test_after_a_break_each_message_goes_alone_until_all_were_tried() -> None:
    cursor = opened()
    cursor.take(listed(1, 2, 3))
    cursor.broke(cursor.next_batch())
    cursor.take(listed(1, 2, 3))
    assert cursor.next_batch() == [1]
    cursor.keep([1])
    cursor.broke(cursor.next_batch())
    assert cursor.suspects == {2}
    cursor.finish()
    cursor.take(listed(2, 3, 4))
    assert cursor.next_batch() == [3, 4]


def test_a_new_uidvalidity_is_a_rescan_and_the_first_one_is_not() -> None:
    cursor = Cursor()
    cursor.open(7, 10, 0, 0)
    assert not cursor.rescanning
    cursor.open(8, 10, 7, 40)
    assert (cursor.rescanning, cursor.last_uid) == (True, 0)


def test_a_uidnext_that_went_back_is_a_rescan() -> None:
    cursor = Cursor()
    cursor.open(7, 41, 7, 40)
    assert (cursor.rescanning, cursor.last_uid) == (False, 40)
    cursor.open(7, 40, 7, 40)
    assert (cursor.rescanning, cursor.last_uid) == (True, 0)
    cursor.open(7, 0, 7, 40)
    assert not cursor.rescanning, "a server that does not say"


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_it_never_passes_what_is_not_ours(present: set[int], broken: set[int], vanishing: set[int]) -> None:
    """Rounds over a folder in which some messages cannot be fetched and some vanish: what is passed is ours or gone."""
    cursor, ours = opened(), set[int]()
    folder = set(present)
    for _ in range(3):
        cursor.take(listed(*sorted(uid for uid in folder if uid > cursor.last_uid)))
        while batch := cursor.next_batch():
            got = [uid for uid in batch if uid not in broken]
            cursor.suspects |= set(batch) - set(got)
            ours.update(got)
            cursor.keep(got)
        assert {uid for uid in folder if uid <= cursor.last_uid} <= ours
        folder -= vanishing
    assert folder - broken <= ours
