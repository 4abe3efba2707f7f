"""Clocks after a change of what the profile promises: every case that has one is looked at again.

Nothing is computed here. The sweep looks at each case once more, moves its clocks from the case's first moment on, and
says what is due by the new ones; what was said is not said again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cases.profile import Profile
from store.tx import Store

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Recompute:
    """Marks the cases of one service. `holidays` is the edition of the public holidays."""

    store: Store
    profile: Profile
    holidays: str
    clock: Callable[[], datetime]

    def process(self) -> int:
        """Mark every case that has a clock, where the promises are others than those marked for last; how many.

        What a crash leaves undone is begun anew: marking twice does no harm.
        """
        promised, marked, last = promises(self.profile, self.holidays), 0, 0
        with self.store.reading() as tx:
            if tx.alarms.promises() == promised:
                return 0
        while True:
            with self.store.transaction("clocks.recompute") as tx:
                tx.known.serialise()
                found = tx.alarms.look_again(last, BATCH, self.clock())
                if len(found) < BATCH:
                    tx.alarms.promise(promised)
                    return marked + len(found)
            marked, last = marked + len(found), max(found)


def promises(profile: Profile, holidays: str) -> int:
    """A number that is another one where a target, a calendar, or what a calendar holds for has changed."""
    parts = (
        *(profile.targets, profile.reminders, profile.timezone, sorted(profile.hours.items(), key=lambda one: one[0])),
        sorted((box.name, box.hours) for box in profile.mailboxes),
        sorted((line.name, line.hours) for line in profile.lines),
        sorted((one.id, one.hours) for one in profile.second_level),
        holidays,
    )
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7])
