"""What is wrong with what a profile says of Jira: names that are missing, attributes and languages that nobody has."""

from collections.abc import Iterator

from cases.case import Status
from cases.hours import Fault
from cases.masking import NEVER_SHOWN
from cases.profile import Profile
from cases.secondlevel import Via
from cases.ticket_words import ATTRIBUTES

_NEEDED = {
    "project": "write the key of the service project, such as DIG",
    "request_type": "write the name of the request type, as its portal shows it",
    "reference": "write the name of a text field of that request type, to find a ticket again by the case's number",
}


def faults(profile: Profile) -> Iterator[Fault]:
    """(key, cause, mend) each; the names themselves are looked up in the project (`aiguillage jira check`)."""
    yield from _second_level_faults(profile)
    jira = profile.jira
    if not jira.is_on:
        return
    for key, mend in _NEEDED.items():
        if not getattr(jira, key).strip():
            yield f"jira.{key}", "is missing", mend
    if jira.language not in profile.languages:
        yield "jira.language", f"{jira.language} is not among languages", "add it there or choose another"
    for name, attribute in jira.fields.items():
        if attribute not in ATTRIBUTES:
            mend = f"use one of {', '.join(sorted(ATTRIBUTES))}"
            yield f"jira.fields.{name}", f"a case has no {attribute}", mend
    for status in jira.transitions:
        if status not in list(Status):
            yield f"jira.transitions.{status}", "is no status of a case", f"use one of {', '.join(Status)}"
    for kind in sorted(NEVER_SHOWN & set(jira.shows)):
        yield "jira.shows", f"{kind} is never shown", "take it out, or say `unmasked` if all may be seen there"
    yield from _number_faults(profile)


def _second_level_faults(profile: Profile) -> Iterator[Fault]:
    for index, one in enumerate(profile.second_level):
        if one.via is Via.JIRA and not profile.jira.is_on:
            yield f"second_level.{index}.via", "Jira is not set up", "add [jira] with push, or remove this line"


def _number_faults(profile: Profile) -> Iterator[Fault]:
    jira = profile.jira
    if Status.CLOSED not in jira.statuses.values():
        mend = "name the status of a ticket that is closed there"
        yield "jira.statuses", "none of them means closed", mend
    if not 5 <= jira.poll_minutes <= 1440:
        yield "jira.poll_minutes", f"{jira.poll_minutes} is no good pace", "write 5 to 1440"
    if not 1 <= jira.largest_file_mb <= 100:
        yield "jira.largest_file_mb", f"{jira.largest_file_mb} is no good limit", "write 1 to 100"
    if not 0 <= jira.search_after_seconds <= 3600:
        yield "jira.search_after_seconds", f"{jira.search_after_seconds} cannot be waited", "write 0 to 3600"
