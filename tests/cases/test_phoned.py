"""A day of calls says the same as the figures of the phone, as far as both say it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.figures import FATES, CallRecord, Try, Window, report
from cases.levels import levels
from cases.phone import Phone
from cases.phoned import phone_counts

BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = datetime(2026, 3, 24, 0, 0, tzinfo=UTC)
WINDOW = Window(DAY, DAY + timedelta(days=1), DAY + timedelta(days=14))


@st.composite
def calls(draw: st.DrawFn) -> CallRecord:
    at = DAY + timedelta(hours=draw(st.integers(-160, 180)), minutes=draw(st.integers(0, 59)))
    fate = draw(st.sampled_from((*FATES, "")))
    offered = at + timedelta(seconds=10) if draw(st.booleans()) else None
    wait = timedelta(milliseconds=draw(st.integers(0, 300_000)))
    asked = fate == "callback"
    tries = draw(st.lists(st.builds(Try, st.integers(1, 90).map(lambda n: at + timedelta(hours=n)), st.booleans())))
    return CallRecord(
        line=draw(st.sampled_from(("1718", ""))),
        started_at=at,
        person=draw(st.sampled_from(("a", "b", ""))),
        topic=draw(st.sampled_from(("notice", ""))),
        offered_at=offered,
        closed=draw(st.booleans()),
        queued_at=offered,
        answered_at=offered + wait if offered and fate == "answered" else None,
        ended_at=at + timedelta(minutes=9),
        fate=fate,
        callback="+32470001234" if asked else "",
        asked_at=at + timedelta(seconds=30) if asked else None,
        promised_by=at + timedelta(days=1) if asked else None,
        tries=tuple(tries) if asked else (),
    )


@given(st.lists(calls(), max_size=30))
def test_a_day_of_calls_has_the_figures_of_its_window(records: list[CallRecord]) -> None:
    figures = {one.name: one.value for one in report(records, WINDOW, Phone())}
    counts = phone_counts(records, WINDOW, Phone(), BRUSSELS)
    for figure, name in {
        "received": "phone/received",
        "offered": "phone/offered",
        "answered": "phone/answered",
        "short_abandons": "phone/short",
        "outside_hours": "phone/outside_hours",
        "deflected": "phone/fate/deflected",
        "callbacks": "phone/callbacks",
        "callbacks_due": "phone/callbacks_due",
        "callbacks_kept": "phone/callbacks_kept",
        "first_contacts": "phone/first_contacts",
        "first_contacts_resolved": "phone/first_contacts_resolved",
    }.items():
        assert counts[name] == figures[figure], name
    for level in levels(counts, Phone())[:3]:
        name = {"first_contact": "first_contact_resolution"}.get(level.name, level.name)  # where calls are all there is
        assert level.value == pytest.approx(figures[name])
    assert sum(number for name, number in counts.items() if name.startswith("line/")) == figures["received"]


def test_a_callback_is_followed_for_a_week() -> None:
    asked = {"callback": "+32470001234", "asked_at": DAY, "promised_by": DAY, "fate": "callback", "offered_at": DAY}
    reached = [Try(WINDOW.until + timedelta(days=days), True) for days in (6, 8)]
    in_time, late = (CallRecord(line="1718", started_at=DAY, tries=(one,), **asked) for one in reached)
    assert phone_counts([in_time], WINDOW, Phone(), BRUSSELS)["phone/answered"] == 1
    assert phone_counts([late], WINDOW, Phone(), BRUSSELS)["phone/answered"] == 0
