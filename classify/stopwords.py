"""Words that say nothing alone."""

from functools import cache
from importlib.resources import files
from runpy import run_path

from classify.text import fold


@cache
def stop_words() -> frozenset[str]:
    """spaCy's of four languages, folded. Its lists are read by themselves: to import its French takes seconds."""
    lists = (files("spacy.lang") / lang / "stop_words.py" for lang in ("fr", "de", "nl", "en"))
    return frozenset(fold(word) for one in lists for word in run_path(str(one))["STOP_WORDS"])
