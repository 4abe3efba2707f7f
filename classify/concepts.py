"""A vocabulary of concepts across languages: `erreur`, `Fehler`, `fout` and `error` are one."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from classify.text import fold

LONGEST_STEM = 14


class Concepts:
    """Looks words up. Built from concept -> words, folded, where `stem*` stands for all words that begin so."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for concept, listed in words.items():
            for word in listed.split():
                table = self._stems if word.endswith("*") else self._exact
                table[word.rstrip("*")].append(concept)
        self.of = lru_cache(maxsize=20_000)(self._of)
        self.written = lru_cache(maxsize=20_000)(self._written)

    @classmethod
    def load(cls) -> "Concepts":
        """The vocabulary that ships with the package, one for the whole process: it remembers the words it met."""
        return _shipped()

    def _written(self, word: str) -> tuple[str, ...]:
        """The concepts of a word as it was written."""
        return self.of(fold(word))

    def _of(self, word: str) -> tuple[str, ...]:
        """The concepts of a folded word, sorted."""
        found = set(self._exact.get(word, ()))
        for end in range(2, min(len(word), LONGEST_STEM) + 1):
            found.update(self._stems.get(word[:end], ()))
        return tuple(sorted(found))


@cache
def _shipped() -> Concepts:
    return Concepts(tomllib.loads(files("classify").joinpath("concepts.toml").read_text("utf-8"))["concepts"])
