"""What people write into a form or a command, made fit to be kept and sent."""

import re

from cases.refusal import Refusal, RefusedError

LONGEST_TEXT = 20_000
LONGEST_LINE = 500

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def written(text: str) -> str:
    """A text without what is not shown. Raises RefusedError where nothing is left, or too much."""
    words = _UNSHOWN.sub("", text.replace("\r\n", "\n")).strip()
    if not words:
        raise RefusedError(Refusal.NO_TEXT)
    return _bounded(words, LONGEST_TEXT)


def on_one_line(text: str) -> str:
    """A short text, '' included. Raises RefusedError where it is too long."""
    return _bounded(" ".join(_UNSHOWN.sub(" ", text).split()), LONGEST_LINE)


def _bounded(words: str, most: int) -> str:
    if len(words) > most:
        raise RefusedError(Refusal.TOO_LONG, length=len(words), most=most)
    return words
