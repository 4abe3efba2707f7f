"""The phone numbers and addresses that a text names: who wrote and who called may be the same person."""

import re

MOST = 5
"""Of each kind: a list of contacts is nobody's card."""
_NUMBER = re.compile(r"(?<![\w+])(?:\(?\+|00|\(?0)[\d ./()-]{7,20}\d(?!\w)")
_ADDRESS = re.compile(r"[\w.+'%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_LONGEST = 20_000


def numbers(text: str, home: str) -> tuple[str, ...]:
    """The phone numbers in a text, in E.164; those without a country are of `home` (ISO 3166), and a trunk zero in
    brackets (`+32 (0)81`) is left out."""
    written = dict.fromkeys(match[0] for match in _NUMBER.finditer(text[:_LONGEST]))
    if not written:
        return ()
    from ingest.voice.numbers import e164  # brings phonenumbers, for who wrote one

    found = (e164(one.replace("(0)", "").replace("/", " "), home) for one in list(written)[: 2 * MOST])
    return tuple(dict.fromkeys(filter(None, found)))[:MOST]


def addresses(text: str) -> tuple[str, ...]:
    """The mail addresses in a text, in lower case."""
    return tuple(dict.fromkeys(match[0].lower() for match in _ADDRESS.finditer(text[:_LONGEST])))[:MOST]
