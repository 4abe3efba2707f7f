"""The clocks of a case that something was added to, computed anew from its whole timeline."""

from collections.abc import Sequence
from datetime import datetime

from cases.timers import Calendars, Timers, events, said, timers
from cases.triage import case_target
from store.timelines import Line, Timeline


def retimed(timeline: Timeline, added: Sequence[Line], calendars: Calendars, now: datetime) -> Timers:
    """The timers of a case once these lines stand on its timeline too."""
    lines = [*timeline.lines, *added]
    return timers(
        events(timeline.opened_at, lines),
        case_target(calendars.profile, timeline.assessment.priority, timeline.category, review=timeline.review),
        calendars.of_clocks(timeline.source, timeline.n2),
        calendars.profile,
        (now, said(lines)),
    )
