"""Text as it is searched: small letters and digits of ASCII, one word after the other.

Both databases have a tokeniser of their own and neither folds like the other. Folded text has nothing left to fold or
to part but at its spaces, so both find the same.
"""

import re
from unicodedata import combining, normalize

LONGEST = 10_000
"""Characters of a text that are kept."""
LONGEST_WORD = 60
MOST = 250
"""How often a word is kept: PostgreSQL keeps no more than 255 places of one, and phrases are found by places."""

_WORD = re.compile(r"[a-z0-9]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LATIN = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"}


def folded(*texts: str) -> str:
    """These texts as words in a row, without case, accents and signs; at most `LONGEST` characters of them."""
    kept, seen = list[str](), dict[str, int]()
    length = 0
    for word in (word for text in texts for word in words(text[:LONGEST])):
        seen[word] = seen.get(word, 0) + 1
        length += len(word) + 1
        if length > LONGEST:
            break
        if seen[word] <= MOST:
            kept.append(word)
    return " ".join(kept)


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(_plain(text))]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return _BEYOND_ASCII.sub(_bare, normalize("NFKD", normalize("NFKD", text).casefold()))


def _bare(sign: re.Match[str]) -> str:
    """A letter of another script becomes its number, five digits each, so that the begin of a word stays one."""
    letter = sign[0]
    if combining(letter):
        return ""
    return _LATIN.get(letter) or (f"x{ord(letter):05x}" if letter.isalnum() else " ")
