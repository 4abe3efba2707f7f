"""The composer's form as it was posted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desk.composer.draft import Kind
from desk.posted import Posted
from ingest.web.uploads import Offered

KEEP = "keep:"
"""Before the key of a file of the draft, in the name of the box that keeps it."""
LONGEST_ID = 18
"""Digits that a database takes as a number."""


class Then(StrEnum):
    """The button that was pressed."""

    SEND = "send"
    WAIT = "wait"
    CLOSE = "close"
    SAVE = "save"
    INSERT = "insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was typed and chosen. `keep` are the keys of files of the draft that stay, `files` those that are new.
    `version` is the case's that was seen, 0 where none was; `cut`: more was chosen than is read.
    `template` is the prepared answer that was chosen, `insert` the page of help that was asked to be put in."""

    kind: Kind
    text: str
    lang: str
    then: Then
    version: int
    template: str
    insert: str
    keep: frozenset[str]
    files: tuple[Offered, ...]
    cut: bool


def written(form: Posted) -> Written:
    """The same, whatever it was that was posted."""
    fields = form.fields
    then = fields.get("then", "")
    return Written(
        kind=Kind.NOTE if fields.get("kind") == Kind.NOTE else Kind.REPLY,
        text=fields.get("text", "").replace("\r\n", "\n"),
        lang=fields.get("lang", "")[:2],
        then=Then(then) if then in set(Then) else Then.SAVE,
        version=seen(fields),
        template=fields.get("template", ""),
        insert=fields.get("insert", ""),
        keep=frozenset(name.removeprefix(KEEP) for name in fields if name.startswith(KEEP)),
        files=form.files,
        cut=form.too_large,
    )


def seen(fields: Mapping[str, str]) -> int:
    """The version of the case that was seen, 0 where none was."""
    return number_in(fields.get("version", ""), 0)


def number_in(digits: str, otherwise: int) -> int:
    """The number that stands in a field, `otherwise` where it is none."""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_ID else otherwise
