"""What people typed into the form, and what is wrong with it. Pure: text in, faults by the name of the field out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases import masking
from cases.form import WebForm
from cases.policy import is_address, without_sub_address
from cases.profile import FieldKind, OwnField, Profile
from ingest.email.storable import storable, storable_line

LONGEST_TEXT = 20_000
LONGEST_LINE = 200
LONGEST_ADDRESS = 254
"""Characters of an address that mail can be sent to (RFC 5321 4.5.3.1.3)."""
CHOICE = "in"
"""The name of the field with the theme; `in.THEME` has the reason, `in.THEME.REASON` the sub-reason."""
FIELD = "field."
"""How the names of the profile's own fields begin."""
LINES = frozenset({"name", "email", "phone", "for", "for_name", "for_email", "copies", "number", "token"})
TEXT = "text"
_NAME = re.compile(rf"{CHOICE}(\.[a-z0-9_]{{1,40}}){{0,2}}|{re.escape(FIELD)}[a-z0-9_]{{1,40}}")
_DOMAIN = re.compile(r"[^\s@.]+(\.[^\s@.]+)+")

Typed = Mapping[str, str]


def typed(posted: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form among what was posted, in letters that can be kept; whatever else was posted is not."""
    kept = {TEXT: storable(posted[TEXT], LONGEST_TEXT + 1).strip()} if isinstance(posted.get(TEXT), str) else {}
    for name, value in posted.items():
        if isinstance(value, str) and (name in LINES or _NAME.fullmatch(name)):
            kept[name] = storable_line(value, LONGEST_ADDRESS + 1)
    return kept


def path(answers: Typed, form: WebForm) -> tuple[str, ...]:
    """The ids of what was chosen, from the theme down; a reason of another theme was chosen before that."""
    found: tuple[str, ...] = ()
    while chosen := answers.get(".".join((CHOICE, *found))):
        if len(form.walk((*found, chosen))) == len(found):
            break
        found = (*found, chosen)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What answers are held against. `number` turns a phone number into E.164, or ''."""

    profile: Profile
    number: Callable[[str], str]

    def choice_faults(self, answers: Typed) -> dict[str, str]:
        """What is still to be chosen, by the field's name."""
        form = self.profile.web_form
        chosen = path(answers, form)
        left = form.walk(chosen)[-1].reasons if chosen else form.themes
        return {".".join((CHOICE, *chosen)): "choose"} if left else {}

    def faults(self, answers: Typed) -> dict[str, str]:
        """What is wrong with everything else, by the field's name, in the order of the page."""
        return dict((*self._about_case(answers), *self._about_people(answers)))

    def asked(self, answers: Typed) -> Sequence[tuple[OwnField, bool]]:
        """The profile's own fields that are asked for, each with whether it must be answered."""
        form = self.profile.web_form
        wanted = form.asked(path(answers, form))
        return [(one, wanted[one.id]) for one in self.profile.fields if one.id in wanted]

    def own(self, answers: Typed) -> dict[str, str]:
        """The values of these fields that were given, by id."""
        given = ((one.id, answers.get(FIELD + one.id, "")) for one, _ in self.asked(answers))
        return {name: value for name, value in given if value}

    def is_number(self, quoted: str) -> bool:
        """Whether that is a case number of this service."""
        return re.fullmatch(rf"{re.escape(self.profile.case_prefix)}-\d{{2}}-\d{{5,8}}", quoted, re.I) is not None

    def _about_case(self, answers: Typed) -> Iterator[tuple[str, str]]:
        text = answers.get(TEXT, "")
        if not text or len(text) > LONGEST_TEXT:
            yield TEXT, "long" if text else "missing"
        for one, required in self.asked(answers):
            name = FIELD + one.id
            if fault := _own_fault(one, answers.get(name, ""), required=required):
                yield name, fault
        if answers.get("number") and not self.is_number(answers["number"]):
            yield "number", "wrong"

    def _about_people(self, answers: Typed) -> Iterator[tuple[str, str]]:
        yield from _name_faults("name", answers)
        yield from self._email_faults("email", answers, required=True)
        if answers.get("phone") and not self.number(answers["phone"]):
            yield "phone", "wrong"
        if answers.get("for"):
            yield from _name_faults("for_name", answers)
            yield from self._email_faults("for_email", answers, required=False)

    def _email_faults(self, name: str, answers: Typed, *, required: bool) -> Iterator[tuple[str, str]]:
        address = answers.get(name, "")
        if not address:
            if required:
                yield name, "missing"
        elif not _is_sound(address):
            yield name, "wrong"
        elif without_sub_address(address.lower()) in self.profile.own_addresses:
            yield name, "ours"


def has_national_number(answers: Typed) -> bool:
    """Whether somebody typed what looks like a Belgian national number, which nobody asks for."""
    said = "\n".join(value for name, value in answers.items() if name == TEXT or name.startswith(FIELD))
    return masking.has_national_number(said)


def _is_sound(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    fits = len(address) <= LONGEST_ADDRESS and address.count("@") == 1 and len(local.encode()) <= 64
    return fits and is_address(address) and _DOMAIN.fullmatch(domain) is not None


def _name_faults(name: str, answers: Typed) -> Iterator[tuple[str, str]]:
    written = answers.get(name, "")
    if not written or len(written) > LONGEST_LINE:
        yield name, "long" if written else "missing"


def _own_fault(one: OwnField, value: str, *, required: bool) -> str:
    if not value:
        return "missing" if required else ""
    if len(value) > LONGEST_LINE:
        return "long"
    return "" if _FITS[one.kind](one, value) and not masking.has_national_number(value) else "wrong"


def _is_date(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


_FITS: Mapping[FieldKind, Callable[[OwnField, str], bool]] = {
    FieldKind.TEXT: lambda one, value: True,
    FieldKind.NUMBER: lambda one, value: re.fullmatch(r"-?\d{1,15}([.,]\d{1,6})?", value) is not None,
    FieldKind.DATE: lambda one, value: _is_date(value),
    FieldKind.CHOICE: lambda one, value: value in one.options,
}
