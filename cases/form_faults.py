"""What is wrong with a service's form: choices that say nothing, mailboxes and fields that are not there."""

import re
from collections.abc import Iterator, Mapping, Sequence

from cases.form import DEEPEST, Choice, WebForm
from cases.hours import Fault
from cases.logged import NO_TOOL
from cases.profile import Profile

SOURCE = "form"
"""What the balance calls the form: no mailbox and no line has that name."""
MOST_PER_HOUR = 10_000
_ID = re.compile("[a-z][a-z0-9_]{0,39}")
_PHONE = re.compile(r"\+[1-9][0-9]{5,14}")


def faults(profile: Profile) -> Iterator[Fault]:
    """(key, cause, mend) each."""
    for name in [*(box.name for box in profile.mailboxes), *(line.name for line in profile.lines)]:
        if name == SOURCE:
            yield name, f"{SOURCE} is the name of the form in the balance", "choose another"
    form = profile.web_form
    if not form.themes:
        return
    yield from _mailbox_faults(form, profile)
    yield from _text_faults(form, profile.languages)
    yield from _asked_faults("form.asks", form.asks, form.asks, profile)
    yield from _choices_faults("form.themes", form.themes, profile, 1)
    if form.privacy.path and [one.id for one in form.walk(form.privacy.path)] != list(form.privacy.path):
        yield "form.privacy.path", "no such choice is in the form", "name a theme, and the reason under it"


def _mailbox_faults(form: WebForm, profile: Profile) -> Iterator[Fault]:
    boxes = {box.name: box for box in profile.mailboxes}
    named = {"form.mailbox": form.mailbox} | {f"form.mailboxes.{lang}": box for lang, box in form.mailboxes.items()}
    for key, name in named.items():
        if name not in boxes:
            yield key, f"no mailbox has the name {name}", "name the one in whose name its cases are answered"
        elif boxes[name].retired:
            yield key, f"{name} sends people to this form", "name a mailbox that is not retired"
    for lang in form.mailboxes:
        if lang not in profile.languages:
            yield f"form.mailboxes.{lang}", f"{lang} is not among languages", "add it there or leave it out"


def _text_faults(form: WebForm, languages: Sequence[str]) -> Iterator[Fault]:
    texts: dict[str, Mapping[str, str]] = {"form.help": form.help, "form.consent": form.consent}
    texts |= {f"form.privacy.{name}": getattr(form.privacy, name) for name in ("kept", "rights", "contact")}
    for key, labels in texts.items():
        yield from _label_faults(key, labels, languages)
    if not _PHONE.fullmatch(form.phone):
        yield "form.phone", f"{form.phone or 'nothing'} is no phone number", "write it as +3281000000"
    if not 1 <= form.per_hour <= MOST_PER_HOUR:
        yield "form.per_hour", f"{form.per_hour} is out of reach", f"write 1 to {MOST_PER_HOUR}"


def _choices_faults(key: str, choices: Sequence[Choice], profile: Profile, depth: int) -> Iterator[Fault]:
    if choices and depth > DEEPEST:
        yield key, "people would choose four times", "theme, reason and sub-reason must do"
        return
    ids = [one.id for one in choices]
    for index, one in enumerate(choices):
        here = f"{key}.{index}"
        if not _ID.fullmatch(one.id):
            yield f"{here}.id", f"{one.id} is not an id", "write up to 40 lower-case letters, digits and _"
        elif one.id in ids[:index]:
            yield f"{here}.id", f"{one.id} stands there twice", "give each another"
        yield from _choice_faults(here, one, profile)
        yield from _choices_faults(f"{here}.reasons", one.reasons, profile, depth + 1)


def _choice_faults(key: str, one: Choice, profile: Profile) -> Iterator[Fault]:
    yield from _label_faults(f"{key}.labels", one.labels, profile.languages)
    if one.hint:
        yield from _label_faults(f"{key}.hint", one.hint, profile.languages)
    known = {
        "motif": [entry.id for entry in profile.motifs],
        "tool": [*(entry.id for entry in profile.tools), NO_TOOL],
        "scope": profile.scopes,
    }
    for name, ids in known.items():
        meant = getattr(one, name)
        if meant and meant not in ids:
            yield f"{key}.{name}", f"there is no {name} {meant}", "add it or correct the id"
    yield from _asked_faults(f"{key}.asks", one.asks, one.asks, profile)
    yield from _asked_faults(f"{key}.requires", one.requires, one.asks, profile)


def _asked_faults(key: str, names: Sequence[str], asked: Sequence[str], profile: Profile) -> Iterator[Fault]:
    known = [one.id for one in profile.fields]
    for name in names:
        if name not in known:
            yield key, f"no field has the id {name}", "add it to [[fields]] in cases.toml"
        elif name not in asked:
            yield key, f"{name} is not asked for", "add it to `asks`"


def _label_faults(key: str, labels: Mapping[str, str], languages: Sequence[str]) -> Iterator[Fault]:
    for language in languages:
        if not labels.get(language, "").strip():
            yield f"{key}.{language}", "the text is missing", f"write it in {language}"
