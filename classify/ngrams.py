"""Hashed features as numpy arrays of 64-bit integers: words, word pairs, characters within words, names."""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
SHORTEST, LONGEST = 2, 5
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SPACE = np.uint64(32)


def words(norms: Hashes) -> Hashes:
    """Single words and ordered neighbours of a message's token norms."""
    return np.concatenate((norms, norms[:-1] * _PRIME ^ norms[1:]))


def characters(text: str) -> Hashes:
    """Character n-grams of 2 to 5 within the words of `text`, whose words one space sets apart; edges count."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    spaces = np.concatenate(([0], np.cumsum(codes == _SPACE)))
    grams = []
    rolled = codes
    for size in range(2, LONGEST + 1):
        if len(codes) < size:
            break
        rolled = (rolled[:-1] + np.uint64(size)) * _PRIME ^ codes[size - 1 :]
        inner = spaces[size - 1 : len(codes)] - spaces[1 : len(codes) - size + 2]
        grams.append(rolled[inner == 0])
    return np.concatenate(grams) if grams else np.empty(0, np.uint64)


def names(features: Iterable[str]) -> Hashes:
    """The hashes of named features."""
    return np.fromiter((_hash(name) for name in features), dtype=np.uint64)


@lru_cache(maxsize=50_000)
def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
