"""The language of a message, from the model's scores; too little text is the mailbox's language."""

import re
from collections.abc import Mapping

SHORTEST_LETTERS = 15
SHORTEST_WORDS = 4
SURE = 0.9
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def language(scores: Mapping[str, float], text: str, default: str) -> str:
    """The likeliest language. Under about 15 letters or 4 words only a sure score outweighs `default`; a text without
    Latin letters is `default`."""
    letters = sum(map(len, _LATIN.findall(text)))
    if not scores or letters < 2:
        return default
    best = max(scores, key=lambda label: scores[label])
    short = letters < SHORTEST_LETTERS or len(text.split()) < SHORTEST_WORDS
    return default if short and scores[best] < SURE else best
