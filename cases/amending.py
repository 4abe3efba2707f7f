"""What is put right on a case: whose it is, who is written to, its fields, and two requests in one case told apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cases.acting import Acting, Action, Branch, Effect, require
from cases.answers import own_fields
from cases.case import EntryKind, Status, case_number
from cases.deadlines import deadline
from cases.dossier import Dossier, Message
from cases.event import Address
from cases.masking import has_national_number
from cases.policy import is_address, without_sub_address
from cases.profile import FieldKind, OwnField, Profile
from cases.refusal import Refusal, RefusedError
from cases.timers import Calendars
from cases.triage import Opening, columns, kept_here, told, triage
from cases.writing import on_one_line, written

PROPOSED = "requester_proposed"
"""The flag of a case whose requester is a guess."""


def requester(case: Dossier, acting: Acting, address: str, name: str = "") -> Effect:
    """Say who asks: confirms what was proposed for a forwarded mail, or names who called."""
    require(Action.REQUESTER, case, acting)
    found = Address(on_one_line(name), address.strip().lower())
    if not is_address(found.address):
        raise RefusedError(Refusal.NOT_AN_ADDRESS, address=address or "nothing")
    if without_sub_address(found.address) in acting.profile.own_addresses:
        raise RefusedError(Refusal.OWN_MAILBOX, address=found.address)
    said = {"address": found.address, "name": found.name, "before": case.requester.address}
    return Effect(
        columns={
            "requester": found.address,
            "requester_name": found.name,
            "flags": [flag for flag in case.flags if flag != PROPOSED],
        },
        lines=(acting.line(EntryKind.REQUESTER_SET, **said),),
    )


def copy(case: Dossier, acting: Acting, *, on: bool) -> Effect:
    """Whether who wrote for the requester has a copy of each reply."""
    require(Action.COPY, case, acting)
    if case.submitter in ("", case.requester.address):
        raise RefusedError(Refusal.NO_SUBMITTER, number=case.number)
    if case.copied is on:
        raise RefusedError(Refusal.COPIES_ON if on else Refusal.COPIES_OFF)
    return Effect(columns={"copied": on}, lines=(acting.line(EntryKind.FIELDS_SET, copied=on),))


def fields(case: Dossier, acting: Acting, values: Mapping[str, str]) -> Effect:
    """Fill in the profile's own fields; '' empties one."""
    require(Action.FIELD, case, acting)
    known = {one.id: one for one in acting.profile.fields}
    after = dict(case.fields)
    for name, value in values.items():
        if name not in known:
            raise RefusedError(Refusal.NO_SUCH_FIELD, field=name, known=", ".join(known) or "none")
        after[name] = _value(known[name], on_one_line(value))
    after = {name: value for name, value in after.items() if value}
    changed: dict[str, Any] = {
        name: {"before": case.fields.get(name, ""), "after": after.get(name, "")} for name in values
    }
    return Effect(columns={"fields": after}, lines=(acting.line(EntryKind.FIELDS_SET, fields=changed),))


def no_article(case: Dossier, acting: Acting, *, on: bool) -> Effect:
    """Say that no page helps with such a case, or take that back; the monthly review counts it by topic."""
    require(Action.NOTE, case, acting)
    return Effect(lines=(acting.line(EntryKind.NO_ARTICLE, on=on, tool=case.tool, motif=case.motif),))


def lacks_article(case: Dossier) -> bool:
    """Whether somebody said so last."""
    said = [line.data["on"] for line in case.timeline if line.kind is EntryKind.NO_ARTICLE]
    return bool(said and said[-1])


def _value(one: OwnField, value: str) -> str:
    if not value:
        return ""
    if one.kind is FieldKind.CHOICE and value not in one.options:
        raise RefusedError(Refusal.NO_SUCH_OPTION, value=value, field=one.id, known=", ".join(one.options))
    if one.kind is FieldKind.NUMBER and not _is_number(value):
        raise RefusedError(Refusal.NOT_A_NUMBER, value=value)
    if one.kind is FieldKind.DATE and not _is_date(value):
        raise RefusedError(Refusal.NOT_A_DAY, value=value)
    if has_national_number(value):
        raise RefusedError(Refusal.NATIONAL_NUMBER)
    return value


def _is_number(value: str) -> bool:
    whole, _, rest = value.removeprefix("-").partition(".")
    return value.isascii() and whole.isdigit() and (rest.isdigit() or not value.count("."))


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What becomes a case of its own: the messages with these ids, or a `passage` of the one that has that id, which
    stays. `subject` is '' for that of the first message; `new` is the id that is reserved for the new case."""

    chosen: Collection[int]
    subject: str = ""
    passage: str | None = None
    new: int = 0


def split(case: Dossier, acting: Acting, cut: Cut, calendars: Calendars) -> Effect:
    """Open a case of its own for some of the messages, of which at least one stays, or for what one of them also asks.

    It is looked at as if it had come by itself, when the first of them came: who asked has waited since then.
    """
    require(Action.SPLIT, case, acting)
    branch = _branch(case, acting, cut, calendars)
    said: dict[str, Any] = {"case": branch.number, "messages": [one.id for one in branch.moved]}
    return Effect(lines=(acting.line(EntryKind.SPLIT, **said),), branch=branch)


def _branch(case: Dossier, acting: Acting, cut: Cut, calendars: Calendars) -> Branch:
    first, moved = _part(case, cut)
    opening = _opening(case, first, acting.profile)
    found = kept_here(triage(opening, calendars, first.at))
    return Branch(
        id=cut.new,
        number=case_number(acting.profile.case_prefix, cut.new),
        columns=_columns(case, first, cut.subject) | columns(found) | {"fields": dict(opening.fields)},
        tags=first.tags,
        lines=(
            acting.line(EntryKind.SPLIT, "" if moved else first.text, **{"from": case.number}),
            replace(acting.line(EntryKind.ROUTED, **told(found)), actor=RULE),
        ),
        moved=moved,
    )


def _part(case: Dossier, cut: Cut) -> tuple[Message, tuple[Message, ...]]:
    """The message that the new case begins with, and those that go over to it."""
    if cut.passage is None:
        moved = _chosen(case, cut.chosen)
        return moved[0], moved
    letters = {one.id: one for one in case.letters if not one.merged}
    wanted = next(iter(cut.chosen), 0)
    if len(cut.chosen) != 1 or wanted not in letters:
        known = ", ".join(map(str, letters)) or "none"
        raise RefusedError(Refusal.NO_SUCH_MESSAGE, number=case.number, message=wanted, known=known)
    letter = letters[wanted]
    # the tags were found in the whole message: somebody looks what they are for this part of it
    tags = replace(letter.tags, review=True, reason=PART, several_requests=False)
    return replace(letter, text=written(cut.passage), tags=tags), ()


PART = "part"
"""Why the tags of a case that is about a passage are in doubt."""


def _opening(case: Dossier, first: Message, profile: Profile) -> Opening:
    """What intake would have known of that message."""
    said = f"{first.subject}\n{first.text}"
    return Opening(
        channel=case.channel,
        source=case.source,
        tags=first.tags,
        sender=profile.sender_kind(first.sender),
        deadline=deadline(said, first.at.astimezone(ZoneInfo(profile.timezone)).date()),
        fields=own_fields(said, profile.fields),
    )


RULE = "rule"
"""Who routes a new case, on its timeline."""


def _chosen(case: Dossier, chosen: Collection[int]) -> tuple[Message, ...]:
    letters = tuple(one for one in case.letters if not one.merged)
    if unknown := set(chosen) - {one.id for one in letters}:
        known = ", ".join(str(one.id) for one in letters)
        raise RefusedError(Refusal.NO_SUCH_MESSAGE, number=case.number, message=min(unknown), known=known or "none")
    moved = tuple(one for one in letters if one.id in chosen)
    if not moved or len(moved) == len(letters):
        raise RefusedError(Refusal.ONE_STAYS)
    return moved


def _columns(case: Dossier, first: Message, subject: str) -> dict[str, Any]:
    tags = first.tags
    return {
        "status": Status.NEW,
        "channel": case.channel,
        "source": case.source,
        "subject": on_one_line(subject) or first.subject,
        "lang": tags.lang,
        "category": tags.category,
        "motif": tags.motif,
        "tool": tags.tool,
        "scope": tags.scope,
        "review": tags.review,
        "flags": [],
        "requester_name": case.requester.name,
        "requester": case.requester.address,
        "submitter": case.submitter,
        "phone": case.phone or None,
        "relay": case.relay,
        "copied": case.copied,
        "linked_case_id": case.id,
        "opened_at": first.at,
    }
