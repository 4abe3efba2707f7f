"""What is wrong with hours is named with its key and its mend."""

import pytest

from cases.hours import Hours, faults, minutes

GOOD = ("08:30-12:00", "13:00-17:00")


def keys(**changes: object) -> set[str]:
    values = {"week": {"mon": GOOD}, **changes}
    return {key for key, _, _ in faults(Hours(**values))}


@pytest.mark.parametrize(
    ("span", "read"),
    [("08:30-17:00", (510, 1020)), ("00:00-24:00", (0, 1440)), ("23:59-24:00", (1439, 1440))],
)
def test_a_span_is_read_in_minutes(span: str, read: tuple[int, int]) -> None:
    assert minutes(span) == read


@pytest.mark.parametrize(
    "span",
    [
        "",
        "8:30-17:00",
        "08:30",
        "08:30-24:01",
        "24:00-24:00",
        "25:00-26:00",
        "08:60-09:00",
        "17:00-08:30",
        "09:00-09:00",
        "08:30–17:00",
        "08:30-17:00 ",
        "08:30-17:00\n",
        "٠٨:30-17:00",
    ],
)
def test_what_is_no_span_is_refused_and_named(span: str) -> None:
    with pytest.raises(ValueError, match=r"does not end|not a span"):
        minutes(span)
    assert keys(week={"mon": (span,)}) == {"week.mon.0"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"week": {"monday": GOOD}}, "week.monday"),
        ({"week": {"mon": ("08:30-12:00", "11:59-17:00")}}, "week.mon.1"),
        ({"week": {"mon": ("13:00-17:00", "08:30-12:00")}}, "week.mon.1"),
        ({"closed": ("2026-02-29",)}, "closed.0"),
        ({"closed": ("02-30",)}, "closed.0"),
        ({"closed": ("24/12",)}, "closed.0"),
        ({"closed": ("20261224",)}, "closed.0"),
        ({"closed": ("2026-12-24", "2026-W01-1")}, "closed.1"),
        ({"exceptions": {"12-05": GOOD}}, "exceptions.12-05"),
        ({"exceptions": {"2026-12-05": ("10-12",)}}, "exceptions.2026-12-05.0"),
        ({"week": {}}, "week"),
        ({"week": {"mon": ()}}, "week"),
    ],
)
def test_a_fault_has_the_key_that_it_stands_under(changes: dict[str, object], key: str) -> None:
    assert keys(**changes) == {key}


def test_every_span_that_overlaps_an_earlier_one_is_named() -> None:
    assert keys(week={"mon": ("08:00-17:00", "09:00-10:00", "16:00-18:00", "18:00-19:00")}) == {
        "week.mon.1",
        "week.mon.2",
    }


def test_good_hours_have_no_fault() -> None:
    good = {"closed": ("02-29", "2026-12-24"), "exceptions": {"2026-12-05": ("10:00-12:00",), "2026-12-24": ()}}
    assert keys(**good) == set()
    assert keys(week={"mon": ("08:30-12:00", "12:00-17:00")}) == set()
