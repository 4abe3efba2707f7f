"""What reads differently in each language: a day, an hour, the name of a language. The words come from Babel's CLDR.

Babel is imported with the first mail that needs it, and asked for the names of days and months once: its own formatting
takes a quarter as long as writing the whole mail.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = {"de": "{weekday}, {day}. {month} {year}"}
_HOUR = {"fr": " à {hour} h", "de": ", {hour} Uhr", "nl": " om {hour} uur", "en": " at {hour}:00"}
_MINUTE = {
    "fr": " à {hour} h {minute:02}",
    "de": ", {hour}.{minute:02} Uhr",
    "nl": " om {hour}.{minute:02} uur",
    "en": " at {hour}:{minute:02}",
}
_ANY_DAY, _ANY_HOUR = "{weekday} {day} {month} {year}", ", {hour}:{minute:02}"


def moment(at: datetime, lang: str, zone: str) -> str:
    """A moment in that IANA zone, in words, to the minute: «mardi 24 novembre 2026 à 16 h»."""
    here = at.astimezone(ZoneInfo(zone))
    hour = (_MINUTE if here.minute else _HOUR).get(lang, _ANY_HOUR)
    return day(here.date(), lang) + hour.format(hour=here.hour, minute=here.minute)


def day(on: date, lang: str) -> str:
    """A day in words: «Dienstag, 24. November 2026», «mardi 1er décembre 2026»."""
    weekdays, months = _names(lang)
    number = "1er" if lang == "fr" and on.day == 1 else on.day
    weekday, month = weekdays[on.weekday()], months[on.month]
    return _DAY.get(lang, _ANY_DAY).format(weekday=weekday, day=number, month=month, year=on.year)


@lru_cache
def language(code: str, lang: str) -> str:
    """The name of a language in another, «allemand»; its code where Babel does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_language_name(lang) or code
    except (UnknownLocaleError, ValueError):
        return code


@lru_cache
def _names(lang: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """The names of the days from Monday, 0, and of the months from January, 1."""
    from babel.dates import get_day_names, get_month_names

    return dict(get_day_names(locale=lang)), dict(get_month_names(locale=lang))
