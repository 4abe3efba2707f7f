"""A period's review out of its days, the months before and the articles. `aiguillage report` and the desk ask here."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from cases import monthly
from cases.daily import Counts
from cases.monthly import Beside, Review
from desk.dashboard.reckoning import Reckoning
from desk.period import Kind, Period

MONTHS_BEFORE = 3


@dataclass(frozen=True)
class Reviewing:
    """The reviews of one service."""

    reckoning: Reckoning

    def review(self, period: Period, *, anew: bool = False) -> Review:
        """The whole review of a period, as it is known now. `anew` reads events only, nothing that was kept."""
        reckoning = self.reckoning
        counted = reckoning.days(period.first, period.last, anew=anew)
        earlier = {
            month.first: reckoning.topics(month.first, month.last, anew=anew)
            for month in months_before(period, MONTHS_BEFORE)
        }
        return monthly.review(self._known(period), counted, self._beside(earlier, self._without_article(period)))

    def brief(self, period: Period) -> Review:
        """The same of what was kept last, without the months before and the articles: it is read at once."""
        counted = self.reckoning.days(period.first, period.last, recent=True)
        found = monthly.review(self._known(period), counted, self._beside({}, None))
        return replace(found, missing=tuple(one for one in found.missing if one not in monthly.OF_BESIDE))

    def _known(self, period: Period) -> monthly.Period:
        now = self.reckoning.clock()
        end = period.window(self.reckoning.zone)[1]
        settled = self.reckoning.is_settled(period.last, now)
        return monthly.Period(period.first, period.last, now, now >= end, settled)

    def _beside(self, earlier: dict[date, Counts], without_article: Counts | None) -> Beside:
        profile = self.reckoning.profile
        return Beside(
            earlier=earlier,
            categories={motif.id: motif.category for motif in profile.motifs},
            without_article=without_article,
            phone=profile.phone,
        )

    def _without_article(self, period: Period) -> Counts | None:
        """By topic; None where there is no article at all, so that nothing can be said of what has none."""
        reckoning = self.reckoning
        begin, end = period.window(reckoning.zone)
        with reckoning.store.reading() as tx:
            own = reckoning.profile.articles
            if not own and not tx.articles.all():
                return None
            gaps = tx.articles.missing(begin, end, own)
        return Counter({f"{gap.tool}/{gap.motif}": gap.cases for gap in gaps})


def months_before(period: Period, number: int) -> list[Period]:
    """The calendar months before the one in which a period begins, oldest first."""
    found: list[Period] = []
    month = Period.around(Kind.MONTH, period.first)
    while len(found) < number:
        month = Period.around(Kind.MONTH, month.previous)
        found.append(month)
    return found[::-1]
