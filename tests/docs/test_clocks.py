"""docs/clocks.md is true: its tables are the code's, and every worked example comes out as it says."""

import json
import tomllib
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from app.holidays import calendar
from cases.alarms import alarms
from cases.clock import Calendar
from cases.due import MOVES, ClockKind, Event, EventKind, clocks
from cases.hours import Hours, faults
from cases.priority import Priority
from cases.targets import TARGETS, Reminders, target_for
from tests.cases.values import profile
from tests.docs.tables import DOCS, Row, rows, sections

PAGE = "clocks.md"
BRUSSELS = ZoneInfo("Europe/Brussels")
WRITTEN = "%a %Y-%m-%d %H:%M:%S"
REMINDERS = Reminders()


def hours() -> dict[str, Hours]:
    """The hours in the page's block of TOML, read as a profile's are."""
    block = (DOCS / PAGE).read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    return TypeAdapter(dict[str, Hours]).validate_json(json.dumps(tomllib.loads(block)["hours"]))


SERVICE = profile(hours=hours())
CALENDARS: dict[str, Calendar] = {name: calendar(SERVICE, name) for name in SERVICE.hours}


def at(cell: str) -> datetime:
    """A moment of the page; its weekday is right."""
    moment = datetime.strptime(cell, WRITTEN).replace(tzinfo=BRUSSELS)
    assert moment.strftime(WRITTEN) == cell
    return moment.astimezone(UTC)


def written(moment: datetime | None) -> str:
    return moment.astimezone(BRUSSELS).strftime(WRITTEN) if moment else ""


def test_the_hours_of_the_page_have_no_fault() -> None:
    assert [fault for each in SERVICE.hours.values() for fault in faults(each)] == []


@pytest.mark.parametrize("row", rows(PAGE, "hours | at"), ids=lambda row: f"{row['hours']} {row['at']}")
def test_open_or_closed(row: Row) -> None:
    opening, moment = CALENDARS[row["hours"]], at(row["at"])
    assert opening.is_open(moment) == (row["open"] == "yes")
    assert written(opening.next_opening(moment)) == row["next opening"]
    assert written(opening.next_closing(moment)) == row["next closing"]


@pytest.mark.parametrize("row", rows(PAGE, "hours | from"), ids=lambda row: row["why"])
def test_working_time(row: Row) -> None:
    opening, begin, working = CALENDARS[row["hours"]], at(row["from"]), timedelta(hours=float(row["hours of work"]))
    assert written(opening.after(begin, working)) == row["until"]
    assert opening.worked(begin, at(row["until"])) == working


def test_a_day_of_23_hours_and_one_of_25() -> None:
    always = Calendar(Hours(week=dict.fromkeys(("sun",), ("00:00-24:00",))), "Europe/Brussels", lambda _: False)
    lengths = [
        end - begin for day in ("2026-03-29", "2026-10-25") for begin, end in always.spans(date.fromisoformat(day))
    ]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


def test_every_event_is_explained() -> None:
    assert [row["event"] for row in rows(PAGE, "event | meaning")] == list(EventKind)


def test_every_move_is_listed() -> None:
    listed = [tuple(row.values()) for row in rows(PAGE, "clock | state | event")]
    assert listed == [(kind, *key, after) for kind, moves in MOVES.items() for key, after in moves.items()]


def test_the_targets_are_the_defaults() -> None:
    listed = [
        (row["priority"], *(float(row[name]) for name in ("response", "resolution", "second level")))
        for row in rows(PAGE, "priority")
    ]
    assert listed == [(target.priority, *astuple(target)[2:]) for target in TARGETS]


EVENTS = sections(PAGE, "at")
RESULTS = {heading: table for heading, table in sections(PAGE, "clock").items() if heading in EVENTS}


def events(example: str) -> list[Event]:
    return [Event(at(row["at"]), EventKind(row["event"])) for row in EVENTS[example]]


@pytest.mark.parametrize("example", EVENTS)
def test_a_worked_example(example: str) -> None:
    first = RESULTS[example][0]
    target = target_for(TARGETS, Priority(first["priority"]), "")
    found = clocks(events(example), target, dict.fromkeys(ClockKind, CALENDARS[first["hours"]]), REMINDERS.warn_at)
    assert [
        {**first, "clock": one.kind, "state": one.state, "warning": written(one.warn_at), "due": written(one.due_at)}
        for one in found
    ] == RESULTS[example]


def test_the_alarms_of_the_second_example() -> None:
    told, line = events(list(EVENTS)[1]), CALENDARS["line"]
    running = clocks(told, target_for(TARGETS, Priority.P2, ""), dict.fromkeys(ClockKind, line), REMINDERS.warn_at)
    found = [(one.kind, one.about, written(one.at)) for one in alarms(told, running, REMINDERS, line)]
    assert found == [tuple(row.values()) for row in rows(PAGE, "alarm")]
