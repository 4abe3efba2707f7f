"""Deadlines that a message states, in French, German, Dutch and English.

A date counts only where the words around it make it a deadline (`avant le 12 mars`, `bis Freitag`, `binnen 48 uur`,
`the deadline is 3/4`). It is a sign that a case is urgent and nothing more: people see it and may correct it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

LONGEST = 2_000
"""Characters that are read; deadlines stand near the beginning."""


def _numbered(*names: str, start: int = 0) -> dict[str, int]:
    return {name: number for number, words in enumerate(names, start) for name in words.split()}


_MONTHS = _numbered(
    "janvier januar januari january jan janv",
    "fevrier februar februari february fev fevr feb febr",
    "mars marz maart march mrt mar",
    "avril april avr apr",
    "mai mei may",
    "juin juni june jun",
    "juillet juli july juil jul",
    "aout august augustus aug",
    "septembre september sept sep",
    "octobre oktober october oct okt",
    "novembre november nov",
    "decembre dezember december dec dez",
    start=1,
)
_WEEKDAYS = _numbered(
    "lundi montag maandag monday",
    "mardi dienstag dinsdag tuesday",
    "mercredi mittwoch woensdag wednesday",
    "jeudi donnerstag donderdag thursday",
    "vendredi freitag vrijdag friday",
    "samedi samstag zaterdag saturday",
    "dimanche sonntag zondag sunday",
)
_AHEAD = _numbered(
    "aujourd'hui soir heute vandaag vanavond today tonight evening",
    "demain morgen tomorrow",
    "apres-demain ubermorgen overmorgen",
)
_COUNTS = _numbered("", "une ein eine einem einer een one", "deux zwei twee two", "trois drei drie three")
_UNITS = {
    **dict.fromkeys(("h", "heure", "heures", "stunde", "stunden", "uur", "uren", "hour", "hours"), 1),
    **dict.fromkeys(("jour", "jours", "tag", "tage", "tagen", "dag", "dagen", "day", "days"), 24),
    **dict.fromkeys(("semaine", "semaines", "woche", "wochen", "week", "weken", "weeks"), 7 * 24),
}
"""Hours in a unit."""

_LETTERS = str.maketrans({chr(code): " " for code in range(128) if not re.match("[a-z]", chr(code))})
_DIGITS = str.maketrans({chr(code): " " for code in range(128) if not re.match("[0-9]", chr(code))})
"""What each leaves of a folded text is split at blanks; an expression would look at every character."""
_PLACES = {
    word: re.compile(rf"{word}(?<![a-z'-]{word})(?![a-z'-])") for word in (*_MONTHS, *_WEEKDAYS, *_AHEAD, *_COUNTS)
}
_PIECES = {word: re.split("['-]", word)[-1] for word in _PLACES}
_YEAR = r"(?:,? ?(?P<year>20\d\d))?"
_YEAR_FIRST = (re.compile(r"(?<![\d-])(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),)
_DAY_FIRST = (
    re.compile(r"(?<![\d/.,:-])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>20\d\d))?(?![/.:-]?\d)"),
    re.compile(
        r"(?<![\d/.,:])(?P<day>\d{1,2})(?:er|de|ste|st|nd|rd|th|e|\.)? ?(?:of )?(?P<month>[a-z]{3,9})\b\.?" + _YEAR
    ),
)
_MONTH_FIRST = (re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d/.:h]*\d)" + _YEAR),)
_SPAN = re.compile(rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}) ?-?(?P<unit>{'|'.join(_UNITS)})(?![a-z])")
_DATED = re.compile(r"[ ,.]+(?:den |le |the |de )?\d{1,2}(?![\d:]| ?[hu])")
"""What follows a weekday where the date says which."""

_AT_LAST = r"au plus tard|dernier delai|spatestens|uiterlijk|ten laatste|at the latest"
_BY = rf"avant|pour|d'ici|jusqu'au?|bis|vor|tegen|voor|tot|by|before|until|no later than|{_AT_LAST}"
_FILL = rf"le|la|ce|a|zum|am|dem|den|der|op|de|het|the|on|this|next|midi|noon|minuit|{'|'.join(_WEEKDAYS)}"
_BEFORE = re.compile(rf"(?<![a-z])(?:{_BY})(?:[ ,:]+(?:{_FILL}))*[ ,:]*$")
_AFTER = re.compile(rf"[ ,(]{{0,2}}(?:{_AT_LAST})")
_ENDS = re.compile(
    r"(?<![a-z])(?:echeance|date limite|delai|expire|cloture|deadline|frist|lauft|endet|ablauf|termijn|einddatum"
    r"|vervaldatum|vervalt|verloopt|loopt|eindigt|due|ends|lapses|closes|expires)(?![a-z])[^.?!;]*$"
)
_WITHIN = re.compile(
    r"(?<![a-z])(?P<word>d'ici|sous|dans(?: un delai de)?|endeans|innerhalb|in|binnen|over|within)"
    r"(?P<firm> ?(?:les|de|von|der|den|the))?(?: (?:nachsten|prochaine?s|komende|volgende|next))? ?$"
)
_LOOSE = frozenset(("dans", "in", "over"))
"""What says «after» as often as «within»: only firm beside a word for an end, or an article."""

_REACH = 60
"""How many characters before a date are looked at."""


def deadline(text: str, today: date) -> date | None:
    """The nearest deadline in the text that is not past on the day it was written."""
    return min(_deadlines(_fold(text[:LONGEST]), today), default=None)


def _fold(text: str) -> str:
    """Lower case without accents; runs of blanks are one, so that a line may end inside a date."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode().lower()
    return " ".join(plain.split())


def _deadlines(text: str, today: date) -> Iterator[date]:
    """Few words can stand in a date: those are looked for, not each word looked at."""
    words = frozenset(text.translate(_LETTERS).split())
    spans = not words.isdisjoint(_UNITS)
    for begin, digits in _numbers(text):
        yield from _dates(text, begin, _YEAR_FIRST if digits > 2 else _DAY_FIRST, today)
        if spans:
            yield from _spans(text, begin, today)
    for word, piece in _PIECES.items():
        if piece in words and (spans or word not in _COUNTS):
            yield from _at_words(text, word, today)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where each number begins, and how many digits it has, if no more than a year."""
    end = 0
    for number in text.translate(_DIGITS).split():
        begin = text.index(number, end)
        end = begin + len(number)
        if len(number) <= len("2026"):
            yield begin, len(number)


def _at_words(text: str, word: str, today: date) -> Iterator[date]:
    for place in _PLACES[word].finditer(text):
        if word in _MONTHS:
            yield from _dates(text, place.start(), _MONTH_FIRST, today)
        elif word in _COUNTS:
            yield from _spans(text, place.start(), today)
        elif not _DATED.match(text, place.end()) and _is_due(text, place):
            yield today + timedelta(days=_AHEAD[word] if word in _AHEAD else (_WEEKDAYS[word] - today.weekday()) % 7)


def _dates(text: str, begin: int, forms: Iterable[re.Pattern[str]], today: date) -> Iterator[date]:
    for form in forms:
        found = form.match(text, begin)
        day = _date(found, today) if found else None
        if found and day and day >= today and _is_due(text, found):
            yield day


def _date(found: re.Match[str], today: date) -> date | None:
    """The date, if there is such a day. Without a year it is the nearest one."""
    month = int(found["month"]) if found["month"].isdigit() else _MONTHS.get(found["month"], 0)
    for year in [int(found["year"])] if found["year"] else [today.year, today.year + 1]:
        try:
            day = date(year, month, int(found["day"]))
        except ValueError:
            continue
        if found["year"] or day > today - _HALF_A_YEAR:
            return day
    return None


_HALF_A_YEAR = timedelta(days=182)


def _spans(text: str, begin: int, today: date) -> Iterator[date]:
    found = _SPAN.match(text, begin)
    if not found:
        return
    before = text[max(0, begin - _REACH) : begin]
    within = _WITHIN.search(before)
    if within and (within["firm"] or within["word"] not in _LOOSE or _ENDS.search(before)):
        count = found["count"]
        hours = (int(count) if count.isdigit() else _COUNTS[count]) * _UNITS[found["unit"]]
        yield today + timedelta(days=-(-hours // 24))


def _is_due(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - _REACH) : found.start()]
    return bool(_BEFORE.search(before) or _AFTER.match(text, found.end()) or _ENDS.search(before))
