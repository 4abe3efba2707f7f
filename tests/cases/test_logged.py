"""Calls off the line: what can be typed, what cannot, and which rows are the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.logged import Fault, Field, LoggedCall, Outcome, Rules, Wrong, keyed, read
from tests.cases.values import PROFILE

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
TYPED = {
    Field.DATE: "2026-03-24",
    Field.AGENT: "Anne",
    Field.MOTIF: "acces",
    Field.TOOL: "notice",
    Field.REASON: "Mot de passe",
    Field.OUTCOME: "solved",
}


def belgian(text: str) -> str:
    """Stands in for the real reader of numbers."""
    digits = text.replace(" ", "")
    return "+32" + digits[1:] if digits.startswith("0") and digits.isdigit() else ""


RULES = Rules(profile=PROFILE, number=belgian, now=NOW)


def typed(**changes: str) -> Any:
    return read(TYPED | {Field(name): text for name, text in changes.items()}, RULES)


def test_the_fewest_fields_make_a_call() -> None:
    assert typed() == LoggedCall(
        key="",
        at=datetime(2026, 3, 23, 23, 0, tzinfo=UTC),
        agent="Anne",
        name="",
        number="",
        lang="fr",
        motif="acces",
        tool="notice",
        reason="Mot de passe",
        outcome=Outcome.SOLVED,
        minutes=None,
    )


def test_every_field_is_taken() -> None:
    call = typed(time="9h05", lang="de", name="Jeanne Exemple", number="0470 00 12 34", minutes="4", key="k1")
    assert (call.at, call.number) == (datetime(2026, 3, 24, 8, 5, tzinfo=UTC), "+32470001234")
    assert (call.lang, call.name, call.minutes, call.key) == ("de", "Jeanne Exemple", 4, "k1")


@pytest.mark.parametrize("day", ["2026-03-24", "24/03/2026", "24.03.2026", "24-3-2026"])
def test_a_day_is_read_as_people_write_it(day: str) -> None:
    assert typed(date=day, time="09:00").at == datetime(2026, 3, 24, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("date", "", Wrong.MISSING),
        ("date", "30/02/2026", Wrong.NO_DATE),
        ("date", "03/24/2026", Wrong.NO_DATE),
        ("date", "0026-03-24", Wrong.NO_DATE),
        ("date", "2026-03-25", Wrong.FUTURE),
        ("time", "10:01", Wrong.FUTURE),
        ("time", "25:00", Wrong.NO_TIME),
        ("time", "matin", Wrong.NO_TIME),
        ("agent", " ", Wrong.MISSING),
        ("agent", "x" * 65, Wrong.TOO_LONG),
        ("motif", "autre", Wrong.UNKNOWN),
        ("tool", "permis de conduire", Wrong.UNKNOWN),
        ("outcome", "peut-être", Wrong.UNKNOWN),
        ("lang", "it", Wrong.UNKNOWN),
        ("number", "12", Wrong.NO_NUMBER),
        ("minutes", "-1", Wrong.NO_MINUTES),
        ("minutes", "601", Wrong.NO_MINUTES),
        ("minutes", "²", Wrong.NO_MINUTES),
        ("reason", "a\x00b", Wrong.UNPRINTABLE),
        ("reason", "x" * 2001, Wrong.TOO_LONG),
        ("key", "x" * 65, Wrong.TOO_LONG),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(field: str, text: str, wrong: Wrong) -> None:
    assert typed(**{field: text}) == (Fault(Field(field), wrong),)


def test_every_fault_is_said_at_once() -> None:
    assert [one.field for one in typed(date="?", motif="?", minutes="?")] == [Field.DATE, Field.MOTIF, Field.MINUTES]


def test_a_call_of_this_morning_without_a_time_is_not_in_the_future() -> None:
    early = Rules(profile=PROFILE, number=belgian, now=datetime(2026, 3, 24, 0, 30, tzinfo=UTC))
    assert isinstance(read(TYPED, early), LoggedCall)


def test_a_time_that_the_clock_skips_or_repeats_is_one_moment() -> None:
    later = Rules(profile=PROFILE, number=belgian, now=datetime(2026, 12, 1, tzinfo=UTC))
    skipped = read(TYPED | {Field.DATE: "2026-03-29", Field.TIME: "02:30"}, later)
    twice = read(TYPED | {Field.DATE: "2026-10-25", Field.TIME: "02:30"}, later)
    assert isinstance(skipped, LoggedCall)
    assert isinstance(twice, LoggedCall)
    assert skipped.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert twice.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_same_rows_have_the_same_keys_again_and_equal_rows_are_told_apart() -> None:
    rows = [typed(), typed(), typed(reason="Autre chose"), typed(key="own")]
    keys = [call.key for call in keyed(rows)]
    assert len(set(keys)) == 4
    assert keys[3] == "own"
    assert [call.key for call in keyed(rows)] == keys


def test_correcting_a_row_does_not_make_another_call() -> None:
    assert keyed([typed(outcome="solved")])[0].key == keyed([typed(outcome="escalated", tool="aucun")])[0].key


@given(st.dictionaries(st.sampled_from(Field), st.text(max_size=80)))
def test_whatever_is_typed_is_a_call_or_faults(fields: dict[Field, str]) -> None:
    found = read(fields, RULES)
    assert isinstance(found, LoggedCall) or found
