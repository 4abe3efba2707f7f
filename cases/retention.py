"""How long each kind of data is kept: the periods of a profile, in days, and the moment before which data goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.hours import Fault


class Kept(StrEnum):
    """The kinds of data, by the keys of their periods. AUDIO has its own in `phone.voicemail_days`."""

    RAW_MAIL = "raw_mail"
    ATTACHMENTS = "attachments"
    AUDIO = "audio"
    TRANSCRIPTS = "transcripts"
    CASES = "cases"
    CALLS = "calls"
    AUDIT = "audit"


_STRICT = {"strict": True, "extra": "forbid"}
LONGEST = 36_525
"""Days of a century: what is kept longer is an archive's, not a helpdesk's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days, counted from when a case was closed, or the one that it was merged into; from when it came for what has
    no case, and for calls; from when it was written for the audit. A mail that has files goes once either period is
    over, its bytes being one."""

    __pydantic_config__ = _STRICT
    raw_mail: int = 365
    attachments: int = 365
    transcripts: int = 365
    cases: int = 1_826
    calls: int = 731
    audit: int = 1_826

    def before(self, kind: Kept, now: datetime) -> datetime:
        """What is older than this goes."""
        return now - timedelta(days=self.days(kind))

    def days(self, kind: Kept) -> int:
        """The period of a kind, which is not AUDIO."""
        days: int = getattr(self, kind.value)
        return min(days, self.raw_mail) if kind is Kept.ATTACHMENTS else days


PERIODS = tuple(kind for kind in Kept if kind is not Kept.AUDIO)


def faults(retention: Retention, reopen_days: int) -> Iterator[Fault]:
    """What makes no sense of the periods: (key, cause, mend) each."""
    for kind in PERIODS:
        days: int = getattr(retention, kind.value)
        if not 1 <= days <= LONGEST:
            yield f"retention.{kind}", f"{days} is no number of days", f"write 1 to {LONGEST}"
    for kind in (Kept.RAW_MAIL, Kept.ATTACHMENTS, Kept.TRANSCRIPTS):
        if getattr(retention, kind.value) > retention.cases:
            mend = "the case is erased with all that belongs to it: shorten this, or lengthen retention.cases"
            yield f"retention.{kind}", f"is longer than retention.cases, {retention.cases}", mend
    if retention.cases < reopen_days:
        mend = "an answer within these days opens the case again: keep cases at least as long"
        yield "retention.cases", f"is shorter than matching.reopen_days, {reopen_days}", mend
