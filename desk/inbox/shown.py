"""The badges of a row in the reader's words; each is a word, and a shape beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cases.case import Status
from cases.due import ClockKind
from cases.timers import Calendars
from desk.pages import Named
from desk.service import Service
from desk.words import Words
from ingest.voice.numbers import written

_COLUMNS = {
    ClockKind.RESPONSE: "response_due_at",
    ClockKind.RESOLUTION: "resolution_due_at",
    ClockKind.N2: "n2_due_at",
}
_LONG = 10
"""From so many hours on nobody counts the minutes."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its shape (`parts.html`) and the kind of chip that it is; `at` is the moment that it is about."""

    shape: str
    text: str
    kind: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """The rows of one list, for one reader, now."""

    service: Service
    t: Words

    def clock(self, case: Any) -> Badge | None:
        """The clock that runs out next: what remains of its working time, or by how much it is overdue."""
        running = [(at, kind) for kind, column in _COLUMNS.items() if (at := getattr(case, column))]
        if case.status == Status.CLOSED or not running:
            return self._stopped(case)
        at, kind = min(running)
        left = self._calendars.of(case.source).worked(self._now, at)
        if at < self._now:
            return Badge("bad", self._overdue(left), "bad", at)
        what = self.t(f"inbox.clock.{kind}")
        return Badge("wait", self.t("inbox.clock.left", what=what, time=spoken(self.t, left)), "", at)

    def _overdue(self, left: timedelta) -> str:
        """Nobody has worked a minute since, where it ran out at closing time."""
        if abs(left) < timedelta(minutes=1):
            return self.t("inbox.clock.over")
        return self.t("inbox.clock.overdue", time=spoken(self.t, left))

    def _stopped(self, case: Any) -> Badge | None:
        if case.status == Status.CLOSED:
            return Badge("good", self.t("inbox.clock.closed"), "quiet", case.closed_at)
        return Badge("none", self.t("inbox.clock.paused"), "quiet") if case.status == Status.WAITING else None

    def category(self, case: Any, label: str) -> Badge:
        """What it is about, with who said so, or how sure the model was, in percent; doubted where a person is to
        look."""
        text = self._about(case, label)
        shape = Named(self.service.profile, self.t).shape(case.category)
        return Badge("look", text, "look") if case.review else Badge(shape, text, shape)

    def _about(self, case: Any, label: str) -> str:
        if who := (case.tags or {}).get("checked_by"):
            return self.t("inbox.checked", label=label, who=Named(self.service.profile, self.t).agent(who))
        sure = confidence(case)
        return label if sure is None else self.t("inbox.sure", label=label, n=sure)

    def promise(self, callback: Any) -> Badge:
        """Whether a promised call is still in time."""
        if callback.promised_by < self._now:
            return Badge("bad", self.t("inbox.callback.late"), "bad", callback.promised_by)
        due = callback.call_at <= self._now
        return Badge("wait", self.t("inbox.callback.due" if due else "inbox.callback.later"), "", callback.call_at)

    def number(self, number: str) -> str:
        return written(number)

    @cached_property
    def _calendars(self) -> Calendars:
        return Calendars(self.service.profile, self.service.calendars)

    @cached_property
    def _now(self) -> datetime:
        return self.service.clock()


def spoken(t: Words, time: timedelta) -> str:
    """Working time for people, sign left out: minutes, then hours and minutes, then hours."""
    hours, minutes = divmod(int(abs(time).total_seconds() // 60), 60)
    if hours >= _LONG:
        return t("inbox.clock.hours", h=hours)
    return t("inbox.clock.hours_minutes", h=hours, m=f"{minutes:02}") if hours else t("inbox.clock.minutes", m=minutes)


def confidence(case: Any) -> int | None:
    """How sure the model was of the motif, in percent; None where no model said anything."""
    said = (case.tags or {}).get("confidence", {}).get("motif")
    return None if said is None else min(99, int(100 * said))
