"""The clocks of a case as its page shows them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.acting import Effect, timed
from cases.dossier import Dossier
from cases.due import ClockKind, State
from cases.timers import Calendars


@dataclass(frozen=True, slots=True)
class ShownClock:
    """`left` is working time, negative once the target is missed; `due_at` by the calendar, None while the clock does
    not run; `paused_at` since when the requester is waited for."""

    kind: ClockKind
    state: State
    left: timedelta
    late: bool
    due_at: datetime | None = None
    paused_at: datetime | None = None

    @property
    def hours(self) -> tuple[int, int]:
        """What is left, or how much too late it is: hours and minutes of working time."""
        minutes = int(abs(self.left).total_seconds()) // 60
        return divmod(minutes, 60)


def shown_clocks(case: Dossier, calendars: Calendars, now: datetime) -> Iterator[ShownClock]:
    """Every clock that has begun; a merged case has none: who asked is answered on the other one."""
    if case.merged_into is not None:
        return
    working = calendars.of_clocks(case.source, case.stays[-1].n2 if case.stays else "")
    for one in timed(case, Effect(), calendars, now).clocks:
        paused = one.state is State.PAUSED
        yield ShownClock(
            kind=one.kind,
            state=one.state,
            left=one.remaining(working[one.kind], now),
            late=one.is_overdue(now),
            due_at=one.due_at if one.state is State.RUNNING else None,
            paused_at=one.runs[-1].end if paused else None,
        )
