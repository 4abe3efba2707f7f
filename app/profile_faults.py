"""What is wrong with a profile that its types cannot say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import holidays
from app.files import Fault
from cases import (
    form_faults,
    prepared_faults,
    priority,
    privacy_faults,
    probe,
    receipt_faults,
    routing_faults,
    secondlevel_faults,
    targets,
    ticket_faults,
)
from cases.addresses import address_faults, others_faults
from cases.policy import OutboundKind
from cases.profile import Category, Motif, Profile, Tool
from cases.routing_faults import known_to
from ingest.voice.lint import lint
from ingest.voice.twilio import voices


def check(profile: Profile) -> Iterator[Fault]:
    """What types cannot say: references that lead nowhere, names used twice, languages that miss a text."""
    yield from _check_names(profile)
    yield from _check_references(profile)
    yield from _check_unique(profile)
    yield from _check_languages(profile)
    yield from _check_mailboxes(profile)
    yield from holidays.faults(profile)
    yield from _check_sign_in(profile)
    yield from _check_undo(profile)
    yield from _check_action(profile)
    yield from privacy_faults.faults(profile)
    yield from probe.faults(profile.probe, profile.own_addresses, [line.number for line in profile.lines])
    yield from lint(profile, voices.abilities())
    if not _is_zone(profile.timezone):
        yield "timezone", f"{profile.timezone} is not a time zone", "write one such as Europe/Brussels"


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return False


LONGEST_ID = 40
LONGEST_UNDO = 120
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
    labelled |= {f"answers.{one.id}.labels": one.labels for one in profile.answers}
    labelled |= {f"answers.{one.id}.texts": one.texts for one in profile.answers}
    labelled |= {f"contacts.{scope}": labels for scope, labels in profile.contacts.items()}
    everything = {**labelled, "service": profile.service}
    everything |= {f"texts.{kind}": profile.texts[kind] for kind in profile.texts if kind in set(OutboundKind)}
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


def _check_undo(profile: Profile) -> Iterator[Fault]:
    if not 0 <= profile.undo_seconds <= LONGEST_UNDO:
        yield "undo_seconds", f"{profile.undo_seconds} seconds cannot be waited", f"write 0 to {LONGEST_UNDO}"


def _check_sign_in(profile: Profile) -> Iterator[Fault]:
    for group in profile.sign_in.groups:
        if group != group.strip() or not group:
            yield "sign_in.groups", f"'{group}' is not a group", "write its name or id as the ID token has it"


def _check_action(profile: Profile) -> Iterator[Fault]:
    """What becomes of cases: priority, clocks, queues, people, second levels and receipts."""
    known = known_to(profile)
    categories = [one.id for one in profile.categories]
    yield from priority.faults(profile.priorities)
    calendars = holidays.sound_calendars(profile) if _is_zone(profile.timezone) else {}
    yield from targets.faults(profile.targets, profile.reminders, categories, calendars, datetime.now(UTC))
    for key, cause, mend in routing_faults.faults(profile.routing, known):
        yield f"routing.{key}", cause, mend
    yield from _check_agents(profile)
    yield from secondlevel_faults.faults(profile)
    yield from ticket_faults.faults(profile)
    yield from receipt_faults.faults(profile, known)
    yield from form_faults.faults(profile)
    yield from prepared_faults.faults(profile, known)


def _check_agents(profile: Profile) -> Iterator[Fault]:
    for index, agent in enumerate(profile.routing.agents):
        key = f"routing.agents.{index}"
        if agent.address:
            yield from others_faults(f"{key}.address", agent.address, profile)
        for language in agent.languages:
            if language not in profile.languages:
                yield f"{key}.languages", f"{language} is not among languages", "add it there or correct it"
