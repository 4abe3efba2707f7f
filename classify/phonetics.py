"""How a word sounds, roughly: speech recognisers write `no tisse`, `nootiece` or `Nottis` for NOTICe."""

import re
from functools import lru_cache

_STEPS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"oua|oi|owa", "w"),
        (r"ow(?![aeiouy])", "o"),
        (r"^zw", "tw"),
        (r"ph", "f"),
        (r"qu|ck|c(?=[aou])", "k"),
        (r"g(?=[ei])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"tz|ts|sc(?=[ei])|ss|c|z", "s"),
        (r"x", "ks"),
        (r"[aeiouyh]", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The consonants of a folded word as French, German, Dutch and English would speak them."""
    for pattern, by in _STEPS:
        word = pattern.sub(by, word)
    return word
