"""Simulated time: what is to happen is kept in order and happens when somebody lets time pass. Nothing sleeps."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from threading import Lock, RLock

Action = Callable[[], None]


class Timeline:
    """Seconds since `start`. Any thread may add; one at a time lets time pass."""

    def __init__(self, start: datetime) -> None:
        self.seconds = 0.0
        self._start = start
        self._order = count()
        self._planned: list[tuple[float, int, Action]] = []
        self._adding = Lock()
        self._passing = RLock()

    @property
    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.seconds)

    def after(self, seconds: float, action: Action) -> None:
        """Plan something. What is planned for the same moment happens in the order in which it was planned."""
        with self._adding:
            heapq.heappush(self._planned, (self.seconds + max(0.0, seconds), next(self._order), action))

    def advance(self, seconds: float = 0.0) -> None:
        """Let time pass, and happen what is due meanwhile."""
        with self._passing:
            end = self.seconds + seconds
            while (due := self._due(end)) is not None:
                self.seconds, _, action = due
                action()
            self.seconds = end

    def advance_to_next(self, limit: float) -> bool:
        """Let time pass until the next thing has happened; False where nothing does within `limit` seconds."""
        with self._passing:
            due = self._due(self.seconds + limit)
            if due is None:
                return False
            self.seconds, _, action = due
            action()
            return True

    def _due(self, end: float) -> tuple[float, int, Action] | None:
        with self._adding:
            return heapq.heappop(self._planned) if self._planned and self._planned[0][0] <= end else None
