"""Reading what a FETCH answered: as imaplib hands it over, from servers of every habit."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.fetched import Item, Listed, ShortReadError, read_bodies, read_listing, read_message_ids, uid_set

DATE = b'INTERNALDATE "02-Mar-2026 10:00:00 +0100"'
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "items",
    [
        [(b"1 (UID 7 " + DATE + b" BODY[] {4}", b"mail"), b")"],
        [(b"1 (BODY[] {4}", b"mail"), b" " + DATE + b" UID 7)"],
        [b"1 (FLAGS (\\Seen))", (b"1 (UID 7 " + DATE + b" BODY[] {4}", b"mail"), b")", b"9 (FLAGS () UID 8)"],
        [None, (b"1 (UID 7 FLAGS (\\Seen) " + DATE + b" BODY[] {4}", b"mail"), b")"],
    ],
    ids=["before", "after", "among flags", "with flags"],
)
def test_a_message_is_found_wherever_its_attributes_stand(items: list[Item]) -> None:
    (message,) = read_bodies(items)
    assert (message.uid, message.raw, message.internal_date) == (7, b"mail", AT)


def test_an_empty_message_is_a_message_and_nil_is_none() -> None:
    assert [message.raw for message in read_bodies([b'1 (UID 7 BODY[] "")', b"2 (UID 8 BODY[] NIL)"])] == [b""]


@pytest.mark.parametrize("head", [b"1 (UID 7 BODY[] {5}", b"1 (UID 7 BODY[] {3}", b"1 (UID 7 BODY[]"])
def test_a_literal_of_another_length_is_never_kept(head: bytes) -> None:
    with pytest.raises(ShortReadError):
        list(read_bodies([(head, b"mail"), b")"]))


@pytest.mark.parametrize("after", [b"", b"l)", b" l)", b"FLAGS ())"])
def test_a_literal_that_runs_into_what_follows_is_never_kept(after: bytes) -> None:
    """The server announced too much, and the closing bracket became mail, or too little, and the mail goes on."""
    with pytest.raises(ShortReadError):
        list(read_bodies([(b"1 (UID 7 BODY[] {4}", b"mail"), after]))


@pytest.mark.parametrize("date", [b"", b'INTERNALDATE "nonsense"', b'INTERNALDATE "31-Feb-2026 10:00:00 +0100"'])
def test_an_unreadable_date_costs_only_the_date(date: bytes) -> None:
    (message,) = read_bodies([(b"1 (UID 7 " + date + b" BODY[] {4}", b"mail"), b")"])
    assert message.internal_date is None


def test_a_message_cannot_pose_as_attributes() -> None:
    (message,) = read_bodies([(b"1 (UID 7 BODY[] {16}", b"UID 9 BODY[] {3}"), b")"])
    assert message.uid == 7


def test_a_listing_leaves_out_what_has_no_size() -> None:
    items = [b"3 (RFC822.SIZE 30 UID 9)", b"1 (UID 7 RFC822.SIZE 10)", b"2 (UID 8 FLAGS (\\Seen))", None]
    assert read_listing(items) == [Listed(7, 10), Listed(9, 30)]


def test_message_ids_are_found_and_odd_ones_left_out() -> None:
    items = [
        (b"1 (UID 7 BODY[HEADER.FIELDS (MESSAGE-ID)] {26}", b"Message-ID: <a@b.org>\r\n\r\n "),
        b")",
        (b"2 (UID 8 BODY[HEADER.FIELDS (MESSAGE-ID)] {25}", b'Message-ID: <a"b@c>\r\n\r\n  '),
        b")",
    ]
    assert read_message_ids(items) == {7: "<a@b.org>"}


@given(st.sets(st.integers(1, 2**32 - 1), min_size=1))
def test_a_uid_set_names_exactly_its_uids(uids: set[int]) -> None:
    named: set[int] = set()
    for part in uid_set(uids).split(","):
        first, _, last = part.partition(":")
        assert int(last or first) - int(first) < len(uids)
        named.update(range(int(first), int(last or first) + 1))
    assert named == uids


@given(st.lists(st.one_of(st.none(), st.binary(), st.tuples(st.binary(), st.binary()))))
def test_any_answer_is_read_or_refused(items: list[Item]) -> None:
    read_listing(items)
    try:
        list(read_bodies(items))
    except ShortReadError:
        return
