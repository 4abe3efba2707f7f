"""What a message of a person is answered with at once, and what the answer says beside the number."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from cases.masking import has_national_number
from cases.patterns import search
from cases.profile import FieldKind, OwnField, Profile
from cases.receipt import Answer, Wanted
from cases.routing import takes

IN_SCOPE = "in"
_MARKS = " \t\r\n.,;:!?/-"


def answer_for(traits: Mapping[str, str], profile: Profile) -> tuple[Answer, str]:
    """The answer to a case with these attributes (`cases.routing.ATTRIBUTES`), and the name of the rule that says so,
    '' where none does.

    A retired mailbox sends people to the form; then the first rule that matches; then, where it is sure that somebody
    else is meant, their contact.
    """
    if any(box.retired for box in profile.mailboxes if box.name == traits["source"]):
        return Answer.RETIRED, ""
    rule = next((rule for rule in profile.receipts if takes(rule.when, traits)), None)
    if rule:
        return rule.answer, rule.name
    known = traits["scope"] != IN_SCOPE and traits["scope"] in profile.contacts
    return Answer.REDIRECT if known and traits["review"] == "no" else Answer.ACKNOWLEDGEMENT, ""


def missing(
    traits: Mapping[str, str], wanted: Iterable[Wanted], text: str, content_types: Iterable[str]
) -> tuple[str, ...]:
    """The ids of what such a case asks for and what is neither in the text nor among the files."""
    types = [one.lower() for one in content_types]
    return tuple(one.id for one in wanted if takes(one.when, traits) and not _is_there(one, text, types))


def _is_there(one: Wanted, text: str, types: Sequence[str]) -> bool:
    if one.pattern and search(one.pattern, text):
        return True
    return any(fnmatchcase(found, meant.lower()) for found in types for meant in one.files)


class Banner(Protocol):
    """What is read of a running incident (`store.banners`)."""

    @property
    def line(self) -> str: ...
    @property
    def texts(self) -> Mapping[str, str]: ...
    @property
    def receipts(self) -> Mapping[str, str] | None: ...
    @property
    def tools(self) -> Sequence[str] | None: ...


def incident_text(banners: Iterable[Banner], tool: str, lang: str) -> str:
    """What the first running incident that concerns a case of that tool says in that language, '' for none.

    One that names tools concerns those; one that names none, everybody, unless it is heard on one line alone.
    """
    concerned = (one for one in banners if (tool in one.tools if one.tools else not one.line))
    said = ((one.receipts or one.texts).get(lang) for one in concerned)
    return next(filter(None, said), "")


def own_fields(text: str, fields: Iterable[OwnField]) -> dict[str, str]:
    """The values of the service's own fields that the text has, by the field's id: what its pattern's first group
    matched, or all of it where it has none."""
    found: dict[str, str] = {}
    for one in fields:
        match = search(one.pattern, text) if one.pattern else None
        value = _value(one, (match[1] if match.re.groups else match[0]) or "") if match else ""
        if value and not has_national_number(value):
            found[one.id] = value
    return found


def _value(one: OwnField, written: str) -> str:
    """The value as it is kept: without the marks of the sentence around it; a choice is written as its option."""
    written = written.strip(_MARKS)
    if one.kind is not FieldKind.CHOICE:
        return written
    return next((option for option in one.options if option.casefold() == written.casefold()), "")
