"""Finds and masks what identifies a person or an account: before training, before export, and in logs.

Numbers with a checksum are masked only where it holds, so that file numbers and amounts stay readable. A person's name
is not found: that needs a model.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """What was found. A longer or safer kind comes first: where two overlap, the first is meant."""

    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_NUMBER = "national_number"
    ENTERPRISE_NUMBER = "enterprise_number"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` is personal."""

    kind: Personal
    start: int
    end: int


NEVER_SHOWN = frozenset({Personal.NATIONAL_NUMBER, Personal.IBAN, Personal.CARD})
"""What no second level is shown on its own: a number that identifies somebody for life, or pays."""


def masked(text: str, but: Collection[Personal] = ()) -> str:
    """`text` with `[kind]` in place of what is personal, `but` for these kinds. Masking twice changes nothing more."""
    return _replaced(text, lambda kind, written: written if kind in but else f"[{kind}]")


def blanked(text: str) -> str:
    """`text` without what is personal or was masked before: a model should learn neither a number nor our mark."""
    return _MARK.sub(" ", _replaced(text, lambda *_: " "))


def masked_but(text: str, keeps: Callable[[str], bool]) -> str:
    """The same as `masked`, but what `keeps` says to keep: what is the reader's own."""
    return _replaced(text, lambda kind, written: written if keeps(written) else f"[{kind}]")


def _replaced(text: str, by: Callable[[Personal, str], str]) -> str:
    pieces, end = [], 0
    for found in find(text):
        pieces += [text[end : found.start], by(found.kind, text[found.start : found.end])]
        end = found.end
    return "".join((*pieces, text[end:]))


def find(text: str) -> list[Found]:
    """Everything personal, in the order of the text, without overlaps."""
    taken: list[Found] = []
    text = text.translate(_PLAIN)
    for kind, (pattern, holds) in _RECOGNISERS.items():
        for match in pattern.finditer(text):
            here = Found(kind, match.start(), match.end())
            if holds(match.group()) and not any(here.start < one.end and one.start < here.end for one in taken):
                taken.append(here)
    return sorted(taken, key=lambda found: found.start)


def has_national_number(text: str) -> bool:
    """Whether a Belgian national or BIS number stands in the text."""
    return any(found.kind is Personal.NATIONAL_NUMBER for found in find(text))


def is_national_number(written: str) -> bool:
    """Whether it is a Belgian national or BIS number: birth date, counter, and 97 less the rest of nine digits by 97.

    Born from 2000 on, the nine have a 2 before them (royal decree of 3 April 1984, article 3). The month of a BIS
    number is raised by 20 or 40 (royal decree of 8 February 1991); month and day may be unknown, written 00.
    """
    digits = _digits(written)
    if len(digits) != 11 or int(digits[2:4]) % 20 > 12 or int(digits[2:4]) >= 60 or int(digits[4:6]) > 31:
        return False
    return int(digits[9:]) in {97 - int(century + digits[:9]) % 97 for century in ("", "2")}


def is_enterprise_number(written: str) -> bool:
    """Whether it is a number of the Crossroads Bank for Enterprises: 97 less the rest of eight digits by 97."""
    digits = _digits(written)
    return len(digits) == 10 and digits[0] in "01" and int(digits[8:]) == 97 - int(digits[:8]) % 97


def is_iban(written: str) -> bool:
    """Whether it is an account number of a country of `IBAN_LENGTHS` (ISO 13616), whose rest by 97 is 1 (ISO 7064)."""
    plain = "".join(filter(str.isalnum, written)).upper()
    if not plain.isascii() or len(plain) != IBAN_LENGTHS.get(plain[:2]):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def is_card(written: str) -> bool:
    """Whether it may be a payment card (ISO/IEC 7812): 13 to 19 digits whose Luhn sum is a multiple of ten."""
    digits = _digits(written)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def is_phone(written: str) -> bool:
    """Whether it has as many digits as a number of Belgium or its neighbours; a date is none."""
    digits = _digits(written)
    if written.startswith(("+", "00", "(+", "(00")):
        return 8 <= len(digits) <= 15
    return 9 <= len(digits) <= 11


def _digits(written: str) -> str:
    return "".join(filter(str.isdecimal, written))


_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI NL",
    19: "SI",
    20: "AT EE LT LU",
    21: "CH HR LV",
    22: "BG DE GB IE",
    24: "CZ ES RO SE SK",
    25: "PT",
    27: "FR GR IT MC",
    28: "CY HU PL",
    31: "MT",
}
IBAN_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
"""Characters of an account number by country: the IBAN registry's entries for the single euro payments area."""

_PLAIN: dict[int, str] = {
    **{ord(blank): " " for blank in "\u00a0\u202f\u205f\u3000\t"},
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **{ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"},
    **{0xFF10 + digit: str(digit) for digit in range(10)},
}
"""The spaces, dashes and digits that writing programs put in place of the plain ones, one for one: places stay."""

_MARK = re.compile(rf"\[(?:{'|'.join(Personal)})\]")
_ALONE = r"(?<![\w.+])"
_ENDS = r"(?!\w)"


def _pattern(core: str) -> re.Pattern[str]:
    return re.compile(_ALONE + core + _ENDS, re.VERBOSE | re.IGNORECASE | re.ASCII)


def _ibans() -> Iterator[str]:
    """A pattern by country: the letters and digits of its length, a space or a hyphen between any two."""
    for country, length in IBAN_LENGTHS.items():
        yield rf"{country}[ -]?\d[ -]?\d(?:[ .-]?[A-Z0-9]){{{length - 4}}}"


_RECOGNISERS: dict[Personal, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    Personal.EMAIL: (re.compile(r"[\w.+'%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), lambda _: True),
    Personal.IBAN: (_pattern(f"(?:{'|'.join(_ibans())})"), is_iban),
    Personal.CARD: (_pattern(r"[2-6](?:[ -]?\d){12,18}"), is_card),
    Personal.NATIONAL_NUMBER: (
        _pattern(r"\d\d[ .-]?\d\d[ .-]?\d\d[ .-]?\d{3}[ .-]?\d\d"),
        is_national_number,
    ),
    Personal.ENTERPRISE_NUMBER: (_pattern(r"(?:BE[ ]?)?[01]\d{3}[ .]?\d{3}[ .]?\d{3}"), is_enterprise_number),
    Personal.PHONE: (
        _pattern(
            r"""(?!\d\d[./-]\d\d[./-]\d{4})(?<!-\d-)  # a date, the end of an ISBN
            (?:(?:\((?:\+|00)[ ]?\d{1,3}\)|(?:\+|00(?=[ ]?(?:3[123]|352|49|44)))[ ]?\d{1,3})
               [ ]?(?:\(0\))?(?:[ ./-]?\d){6,12}
            | (?:\(0[1-9]\d{0,2}\)|0[1-9]\d{0,2})(?:[ ./-]{0,2}\d){6,9})"""
        ),
        is_phone,
    ),
}
