"""Folding and cutting text, the same way for training and for the service."""

import re
import unicodedata
from functools import lru_cache

TOKEN = re.compile(r"\w+|[^\w\s]")
WORD = re.compile(r"\w+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_LETTERS = str.maketrans({"’": "'", "ʼ": "'", "ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case without accents: what spaCy keeps as the norm of a token, and what every word list is written in."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return _MARKS.sub("", unicodedata.normalize("NFKD", lowered.translate(_LETTERS)))


def storable(text: str) -> str:
    """NFC, without NUL and lone surrogates: nothing that arrives may stop the tagger."""
    return unicodedata.normalize("NFC", text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8"))
