"""Where a case stands, for a caller who keyed its code. What it is about and whose it is, nobody is told."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.case import Status
from cases.codes import Codes
from ingest.voice.call import Call
from ingest.voice.event import Standing
from store.tx import Transaction

MOST_IN_CALL = 6
"""Wrong codes that one call may key, however often it comes back to the question."""
MOST_BY_CALLER = 10
MOST_HIDDEN = 30
"""The same within a day: by one number, and by all who hide theirs together."""
DAY = timedelta(days=1)
FORGOTTEN = timedelta(days=90)
"""A case that was closed so long ago is not known any more."""
_LIKE_A_CODE = re.compile("[5-9][0-9]{7}")


def is_code(digits: str) -> bool:
    """Whether that was keyed as a code, right or wrong, and not as a case number."""
    return _LIKE_A_CODE.fullmatch(digits) is not None


@dataclass(frozen=True, slots=True)
class Standings:
    """Looks codes up, and counts those that are none."""

    codes: Codes

    def of(self, tx: Transaction, call: Call, digits: str, now: datetime) -> Standing:
        """What that caller may be told; the try is noted."""
        if self._is_limited(tx, call, now):
            return Standing(limited=True)
        identity = self.codes.case(digits, now)
        found = tx.cases.standing(identity) if identity else None
        if found is None or found.hidden or (found.closed_at and found.closed_at < now - FORGOTTEN):
            tx.code_tries.note(call.id, call.person_key, now, known=False)
            return Standing()
        tx.code_tries.note(call.id, call.person_key, now, known=True)
        due_at = found.response_due_at if found.status in (Status.NEW, Status.OPEN) else None
        return Standing(status=found.status, due_at=due_at if due_at and due_at > now else None)

    def _is_limited(self, tx: Transaction, call: Call, now: datetime) -> bool:
        if tx.code_tries.wrong_in(call.id) >= MOST_IN_CALL:
            return True
        most = MOST_BY_CALLER if call.person_key else MOST_HIDDEN
        return tx.code_tries.wrong_by(call.person_key, now - DAY) >= most
