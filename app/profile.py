"""Reads a profile folder into `cases.profile.Profile` and reports every fault at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import holidays, menus
from app.files import Fault, read_text, read_toml, typed
from cases.errors import ConfigurationError
from cases.profile import Category, Motif, Profile, Tool
from ingest.voice.lint import lint
from ingest.voice.twilio import voices


def load(folder: Path) -> Profile:
    """The profile in that folder: `profile.toml`, `texts/KIND.LANGUAGE.txt`, and `voice.toml` with `prompts/`, if any.

    Raises ConfigurationError with every fault.
    """
    faults: list[Fault] = []
    voice = menus.read(folder, faults)
    values = read_toml(folder / "profile.toml") | {"texts": _texts(folder / "texts")} | dict(voice.values)
    profile = typed(Profile, values, faults)
    if profile and not faults:
        profile = menus.fit(profile, voice)
        faults += check(profile)
    if faults or not profile:
        raise ConfigurationError(faults)
    return profile


def find(name: str) -> Path:
    """The folder that `AIGUILLAGE_PROFILE` names: a path, or one of the profiles installed with the program."""
    installed = Path(__file__).resolve().parent.parent
    for folder in (Path(name), installed / name, installed / "profiles" / name):
        if (folder / "profile.toml").is_file():
            return folder
    raise ConfigurationError([("AIGUILLAGE_PROFILE", f"no profile.toml in {name}", "name a folder that has one")])


def _texts(folder: Path) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.*.txt")):
        kind, language = path.name.removesuffix(".txt").rsplit(".", 1)
        texts.setdefault(kind, {})[language] = read_text(path)
    return texts


def check(profile: Profile) -> Iterator[Fault]:
    """What types cannot say: references that lead nowhere, names used twice, languages that miss a text."""
    yield from _check_names(profile)
    yield from _check_references(profile)
    yield from _check_unique(profile)
    yield from _check_languages(profile)
    yield from _check_mailboxes(profile)
    yield from holidays.faults(profile)
    yield from lint(profile, voices.abilities())
    try:
        ZoneInfo(profile.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "timezone", f"{profile.timezone} is not a time zone", "write one such as Europe/Brussels"


LONGEST_ADDRESS = 320
LONGEST_ID = 40
_LENGTHS = {"case_prefix": 20, "mail_domain": 150}
_MAILBOX_NAME = re.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


def _check_names(profile: Profile) -> Iterator[Fault]:
    """What the columns of the database and the names of the environment can hold."""
    for key, longest in _LENGTHS.items():
        if not 0 < len(getattr(profile, key)) <= longest:
            yield key, "is empty or too long", f"write 1 to {longest} characters"
    labelled: Mapping[str, Sequence[Category | Motif | Tool]] = {
        "categories": profile.categories,
        "motifs": profile.motifs,
        "tools": profile.tools,
    }
    for key, entries in labelled.items():
        for index, entry in enumerate(entries):
            if not 0 < len(entry.id) <= LONGEST_ID:
                yield f"{key}.{index}.id", "is empty or too long", f"write 1 to {LONGEST_ID} characters"
    for index, box in enumerate(profile.mailboxes):
        if not _MAILBOX_NAME.fullmatch(box.name):
            yield f"mailboxes.{index}.name", f"{box.name} is not a name", "write lower-case letters, digits and -"
    for language in profile.languages:
        if len(language) != 2:
            yield "languages", f"{language} is not a language", "write two letters such as fr (ISO 639-1)"


def _check_references(profile: Profile) -> Iterator[Fault]:
    categories = {category.id for category in profile.categories}
    for index, motif in enumerate(profile.motifs):
        if motif.category not in categories:
            yield f"motifs.{index}.category", f"no category has the id {motif.category}", "add it or correct the id"
    if profile.default_language not in profile.languages:
        yield "default_language", f"{profile.default_language} is not among languages", "add it there"


def _check_unique(profile: Profile) -> Iterator[Fault]:
    names: Mapping[str, list[str]] = {
        "categories": [one.id for one in profile.categories],
        "motifs": [one.id for one in profile.motifs],
        "tools": [one.id for one in profile.tools],
        "mailboxes": [one.name for one in profile.mailboxes],
        "mailboxes.address": [address.lower() for box in profile.mailboxes for address in box.addresses],
    }
    for key, found in names.items():
        for twice in sorted({name for name in found if found.count(name) > 1}):
            yield key, f"{twice} stands there twice", "keep one"


def _check_languages(profile: Profile) -> Iterator[Fault]:
    labelled = {f"categories.{one.id}.labels": one.labels for one in profile.categories}
    labelled |= {f"motifs.{one.id}.labels": one.labels for one in profile.motifs}
    labelled |= {f"tools.{one.id}.labels": one.labels for one in profile.tools}
    everything = {**labelled, "service": profile.service}
    everything |= {f"texts.{kind}": by_language for kind, by_language in profile.texts.items()}
    for key, by_language in everything.items():
        for language in profile.languages:
            if not by_language.get(language, "").strip():
                yield f"{key}.{language}", "the text is missing", f"write it in {language}"


def _check_mailboxes(profile: Profile) -> Iterator[Fault]:
    if not profile.mailboxes:
        yield "mailboxes", "there is none", "add at least one"
    for index, box in enumerate(profile.mailboxes):
        key = f"mailboxes.{index}"
        addresses = [("address", address) for address in box.addresses] + [("team", box.team)] * bool(box.team)
        for field, address in addresses:
            if address.count("@") != 1 or not address.isprintable() or " " in address or len(address) > LONGEST_ADDRESS:
                yield f"{key}.{field}", f"{address} is not an address", "write it as name@example.org"
        if box.language not in profile.languages:
            yield f"{key}.language", f"{box.language} is not among languages", "add it there or choose another"
        if box.team.lower() in profile.own_addresses:
            yield f"{key}.team", "the team's address is one of our own mailboxes: a loop", "use an address of people"
        if box.poll_seconds < 1:
            yield f"{key}.poll_seconds", "is under one second", "write 1.0 or more"
