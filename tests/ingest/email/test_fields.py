from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.fields import message_ids, parse_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 2 Mar 2026 09:00:00 +0100", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2 Mar 2026 09:00 GMT", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 09:00:60 -0000 (UTC)", datetime(2026, 3, 2, 9, 0, 59, tzinfo=UTC)),
        ("Mon, 02 Mar 26 09:00:00 EST", datetime(2026, 3, 2, 14, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 09:00:00 CEST", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("Mon Mar  2 09:00:00 2026", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("hier matin", None),
        ("Mon, 31 Feb 2026 09:00:00 +0100", None),
        ("Mon, 2 Mar 9999 09:00:00 +0100", None),
        ("Mon, 2 Mar 2026 09:00:00 +9999", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    assert parse_date(value) == expected


@given(st.text(max_size=80))
def test_any_date_is_read_or_is_none(value: str) -> None:
    moment = parse_date(value)
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@example.org>", ("<a@example.org>",)),
        ("<a@example.org> <b@example.org>\t<a@example.org>", ("<a@example.org>", "<b@example.org>")),
        ("<a@ example.org>", ("<a@example.org>",)),
        ("a@example.org", ("<a@example.org>",)),
        ("Your message of Monday", ()),
        ("<>", ()),
        ("<\xcc\xb8a@example.org>", ("\u226ea@example.org>",)),
        ("", ()),
    ],
)
def test_message_identifiers(value: str, expected: tuple[str, ...]) -> None:
    assert message_ids(value) == expected
