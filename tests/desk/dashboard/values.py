"""A review for tests, with hostile words where data can hold them."""

from collections import Counter
from datetime import UTC, date, datetime

from cases.knowledge import Gap
from cases.monthly import Beside, Period, Review, review
from cases.phone import Phone

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 2)
HOSTILE = "=cmd|'/c calc'!A1"
"""The id of a mailbox as no profile has it: a formula, if a program took it for one."""
COUNTS = Counter(
    {
        "cases": 3,
        "channel/email": 3,
        "hour/09/email": 3,
        "topic/notice/acces": 2,
        "topic/<b>/acces": 1,
        "electronic/in_time": 2,
        "electronic/late": 1,
        "phone/offered": 3,
        "phone/answered": 1,
        f"in/{HOSTILE}/case": 3,
        "line//running": 1,
        "satisfied": 1,
    }
)


def made() -> Review:
    """Two days, of which the first counted something."""
    earlier = {date(2026, 2, 1): Counter({"topic/notice/acces": 1})}
    beside = Beside(
        earlier=earlier,
        categories={},
        without_article=[Gap("notice", "acces", 1, 2)],
        phone=Phone(),
        scopes=("in", "metier", "imio_civadis", "autre_service", "spam"),
    )
    known = Period(FIRST, LAST, datetime(2026, 3, 5, tzinfo=UTC), True, False)
    return review(known, {FIRST: COUNTS, LAST: Counter()}, beside)
