"""A period's review out of its days, the months before and the articles. `aiguillage report` and the desk ask here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cases import monthly
from cases.daily import Counts
from cases.incidents import Announced
from cases.knowledge import Gap
from cases.major import Word
from cases.monthly import Beside, Review
from desk.dashboard.reckoning import Reckoning
from desk.period import Kind, Period

MONTHS_BEFORE = 3


@dataclass(frozen=True)
class Reviewing:
    """The reviews of one service."""

    reckoning: Reckoning

    def review(self, period: Period, *, recent: bool = False, anew: bool = False) -> Review:
        """The whole review of a period, as it is known now; a month stands beside those before it. `recent` takes what
        was kept last, `anew` reads events only."""
        reckoning, how = self.reckoning, {"recent": recent, "anew": anew}
        counted = reckoning.days(period.first, period.last, **how)
        months = months_before(period, MONTHS_BEFORE) if period.kind is Kind.MONTH else ()
        earlier = {month.first: reckoning.topics(month.first, month.last, **how) for month in months}
        beside = self._beside(earlier, self._without_article(period))
        beside = replace(beside, incidents=self._incidents(period))
        found = monthly.review(self._known(period), counted, beside)
        return found if months else _without(found, "no_earlier")

    def brief(self, period: Period) -> Review:
        """The same of what was kept last, without the months before and the articles: it is read at once."""
        counted = self.reckoning.days(period.first, period.last, recent=True)
        found = monthly.review(self._known(period), counted, self._beside({}, None))
        return _without(found, *monthly.OF_BESIDE)

    def _known(self, period: Period) -> monthly.Period:
        now = self.reckoning.clock()
        end = period.window(self.reckoning.zone)[1]
        settled = self.reckoning.is_settled(period.last, now)
        return monthly.Period(period.first, period.last, now, now >= end, settled)

    def _beside(self, earlier: dict[date, Counts], without_article: Sequence[Gap] | None) -> Beside:
        profile = self.reckoning.profile
        return Beside(
            earlier=earlier,
            categories={motif.id: motif.category for motif in profile.motifs},
            without_article=without_article,
            phone=profile.phone,
            scopes=profile.scopes,
        )

    def _without_article(self, period: Period) -> Sequence[Gap] | None:
        """None where there is no article at all, so that nothing can be said of what has none."""
        reckoning = self.reckoning
        begin, end = period.window(reckoning.zone)
        with reckoning.store.reading() as tx:
            own = reckoning.profile.articles
            if not own and not tx.articles.all():
                return None
            return tx.articles.missing(begin, end, reckoning.zone, own)

    def _incidents(self, period: Period) -> list[Announced]:
        begin, end = period.window(self.reckoning.zone)
        with self.reckoning.store.reading() as tx:
            rows = tx.incidents.announced(begin, end)
        return [
            Announced(
                id=row.id,
                tool=row.tool,
                cases=row.cases,
                since=row.since,
                told_at=next(datetime.fromisoformat(one["at"]) for one in row.history if one["what"] == Word.ANNOUNCED),
                ended_at=row.ended_at,
            )
            for row in rows
        ]


def _without(review: Review, *lacks: str) -> Review:
    """The review, in which that is not missed."""
    return replace(review, missing=tuple(one for one in review.missing if one not in lacks))


def months_before(period: Period, number: int) -> list[Period]:
    """The calendar months before the one in which a period begins, oldest first."""
    found: list[Period] = []
    month = Period.around(Kind.MONTH, period.first)
    while len(found) < number:
        month = Period.around(Kind.MONTH, month.previous)
        found.append(month)
    return found[::-1]
