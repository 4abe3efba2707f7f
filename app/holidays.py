"""Calendars of a profile's hours: public holidays come from the `holidays` package, which nothing else imports.

The package is data and is pinned by the lock file; a test holds Belgium's days, so that a new version that changes one
is seen before a clock is computed with it (docs/adr/0013-holidays.md).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from cases import hours as opening
from cases.clock import Calendar
from cases.hours import Fault, Hours
from cases.profile import Profile

_calendars: dict[tuple[str, str], Calendar] = {}


def calendar(profile: Profile, name: str) -> Calendar:
    """The calendar of the profile's hours of that name; the same one each time, with the years it has computed.

    Raises KeyError where the profile has no such hours.
    """
    hours = profile.hours[name]
    key = profile.timezone, repr(hours)
    if key not in _calendars:
        country = hours.holidays
        _calendars[key] = Calendar(hours, profile.timezone, lambda day: bool(country) and is_holiday(country, day))
    return _calendars[key]


def is_holiday(country: str, day: date) -> bool:
    """Whether that day is a public holiday of the country (ISO 3166). Raises NotImplementedError for an unknown one."""
    return day in public_holidays(country, day.year)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # reads the rules of some 250 countries

    return frozenset(holidays.country_holidays(country, years=year))


def faults(profile: Profile) -> Iterator[Fault]:
    """Hours that cannot be kept, and lines, mailboxes and second levels that name hours which are not there."""
    for name, hours in profile.hours.items():
        for key, cause, mend in _hours_faults(hours):
            yield f"hours.{name}.{key}", cause, mend
    named = [(f"lines.{index}.hours", line.hours) for index, line in enumerate(profile.lines)]
    named += [(f"mailboxes.{index}.hours", box.hours) for index, box in enumerate(profile.mailboxes) if box.hours]
    named += [(f"second_level.{index}.hours", one.hours) for index, one in enumerate(profile.second_level) if one.hours]
    for key, name in named:
        if name not in profile.hours:
            yield key, f"there are no hours named {name}", f"add [hours.{name}] or correct the name"


def sound_calendars(profile: Profile) -> dict[str, Calendar]:
    """The calendars of the hours without a fault."""
    return {name: calendar(profile, name) for name, hours in profile.hours.items() if not any(_hours_faults(hours))}


def _hours_faults(hours: Hours) -> Iterator[Fault]:
    yield from opening.faults(hours)
    if hours.holidays and not _is_country(hours.holidays):
        yield "holidays", f"{hours.holidays} is not a country", "write a code such as BE, or nothing"


def _is_country(code: str) -> bool:
    from holidays.registry import COUNTRIES

    return any(code in (alpha_2, alpha_3) for _, alpha_2, alpha_3, *_ in COUNTRIES.values())
