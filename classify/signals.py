"""The features that a person would use, as names: concepts and their order, tools named, channel, length, reply or new.

Pure: tokens in, names out. A name's prefix says what it is: `c` a concept anywhere, `s` in the subject, `o` in the
opening, `p` an ordered pair, `t` a tool, `m` about the message.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from cases.event import Channel
from classify.concepts import Concepts
from classify.phonetics import sound

OPENING = 6
PAIR_SPAN = 6
PAIR_NEXT = 3
SHORTEST_SOUND = 3
MARK = "\ue001"
"""Ahead of a tool's id, where the tokens name the tool: it takes part in the pairs as a concept does."""
_END = frozenset(".!?;\n")
_REPLY = re.compile(r"\s*(?:re|aw|antw)\s*:", re.IGNORECASE)
_FORWARD = re.compile(r"\s*(?:tr|fw|fwd|wg|doorst)\s*:", re.IGNORECASE)
_AHEAD = frozenset(  # what stands before a name: `dans j'espere` is GesPer, `et j'espere` is not
    {"dans", "sur", "de", "en", "au", "a", "le", "la", "du", "par", "avec", "via", "outil", "appli", "application"}
    | {"in", "im", "mit", "bei", "aus", "von", "die", "der", "das", "op", "het", "van", "met", "bij", "toepassing"}
    | {"into", "on", "from", "the", "tool", "with"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """A tool found by its name: `how` is `name` or `alias`, `upper` where it is written like a proper name."""

    tool: str
    how: str
    upper: bool
    part: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class Tokens:
    """The folded tokens of one reading, by part: subject, body, quoted."""

    channel: Channel
    parts: tuple[Sequence[str], Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class View:
    """One way to read a message: its words, folded and set apart by spaces, and its signals."""

    text: str
    signals: list[str]


def about(tokens: Tokens, concepts: Concepts, named: Iterable[Named], sounds: dict[str, str]) -> list[str]:
    """The names of all features of one message, repeated as often as they occur."""
    subject, body, quoted = tokens.parts
    return [
        *_circumstances(tokens),
        *_meaning("s", subject, concepts),
        *_meaning("b", body, concepts),
        *(f"q:{concept}" for word in quoted for concept in concepts.of(word)),
        *(name for tool in named for name in _tool(tool)),
        *_together({tool.tool for tool in named if tool.part < 2}),
        *(_heard(body, sounds) if tokens.channel is Channel.PHONE else ()),
    ]


def _circumstances(tokens: Tokens) -> Iterable[str]:
    subject, body, quoted = tokens.parts
    yield f"m:{tokens.channel}"
    yield f"m:length{min(9, len(body).bit_length())}"
    if quoted:
        yield "m:quoted"
    start = "".join(subject[:2])
    if _REPLY.match(start):
        yield "m:reply"
    if _FORWARD.match(start):
        yield "m:forward"


def _meaning(part: str, words: Sequence[str], concepts: Concepts) -> Iterable[str]:
    found = _located(words, concepts)
    for order, (position, names) in enumerate(found):
        yield from _single(part, names, opens=order < OPENING and part == "b")
        for later, others in found[order + 1 : order + 1 + PAIR_NEXT]:
            if later - position > PAIR_SPAN:
                break
            yield from _pairs(names, others)


@lru_cache(maxsize=5_000)
def _single(part: str, names: tuple[str, ...], *, opens: bool) -> tuple[str, ...]:
    prefixes = ("c", part, "o") if opens else ("c", part)
    return tuple(f"{prefix}:{name}" for name in names for prefix in prefixes)


@lru_cache(maxsize=50_000)
def _pairs(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"p:{name}>{other}" for name in names for other in others)


def _located(words: Sequence[str], concepts: Concepts) -> list[tuple[int, tuple[str, ...]]]:
    """(position, concepts) of the words that have any; the end of a sentence sets what follows apart."""
    found: list[tuple[int, tuple[str, ...]]] = []
    shift = 0
    for position, word in enumerate(words):
        if word in _END:
            if word == "?":
                found.append((position + shift, ("?",)))
            shift += PAIR_SPAN
        elif names := _names(word, concepts):
            found.append((position + shift, names))
    return found


def _names(word: str, concepts: Concepts) -> tuple[str, ...]:
    return ("tool", word) if word.startswith(MARK) else concepts.of(word)


def _tool(named: Named) -> Iterable[str]:
    yield f"t:{named.tool}"
    yield f"t:{named.tool}:{'sbq'[named.part]}"
    yield f"t:{named.tool}:{named.how}{':upper' if named.upper else ''}"


def _together(tools: set[str]) -> Iterable[str]:
    """How many tools the sender names, and which two."""
    yield f"m:tools{min(3, len(tools))}"
    yield from (f"t:{one}+{other}" for one, other in combinations(sorted(tools), 2))


def _heard(words: Sequence[str], sounds: dict[str, str]) -> Iterable[str]:
    """Tools that one to three neighbouring words sound like, and whether what stands ahead announces a name."""
    spoken = [word for word in words if word.isalnum()]
    for first in range(len(spoken)):
        joined = ""
        for count, word in enumerate(spoken[first : first + 3], start=1):
            joined += word
            if len(joined) > 10 or (count > 1 and len(word) > 6):
                break
            if len(joined) >= 4 and (tool := sounds.get(sound(joined))):
                yield f"t:{tool}:heard"
                yield f"t:{tool}:heard{count}"
                if first and spoken[first - 1] in _AHEAD:
                    yield f"t:{tool}:heard:announced"
