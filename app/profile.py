"""Reads a profile folder into `cases.profile.Profile` and reports every fault at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import holidays, menus
from app.files import Fault, read_text, read_toml, typed
from cases import priority, receipt_faults, routing_faults, secondlevel_faults, targets
from cases.addresses import address_faults, others_faults
from cases.errors import ConfigurationError
from cases.profile import Category, Motif, Profile, Tool
from cases.routing_faults import known_to
from ingest.voice.lint import lint
from ingest.voice.twilio import voices
from notify.kinds import TEXTS


def load(folder: Path) -> Profile:
    """The profile in that folder: `profile.toml`, `texts/KIND.LANGUAGE.txt`; `voice.toml` with `prompts/`, and
    `cases.toml`, if any.

    Raises ConfigurationError with every fault.
    """
    faults: list[Fault] = []
    voice = menus.read(folder, faults)
    parts = {
        "profile.toml": read_toml(folder / "profile.toml"),
        "voice.toml": voice.values,
        "cases.toml": _cases(folder / "cases.toml", faults),
    }
    values = _together(parts, faults) | {"texts": _texts(folder / "texts")}
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


CASES = frozenset(
    {"priorities", "targets", "reminders", "routing", "second_level", "escalations"}
    | {"receipts", "wanted", "articles", "contacts", "fields", "form"}
)
"""The keys of `cases.toml`."""


def _cases(path: Path, faults: list[Fault]) -> dict[str, Any]:
    values = read_toml(path) if path.is_file() else {}
    faults += [(key, "is no key of cases.toml", "correct its spelling") for key in values if key not in CASES]
    return {key: values[key] for key in values if key in CASES}


def _together(parts: Mapping[str, Mapping[str, Any]], faults: list[Fault]) -> dict[str, Any]:
    """What the files say together. A key stands in one of them; hours may stand in each, under different names."""
    values: dict[str, Any] = {}
    for file, part in parts.items():
        for key, value in part.items():
            if key == "hours" and isinstance(value, dict) and isinstance(values.get(key, {}), dict):
                known = values.setdefault(key, {})
                faults += [(f"hours.{name}", f"stands in {file} too", "keep one") for name in known.keys() & value]
                values[key] = known | value
            elif key in values:
                faults.append((key, f"stands in {file} too", "keep one"))
            else:
                values[key] = value
    return values


def _texts(folder: Path) -> dict[str, dict[str, str]]:
    """The texts that come with the program, each with the profile's own in its place where there is one."""
    texts: dict[str, dict[str, str]] = {}
    for path in [*sorted(TEXTS.glob("*.*.txt")), *sorted(folder.glob("*.*.txt"))]:
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
    yield from _check_action(profile)
    yield from lint(profile, voices.abilities())
    try:
        ZoneInfo(profile.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "timezone", f"{profile.timezone} is not a time zone", "write one such as Europe/Brussels"


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
    labelled |= {f"wanted.{one.id}.labels": one.labels for one in profile.wanted}
    labelled |= {f"fields.{one.id}.labels": one.labels for one in profile.fields}
    labelled |= {f"contacts.{scope}": labels for scope, labels in profile.contacts.items()}
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
        for address in box.addresses:
            yield from address_faults(f"{key}.address", address)
        if box.team:
            yield from others_faults(f"{key}.team", box.team, profile)
        if box.language not in profile.languages:
            yield f"{key}.language", f"{box.language} is not among languages", "add it there or choose another"
        if box.poll_seconds < 1:
            yield f"{key}.poll_seconds", "is under one second", "write 1.0 or more"


def _check_action(profile: Profile) -> Iterator[Fault]:
    """What becomes of cases: priority, clocks, queues, people, second levels and receipts."""
    known = known_to(profile)
    categories = [one.id for one in profile.categories]
    yield from priority.faults(profile.priorities)
    calendars = holidays.sound_calendars(profile)
    yield from targets.faults(profile.targets, profile.reminders, categories, calendars, datetime.now(UTC))
    for key, cause, mend in routing_faults.faults(profile.routing, known):
        yield f"routing.{key}", cause, mend
    yield from _check_agents(profile)
    yield from secondlevel_faults.faults(profile)
    yield from receipt_faults.faults(profile, known)


def _check_agents(profile: Profile) -> Iterator[Fault]:
    for index, agent in enumerate(profile.routing.agents):
        key = f"routing.agents.{index}"
        if agent.address:
            yield from others_faults(f"{key}.address", agent.address, profile)
        for language in agent.languages:
            if language not in profile.languages:
                yield f"{key}.languages", f"{language} is not among languages", "add it there or correct it"
