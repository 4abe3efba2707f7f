"""docs/clocks.md says who is told of what, and the sweep does it; its examples come out when real cases are swept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.case import EntryKind
from cases.due import Event, EventKind
from store.tx import Store
from tests.cases.values import CITIZEN, TEAM
from tests.docs.tables import rows
from tests.docs.test_clocks import EVENTS, RESULTS, SERVICE, at, events
from tests.notify.sweeping import ANNA, DIGITAL, Floor, wall
from tests.notify.sweeping import SERVICE as STAFFED

TOLD = {(row["about"], row["alarm"]): row for row in rows("clocks.md", "about | alarm")}
PLACES = {"us": TEAM, "the second level": DIGITAL.address, "the requester": CITIZEN}


def test_every_alarm_is_told_to_whom_the_page_says(sqlite_store: Store) -> None:
    floor = Floor(sqlite_store)
    ours, theirs, waiting = (floor.open("03-02 09:00") for _ in range(3))
    floor.happen(theirs, "03-02 09:10", EntryKind.ANSWERED)
    floor.escalate(theirs, "03-02 09:20")
    floor.happen(waiting, "03-02 09:30", EntryKind.WAITING)
    floor.walk("05-01 12:00")
    found = {said[:2]: said[2:] for one in (ours, theirs, waiting) for said in told(floor, one)}
    assert found == {key: (row["mail"], PLACES[row["goes to"]], row["the queue"]) for key, row in TOLD.items()}


def told(floor: Floor, case: int) -> Iterator[tuple[str, str, str, str, str]]:
    """About what, which alarm, which mail, to whom, and whether the queue climbed."""
    lines = floor.lines(case)
    said = [line for line in lines if "key" in line.data]
    climbed = {lines[index - 1].id for index, line in enumerate(lines) if line.kind == EntryKind.ROUTED}
    for line, mail in zip(said, [one for one in floor.mails() if one.case_id == case], strict=True):
        queue = "climbs" if line.id in climbed else "stays"
        yield line.data["about"], line.kind, mail.kind, mail.recipient, queue


def test_who_has_a_case_and_asks_is_us(sqlite_store: Store) -> None:
    floor = Floor(sqlite_store)
    floor.open("03-02 09:00", agent="anna")
    floor.walk("03-02 13:00")
    assert [mail.recipient for mail in floor.mails("alarm")] == [TEAM, ANNA.address]


@pytest.mark.parametrize("example", EVENTS)
def test_a_worked_example_is_swept(sqlite_store: Store, example: str) -> None:
    """What stands beside the case is the page's, and warnings and ends are said when it says."""
    results, happened = RESULTS[example], events(example)
    running = [row for row in results if row["state"] == "running"]
    floor = Floor(sqlite_store, kept_by(results[0]["hours"]))
    one = floor.open(wall(happened[0].at), priority=results[0]["priority"])
    for event in happened[1:]:
        happen(floor, one, event)
    before, last = floor.case(one), len(floor.said(one))
    dues = {row["clock"]: getattr(before, f"{row['clock']}_due_at") for row in results}
    assert dues == {row["clock"]: at(row["due"]) if row in running else None for row in results}
    floor.walk(wall(max(at(row["due"]) for row in running) + timedelta(minutes=1)))
    expected = {(row[kind], row["clock"]) for row in running for kind in ("warning", "due")}
    expected = {(wall(at(moment)), about) for moment, about in expected if at(moment) > happened[-1].at}
    assert {(moment, about) for moment, _, about in floor.said(one)[last:]} == expected


def kept_by(hours: str) -> Any:
    """A service of people whose mailbox and second level keep these hours of the page."""
    boxes = tuple(replace(box, hours=hours) for box in STAFFED.mailboxes)
    return replace(STAFFED, hours=SERVICE.hours, mailboxes=boxes, second_level=(replace(DIGITAL, hours=hours),))


def happen(floor: Floor, case: int, event: Event) -> None:
    if event.kind is EventKind.ESCALATED:
        floor.escalate(case, wall(event.at))
        return
    if event.kind is EventKind.RETURNED:
        with floor.store.transaction("test.return") as tx:
            tx.escalations.end(tx.alarms.escalations([case])[case].id, "refused", event.at)
    floor.happen(case, wall(event.at), EntryKind(event.kind))
