"""What a caller means by what was keyed or said. Speech is matched against phrases: nothing is guessed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from cases.phone import Choose, Naming, Option
from ingest.voice.event import Event, Keyed, Spoke
from ingest.voice.words import tokens

PERSON, NUMBER, REPEAT = "0", "#", "*"
_KEYS = frozenset("01234")
_SURE = 0.4
_HINTS = 100
_LONGEST_SPEECH = 2_000
_phrase = lru_cache(maxsize=4_000)(tokens)
"""The words of a phrase of the profile's; what callers say is not kept."""

Name = TypeVar("Name")
Said = tuple[str, ...]

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Language -> key -> phrases that mean it."""

_DIGITS: Words = {
    "fr": {"0": ("zéro",), "1": ("un", "une"), "2": ("deux",), "3": ("trois",), "4": ("quatre",)},
    "de": {"0": ("null",), "1": ("eins", "ein"), "2": ("zwei", "zwo"), "3": ("drei",), "4": ("vier",)},
    "nl": {"0": ("nul",), "1": ("een", "één"), "2": ("twee",), "3": ("drie",), "4": ("vier",)},
    "en": {"0": ("zero",), "1": ("one",), "2": ("two",), "3": ("three",), "4": ("four",)},
}
_BESIDES = frozenset(
    {"le", "la", "numero", "touche", "faites", "choix"}
    | {"die", "der", "das", "nummer", "taste"}
    | {"de", "het", "toets", "keuze"}
    | {"the", "number", "key", "option", "press"}
)
_SIGNS: Words = {
    "fr": {
        PERSON: ("opérateur", "opératrice", "quelqu'un", "une personne", "un agent", "un conseiller", "un humain"),
        REPEAT: ("répéter", "répétez", "encore une fois", "réécouter"),
    },
    "de": {
        PERSON: ("Mitarbeiter", "Mitarbeiterin", "jemand", "jemandem", "eine Person", "einem Menschen", "Berater"),
        REPEAT: ("wiederholen", "noch einmal", "nochmal"),
    },
    "nl": {
        PERSON: ("medewerker", "medewerkster", "iemand", "een persoon", "een mens"),
        REPEAT: ("herhalen", "herhaal", "nog een keer", "opnieuw"),
    },
    "en": {
        PERSON: ("person", "somebody", "someone", "operator", "agent", "human", "adviser"),
        REPEAT: ("repeat", "again", "once more"),
    },
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The option that a caller wants, and the one tool that was named, or ''."""

    option: Option
    tool: str = ""


def wanted(event: Event, node: Choose, tools: Mapping[str, Naming], lang: str) -> Wanted | str:
    """What the caller wants at that choice: an option, or one of the signs 0, # and *; '' where that is not clear.

    `lang` is '' before it is known: then every language that the choice offers is understood.
    """
    languages = (lang,) if lang else tuple(dict.fromkeys(option.language for option in node.options))
    pressed = _digit(event, languages)
    if pressed in {PERSON, NUMBER, REPEAT}:
        return pressed
    if pressed:
        return next((Wanted(option) for option in node.options if option.key == pressed), "")
    said = _said(event)
    return _named(said, node, tools, languages) or _only(_spans(said, _phrases(_SIGNS, languages))) or ""


def key(event: Event, words: Words, lang: str) -> str:
    """The key that was pressed or meant at one of the menu's own questions, '' where that is not clear."""
    return _digit(event, (lang,)) or _only(_spans(_said(event), _phrases(words, (lang,)))) or ""


def hints(node: Choose, tools: Mapping[str, Naming], lang: str) -> tuple[str, ...]:
    """The words that a recogniser should expect at that choice."""
    expected = [phrase for option in node.options for phrase in option.words.get(lang, ())]
    expected += [phrase for option in node.options for tool in option.tools for phrase in tools[tool].phrases]
    return tuple(dict.fromkeys(expected))[:_HINTS]


def _said(event: Event) -> Said:
    """The words that were said, none where the recogniser was not sure of them."""
    if not isinstance(event, Spoke) or (event.confidence is not None and event.confidence < _SURE):
        return ()
    return tokens(event.text[:_LONGEST_SPEECH])


def _digit(event: Event, languages: Iterable[str]) -> str:
    """The one key that was pressed, or whose number was all that was said."""
    if isinstance(event, Keyed):
        return event.digits if len(event.digits) == 1 else ""
    said = tuple(word for word in _said(event) if word not in _BESIDES)
    if len(said) != 1:
        return ""
    if said[0] in _KEYS:
        return said[0]
    return _only(_spans(said, _phrases(_DIGITS, languages))) or ""


def _named(said: Said, node: Choose, tools: Mapping[str, Naming], languages: Iterable[str]) -> Wanted | None:
    """The one option that was named, by its own words or by its tools."""
    spoken = [((index, ""), phrase) for index, phrase in _own_words(node, languages)]
    found = list(_spans(said, spoken))
    for index, option in enumerate(node.options):
        for tool in option.tools:
            found += [(begin, end, (index, tool)) for begin, end in _mentions(said, tools[tool])]
    outermost = _outermost(found)
    options = {index for _, _, (index, _) in outermost}
    if len(options) != 1:
        return None
    named = {tool for _, _, (_, tool) in outermost if tool}
    return Wanted(node.options[options.pop()], named.pop() if len(named) == 1 else "")


def _own_words(node: Choose, languages: Iterable[str]) -> Iterator[tuple[int, str]]:
    for index, option in enumerate(node.options):
        for lang in languages:
            yield from ((index, phrase) for phrase in option.words.get(lang, ()))


def _mentions(said: Said, naming: Naming) -> Iterator[tuple[int, int]]:
    """Where a tool is named, and not by a phrase that only sounds like it."""
    other = [(begin, end) for begin, end, _ in _spans(said, [("", phrase) for phrase in naming.never])]
    for begin, end, _ in _spans(said, [("", phrase) for phrase in naming.phrases]):
        if not any(start < end and begin < stop for start, stop in other):
            yield begin, end


def _phrases(words: Words, languages: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, phrase) for lang in languages for name, every in words[lang].items() for phrase in every]


def _spans(said: Said, phrases: Iterable[tuple[Name, str]]) -> Iterator[tuple[int, int, Name]]:
    """Every place where a phrase stands in what was said, as (begin, end, what it means)."""
    for name, phrase in phrases:
        wanted = _phrase(phrase)
        for begin in range(len(said) - len(wanted) + 1):
            if said[begin : begin + len(wanted)] == wanted:
                yield begin, begin + len(wanted), name


def _outermost(spans: Iterable[tuple[int, int, Name]]) -> list[tuple[int, int, Name]]:
    """Without those that are a part of a longer one: "déclaration fiscale" is no "déclaration"."""
    found = list(spans)
    return [
        (begin, end, name)
        for begin, end, name in found
        if not any(start <= begin and end <= stop and stop - start > end - begin for start, stop, _ in found)
    ]


def _only(spans: Iterable[tuple[int, int, Name]]) -> Name | None:
    names = {name for _, _, name in _outermost(spans)}
    return names.pop() if len(names) == 1 else None
