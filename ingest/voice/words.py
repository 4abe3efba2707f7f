"""What a voice says of digits, waits and openings, in fr, de, nl and en, and how all that is heard is folded."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from ingest.voice.numbers import groups

_WORD = re.compile("[a-z0-9]+")


def tokens(text: str) -> tuple[str, ...]:
    """The words of what was said or of what is expected: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("œ", "oe"))
    return tuple(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


def spelled(parts: Iterable[str]) -> str:
    """Groups of digits, one digit at a time with a breath between groups: `0 4 7 0, 0 0, 1 2, 3 4`."""
    return ", ".join(" ".join(part) for part in parts)


def number(e164: str, home: str) -> str:
    """A phone number as it is read back to people of `home` (ISO 3166)."""
    return spelled(groups(e164, home))


_WAITS = {
    "fr": ("environ une minute", "environ {} minutes", "plus de trente minutes"),
    "de": ("etwa eine Minute", "etwa {} Minuten", "mehr als dreißig Minuten"),
    "nl": ("ongeveer één minuut", "ongeveer {} minuten", "meer dan dertig minuten"),
    "en": ("about one minute", "about {} minutes", "more than thirty minutes"),
}


def wait(seconds: int, lang: str) -> str:
    """How long a caller will wait, rounded up to minutes."""
    one, several, long = _WAITS[lang]
    minutes = -(-seconds // 60)
    if minutes > 30:
        return long
    return one if minutes <= 1 else several.format(minutes)


_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_TODAY = {"fr": "aujourd'hui", "de": "heute", "nl": "vandaag", "en": "today"}
_TOMORROW = {"fr": "demain, ", "de": "morgen, ", "nl": "morgen, ", "en": "tomorrow, "}
_ON = {"fr": "", "de": "am ", "nl": "", "en": "on "}
_DATE = {"fr": "{} {} {}", "de": "{}, den {}. {}", "nl": "{} {} {}", "en": "{} {} {}"}
_SOON = {"fr": "prochainement", "de": "in Kürze", "nl": "binnenkort", "en": "soon"}
_A_WEEK = 7


def opening(at: datetime | None, now: datetime, lang: str) -> str:
    """The next opening, such as `lundi à 8 h 30`; with its date where that is a week away or more."""
    if at is None:
        return _SOON[lang]
    local = at.astimezone(now.tzinfo)
    return f"{_day(local.date(), (local.date() - now.date()).days, lang)} {_hour(local, lang)}"


def _day(day: date, ahead: int, lang: str) -> str:
    if ahead == 0:
        return _TODAY[lang]
    name = _DAYS[lang][day.weekday()]
    if ahead < _A_WEEK:
        return (_TOMORROW[lang] if ahead == 1 else _ON[lang]) + name
    return _ON[lang] + _DATE[lang].format(name, day.day, _MONTHS[lang].split()[day.month - 1])


def _hour(at: datetime, lang: str) -> str:
    if lang == "en":
        return f"at {at.hour % 12 or 12}{f':{at.minute:02d}' * bool(at.minute)} {'a.m.' if at.hour < 12 else 'p.m.'}"
    before, unit, full = {"fr": ("à", "h", "heures"), "de": ("um", "Uhr", "Uhr"), "nl": ("om", "uur", "uur")}[lang]
    return f"{before} {at.hour} {unit} {at.minute:02d}" if at.minute else f"{before} {at.hour} {full}"
