"""Text made comparable: what the rules over subjects and quote headers look at, never what is kept."""

import unicodedata
from itertools import filterfalse

_ASCII = {"’": "'", "‘": "'", "´": "'", "–": "-", "—": "-", "‑": "-", "：": ":"}


def plain(text: str) -> str:
    """The text without accents and case, with ASCII quotes and dashes and single spaces.

    It does not keep positions: `œ` and `ß` become two letters, and a no-break space is a space.
    """
    if not text.isascii():
        for typeset, typed in _ASCII.items():  # quicker than str.translate
            text = text.replace(typeset, typed)
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(filterfalse(unicodedata.combining, decomposed))
    return " ".join(text.casefold().split())
