"""What a profile does wrong by people: periods without sense, recording without notice, asking for national numbers."""

import re
from collections.abc import Iterator

from cases import retention
from cases.hours import Fault
from cases.patterns import search
from cases.phone import Voicemail
from cases.profile import Profile

RECORDED = {"fr": r"enregistr", "de": r"aufgenommen|aufgezeichnet|Aufnahme", "nl": r"opgenomen|opname", "en": r"record"}
"""How a caller hears, in each language, that what they say is kept."""

_NATIONAL_NUMBERS = ("85.07.30-033.28", "85073003328", "850730 033 28")
"""One invented person's, as people write it."""


def faults(profile: Profile) -> Iterator[Fault]:
    """Every fault: (key, cause, mend) each."""
    yield from retention.faults(profile.retention, profile.matching.reopen_days)
    yield from _fields(profile)
    yield from _notices(profile)


def _fields(profile: Profile) -> Iterator[Fault]:
    for index, one in enumerate(profile.fields):
        if one.pattern and any(_takes(one.pattern, number) for number in _NATIONAL_NUMBERS):
            mend = "end it where eleven digits begin, or leave it out: national numbers are never collected"
            yield f"fields.{index}.pattern", "finds national numbers", mend


def _takes(pattern: str, number: str) -> bool:
    try:
        found = search(pattern, number)
    except re.error:  # which is a fault of its own
        return False
    return found is not None and found[0] == number


def _notices(profile: Profile) -> Iterator[Fault]:
    """Nobody is recorded who was not told so, and for how long."""
    days = str(profile.phone.voicemail_days)
    prompts = {
        node.prompt for menu in profile.menus.values() for node in menu.nodes.values() if isinstance(node, Voicemail)
    }
    for name in sorted(prompts):
        for lang, prompt in profile.prompts.get(name, {}).items():
            if not re.search(RECORDED.get(lang, ""), prompt.text, re.IGNORECASE):
                yield f"prompts.{name}.{lang}", "does not say that the message is recorded", "say so before the signal"
            elif not re.search(rf"(?<!\d){days}(?!\d)", prompt.text):
                mend = f"name phone.voicemail_days, {days}"
                yield f"prompts.{name}.{lang}", "does not say after how many days the sound is deleted", mend
