"""What may be wrong with a profile's lines, menus and prompts: every fault with its key, its cause and its mend.

A profile without a fault here never leaves a caller without a prompt or with a bare hang-up.
"""

import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import phonenumbers

from cases.phone import Line, Prompt, Seat
from cases.profile import Profile
from ingest.voice import shape
from ingest.voice.numbers import e164
from ingest.voice.texts import SEAT_CONFIRM, Said, said
from ingest.voice.words import tokens

Fault = tuple[str, str, str]

LONGEST_PROMPT = 1000


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do: its voices by language (ISO 639-1), and the names of its recognisers' languages."""

    voices: Mapping[str, Collection[str]]
    recognition: Collection[str]


def lint(profile: Profile, abilities: Abilities) -> Iterator[Fault]:
    """Every fault of the phone; none where the profile has no line and no menu."""
    for index, line in enumerate(profile.lines):
        yield from _line(f"lines.{index}", line, profile)
    yield from _unique(profile)
    yield from _seats(profile)
    yield from _speech(profile, abilities)
    for name, menu in profile.menus.items():
        yield from shape.faults(name, menu, profile)
    yield from _prompts(profile)


def _line(key: str, line: Line, profile: Profile) -> Iterator[Fault]:
    if e164(line.number, profile.country) != line.number:
        yield f"{key}.number", f"{line.number} is not a phone number", "write it as +3281001234 (E.164)"
    known: Mapping[str, tuple[str, Collection[str]]] = {
        "menu": (line.menu, profile.menus),
        "mailbox": (line.mailbox, [box.name for box in profile.mailboxes]),
        "language": (line.language, ["", *profile.languages]),
    }
    for field, (name, names) in known.items():
        if name not in names:
            yield f"{key}.{field}", f"there is no {field} {name}", "add it or correct the name"
    menu = profile.menus.get(line.menu)
    if menu and not line.language and not shape.asks_language(menu):
        yield f"{key}.language", "neither the line nor the start of its menu says the language", "name one"


def _unique(profile: Profile) -> Iterator[Fault]:
    names = [line.name for line in profile.lines] + [box.name for box in profile.mailboxes]
    numbers = [line.number for line in profile.lines]
    for index, line in enumerate(profile.lines):
        if names.count(line.name) > 1 or not line.name:
            yield f"lines.{index}.name", f"{line.name!r} is empty, or another line's or mailbox's", "choose another"
        if numbers.count(line.number) > 1:
            yield f"lines.{index}.number", f"{line.number} is another line's too", "give each line a number of its own"


def _seats(profile: Profile) -> Iterator[Fault]:
    areas = {*profile.languages, *(tool.id for tool in profile.tools), *(line.name for line in profile.lines)}
    for index, seat in enumerate(profile.seats):
        yield from _seat(f"seats.{index}", seat, profile.country, areas)


def _seat(key: str, seat: Seat, home: str, areas: Collection[str]) -> Iterator[Fault]:
    if e164(seat.number, home) != seat.number:
        yield f"{key}.number", f"{seat.number} is not a phone number", "write it as +3281001234 (E.164)"
    for area in seat.areas:
        if area not in areas:
            yield f"{key}.areas", f"{area} is no tool, line or language", "correct it or remove it"


def _speech(profile: Profile, abilities: Abilities) -> Iterator[Fault]:
    countries = [("phone.callback_countries", one) for one in profile.phone.callback_countries]
    for key, country in [("country", profile.country), *countries]:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            yield key, f"{country} is not a country", "write two letters such as BE (ISO 3166)"
    for language in profile.languages if profile.lines else ():
        yield from _language(language, profile, abilities)


def _language(language: str, profile: Profile, abilities: Abilities) -> Iterator[Fault]:
    """Where the profile names no voice or recogniser, the driver has its own for the languages that it can speak."""
    voices = sorted(abilities.voices.get(language, ()))
    if profile.phone.voices.get(language, *voices[:1]) not in voices:
        choices = f"write one of {', '.join(voices)}" if voices else "leave the language out"
        yield f"phone.voices.{language}", "the provider has no such voice in that language", choices
    recognised = sorted(tag for tag in abilities.recognition if tag.startswith(language))
    if profile.phone.recognition.get(language, *recognised[:1]) not in recognised:
        choices = f"write one of {', '.join(recognised)}" if recognised else "leave the language out"
        yield f"phone.recognition.{language}", "the provider recognises no such language", choices


def _prompts(profile: Profile) -> Iterator[Fault]:
    spoken = {one for menu in profile.menus.values() for one in said(menu)}
    spoken |= {SEAT_CONFIRM} if profile.phone.confirm or SEAT_CONFIRM.prompt in profile.prompts else set()
    for one in sorted(spoken, key=lambda one: (one.prompt, one.lang)):
        for language in (one.lang,) if one.lang else profile.languages:
            prompt = profile.prompts.get(one.prompt, {}).get(language)
            yield from _prompt(f"prompts.{language}.{one.prompt}", prompt, one)
    for name in profile.prompts.keys() - {one.prompt for one in spoken}:
        yield f"prompts.{name}", "nothing says it", "remove it, or correct its name"


def _prompt(key: str, prompt: Prompt | None, one: Said) -> Iterator[Fault]:
    if prompt is None or not prompt.text.strip():
        yield key, "the text is missing", "write it"
        return
    if len(prompt.text) > LONGEST_PROMPT:
        yield key, "is too long to be listened to", f"write at most {LONGEST_PROMPT} characters"
    for missing in sorted(one.keys - set(tokens(prompt.text))):
        yield key, f"does not name the key {missing}", "say what it is for"
    if (fields := _fields(prompt.text)) != one.fields:
        wanted = ", ".join(f"{{{field}}}" for field in sorted(one.fields)) or "no field"
        yield key, f"has the wrong fields: {', '.join(sorted(fields)) or 'none'}", f"it has {wanted}"


def _fields(text: str) -> frozenset[str]:
    """The names between braces; what is not a plain name is given as it stands."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return frozenset({text})
    return frozenset(name + ("!" * bool(conversion or form)) for _, name, form, conversion in parts if name is not None)
