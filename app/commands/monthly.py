"""The monthly review as files and as JSON, for `aiguillage report`. docs/review.md says what each of its tables is."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.common import complain
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House
    from cases.monthly import Review
    from desk.dashboard.reckoning import Reckoning


@dataclass(frozen=True)
class Wanted:
    """The files that were asked for, and the language of what is in them ('' for the service's own)."""

    html: Path | None = None
    pdf: Path | None = None
    excel: Path | None = None
    lang: str = ""

    @property
    def any(self) -> bool:
        return any((self.html, self.pdf, self.excel))


def open_reckoning(house: "House") -> "Reckoning":
    """What counts the days of that house."""
    from desk.dashboard.reckoning import Reckoning

    return Reckoning(house.store, house.profile, house.calendars, house.clock)


def reviewed(house: "House", month: str, *, anew: bool) -> "Review":
    """The review of a month. Raises ConfigurationError where it is none, or has not begun."""
    from desk.dashboard.reviewing import Reviewing
    from desk.period import Kind, Period

    reckoning = open_reckoning(house)
    try:
        period = Period.around(Kind.MONTH, date.fromisoformat(f"{month}-01"))
    except ValueError as error:
        raise ConfigurationError([("--month", f"{month} is not a month", "write it as 2026-03")]) from error
    if period.first > house.clock().astimezone(reckoning.zone).date():
        raise ConfigurationError([("--month", f"{month} has not begun", "name a month that has")])
    return Reviewing(reckoning).review(period, anew=anew)


def write(house: "House", review: "Review", wanted: Wanted) -> None:
    """Write the files. What the review lacks is said on stderr. Raises ConfigurationError, OSError."""
    from desk.dashboard import paper
    from desk.dashboard.wording import Wording
    from desk.dashboard.workbook import workbook
    from desk.pages import Pages

    pages, lang = Pages(house.profile), _language(house, wanted.lang)
    if wanted.pdf:
        wanted.pdf.write_bytes(paper.pdf(pages, lang, review))
    if wanted.html:
        wanted.html.write_text(paper.html(pages, lang, review), encoding="utf-8")
    words = Wording(house.profile, pages.words(lang))
    if wanted.excel:
        wanted.excel.write_bytes(workbook(words, review))
    for lack in Wording(house.profile, pages.words("en")).missing(review):
        complain(lack)


def _language(house: "House", lang: str) -> str:
    from desk.words import LANGUAGES

    if lang and lang not in LANGUAGES:
        raise ConfigurationError([("--lang", f"{lang} is none of the languages", f"choose {', '.join(LANGUAGES)}")])
    return lang or house.profile.default_language


def said(review: "Review") -> dict[str, Any]:
    """The review as one JSON object."""
    from desk.dashboard.plain import plain

    return {"review": plain(review)}


def listed(review: "Review") -> list[dict[str, Any]]:
    """The five service levels as rows for people."""
    from cases.figures import Unit
    from desk.dashboard.wording import cut
    from desk.words import catalogue

    texts = catalogue("en")

    def shown(unit: Unit, value: float | None) -> str:
        if value is None:
            return "-"
        return f"{cut(value):.1f}%" if unit is Unit.SHARE else f"{value:.1f} s"

    return [
        {
            "service_level": texts[f"figure.{one.name}.title"],
            "value": shown(one.unit, one.value) + {True: " ok", False: " !", None: ""}[one.met],
            "goal": f"{'<' if one.unit is Unit.SECONDS else '>'} {shown(one.unit, one.goal)}",
            "of": str(one.whole),
        }
        for one in review.levels
    ]
