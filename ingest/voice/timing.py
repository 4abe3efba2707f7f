"""What a call means for the clocks of its case: who was spoken to has been answered, who asked for nothing is done."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from cases.case import EntryKind, Status
from cases.event import Channel, Tags
from cases.timers import Calendars
from cases.triage import Opening, Triage, kept_here, triage
from ingest.clocks import retimed
from ingest.voice.call import Call
from store.timelines import Line, Timeline
from store.tx import Transaction


def begun(call: Call, lang: str, calendars: Calendars, now: datetime) -> Triage:
    """What the case of a call begins with. A person of ours speaks with the caller: nothing is passed on at once."""
    tags = Tags(lang=lang, category="", motif="", tool=call.tool, scope="in")
    return kept_here(triage(Opening(channel=Channel.PHONE, source=call.line, tags=tags), calendars, now))


def moves(before: str, after: Status) -> Iterator[EntryKind]:
    """The line that says how a status changed, as the clocks read it."""
    if after is Status.CLOSED and before != Status.CLOSED:
        yield EntryKind.CLOSED
    elif before == Status.CLOSED and after is not Status.CLOSED:
        yield EntryKind.REOPENED
    elif before == Status.WAITING and after is Status.OPEN:
        yield EntryKind.RESUMED


def add(tx: Transaction, timeline: Timeline, entries: Sequence[dict[str, Any]], calendars: Calendars) -> None:
    """Add these lines, at least one, to a timeline, and set the case's clocks by them."""
    tx.cases.add_entries(entries)
    lines = [Line(one["kind"], one["at"], one["data"]) for one in entries]
    now = entries[-1]["at"]
    timers = retimed(timeline, lines, calendars, now)
    tx.alarms.set([{"id": timeline.case_id, "touched_at": now, **timers.columns()}])
