"""What the phone counts on a day, under names as in `cases.daily`. Pure: records of calls in, counts out.

The figures of `cases.figures` are about any window; these are about one day, so that days add up.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from cases.daily import Counts
from cases.figures import (
    AGAIN_WITHIN,
    CallRecord,
    Promise,
    Window,
    first_contacts,
    is_offered,
    is_short,
    promised,
    time_to_answer,
)
from cases.phone import Phone

MICROSECOND = timedelta(microseconds=1)
RUNNING = "running"
"""Stands for the fate that a call does not have yet."""
WAITED = "phone/waited_us"


def phone_counts(calls: Sequence[CallRecord], day: Window, rules: Phone, zone: ZoneInfo) -> Counts:
    """The counts of the calls that started on that day. `calls` reach `AGAIN_WITHIN` further in both directions; so
    far, and no further, callbacks are followed."""
    followed = [_until(call, day) for call in calls]
    promises = {id(one.call): one for one in promised(followed)}
    mine = [call for call in followed if day.holds(call)]
    found = Counter(name for call in mine for name in _names(call, promises.get(id(call)), rules, zone))
    found.update(_of_contacts(followed, day))
    waits = [wait for call in mine if is_offered(call, None, rules) and (wait := time_to_answer(call)) is not None]
    if waits:
        found["phone/waits"], found[WAITED] = len(waits), sum(waits, timedelta()) // MICROSECOND
        found["phone/within_charter"] = sum(wait.total_seconds() <= rules.charter for wait in waits)
    found.update(_of_callbacks([promises[id(call)] for call in mine if id(call) in promises], day))
    return +found


def _until(call: CallRecord, day: Window) -> CallRecord:
    tries = tuple(one for one in call.tries if one.at < day.until + AGAIN_WITHIN)
    return call if len(tries) == len(call.tries) else replace(call, tries=tries)


def _names(call: CallRecord, promise: Promise | None, rules: Phone, zone: ZoneInfo) -> Iterator[str]:
    yield "phone/received"
    yield f"hour/{call.started_at.astimezone(zone).hour:02d}/calls"
    yield f"line/{call.line}/{call.fate or RUNNING}"
    yield f"phone/fate/{call.fate or RUNNING}"
    if is_offered(call, promise, rules):
        yield "phone/offered"
        if call.fate in ("answered", "callback"):
            yield "phone/answered"
    if is_short(call, rules):
        yield "phone/short"
    if call.closed and call.offered_at is not None:
        yield "phone/outside_hours"


def _of_contacts(calls: Sequence[CallRecord], day: Window) -> Counts:
    first = first_contacts(calls, day)
    solved = sum(one for _, one in first)
    return Counter({"phone/first_contacts": len(first), "phone/first_contacts_resolved": solved})


def _of_callbacks(promises: Sequence[Promise], day: Window) -> Counts:
    due = [one for one in promises if one.is_due(day.now)]
    kept = sum(one.kept for one in due)
    return Counter({"phone/callbacks": len(promises), "phone/callbacks_due": len(due), "phone/callbacks_kept": kept})
