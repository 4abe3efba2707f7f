"""What is wrong with a service's prepared answers."""

import re
from collections.abc import Iterator

from cases.hours import Fault
from cases.prepared import FILTERS, PLACEHOLDERS, PreparedAnswer
from cases.profile import Profile
from cases.routing_faults import Known, when_faults
from cases.writing import LONGEST_TEXT

_ID = re.compile("[a-z][a-z0-9_]{0,39}")
_BRACED = re.compile(r"\{([^{}]*)\}")


def faults(profile: Profile, known: Known) -> Iterator[Fault]:
    """(key, cause, mend) each. `known` are the values of a case's attributes (`cases.routing_faults.known_to`)."""
    ids = [one.id for one in profile.answers]
    for index, one in enumerate(profile.answers):
        key = f"answers.{index}"
        if not _ID.fullmatch(one.id) or one.id in ids[:index]:
            yield f"{key}.id", f"{one.id or 'nothing'} is not an id of its own", "write letters, digits and _"
        yield from when_faults(f"{key}.when", one.when, known)
        for name in sorted(one.when.keys() - FILTERS):
            yield f"{key}.when.{name}", "no answer is chosen by that", f"use one of {' '.join(sorted(FILTERS))}"
        yield from _text_faults(key, one)


def _text_faults(key: str, one: PreparedAnswer) -> Iterator[Fault]:
    for language, text in one.texts.items():
        if len(text) > LONGEST_TEXT:
            yield f"{key}.texts.{language}", "is too long", f"write {LONGEST_TEXT} characters at most"
        for name in sorted(set(_BRACED.findall(text)) - set(PLACEHOLDERS)):
            yield f"{key}.texts.{language}", f"{{{name}}} is filled in by nothing", _PLACEHOLDERS


_PLACEHOLDERS = "use one of " + " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
