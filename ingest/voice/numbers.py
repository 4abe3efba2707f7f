"""Which texts are phone numbers that a person can be called back on (ITU-T E.164)."""

from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_LONGEST_TEXT = 40
_CALLABLE = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)


def e164(text: str, home: str) -> str:
    """The number in E.164, or '' where no person can be called on it.

    Words such as `anonymous`, letters that spell a number, short codes and numbers that cost the one who calls are
    none; nor is +266696687, which spells ANONYMOUS. A number without its country is one of `home` (ISO 3166).
    """
    if len(text) > _LONGEST_TEXT or any(letter.isalpha() for letter in text):
        return ""
    try:
        number = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.number_type(number) not in _CALLABLE:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def callable_from(number: str, countries: Collection[str]) -> bool:
    """Whether that E.164 number is in one of the countries (ISO 3166) that may be called back. '' is not."""
    return bool(number) and country(number) in countries


def country(number: str) -> str:
    """Whose that E.164 number is (ISO 3166), '' where no country has it."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""


def groups(number: str, home: str) -> tuple[str, ...]:
    """The groups of digits in which people of `home` (ISO 3166) say that E.164 number: theirs as dialled there, others
    from 00."""
    parsed = phonenumbers.parse(number)
    at_home = parsed.country_code == phonenumbers.country_code_for_region(home)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    written = phonenumbers.format_number(parsed, style).replace("+", "00 ")
    return tuple("".join(filter(str.isdecimal, group)) for group in written.replace("-", " ").split())


def written(number: str) -> str:
    """That E.164 number as people read it: `+32 470 00 12 34`."""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
