"""What people do with a case: answer, note, wait, close, re-open. Values in, an `Effect` out.

docs/actions.md has the table of all actions; a test executes it. Those about who has a case are in `cases.assigning`,
those about the second level in `cases.seconding`, those that correct a case in `cases.amending`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cases.acting import Acting, Action, Effect, require
from cases.assigning import own
from cases.case import EntryKind, Status
from cases.dossier import Dossier, mail
from cases.mails import Mail
from cases.policy import OutboundKind, Verdict, is_address, withheld, without_sub_address
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.seconding import withdrawal
from cases.secondlevel import Outcome
from cases.writing import written

LONGEST_WAIT = 365


def reply(case: Dossier, acting: Acting, text: str, *, wait: bool = False, end: bool = False) -> Effect:
    """Answer the requester; `wait` for what they say to it, or `end` the case with it.

    Raises RefusedError, as every action does: here where there is no address to answer to.
    """
    require(Action.REPLY, case, acting)
    words = written(text)
    if wait and end:
        raise RefusedError(Refusal.WAIT_OR_CLOSE)
    answered = Effect(
        columns={"status": _answered(case)},
        lines=(acting.line(EntryKind.ANSWERED, words, waiting=wait),),
        mails=tuple(_answers(case, acting, words, waiting=wait)),
    )
    if end:
        return answered | close(case, acting)
    return (answered | _waiting(case, acting, 0) if wait else answered) | own(case, acting)


def _answered(case: Dossier) -> Status:
    return Status.OPEN if case.status is Status.NEW else case.status


def _answers(case: Dossier, acting: Acting, text: str, *, waiting: bool) -> Iterator[Mail]:
    """The mail to the requester, and its copy to who wrote for them."""
    said = {"text": text, "by": acting.name, "waiting": waiting}
    key = f"{OutboundKind.REPLY}:{case.id}:{{entry}}"
    yield _personal(mail(case, OutboundKind.REPLY, key, _addressee(case, acting), said))
    if copy := copied_to(case, acting.profile):
        yield _personal(mail(case, OutboundKind.REPLY, f"{key}:copy", copy, said))


def copied_to(case: Dossier, profile: Profile) -> str:
    """Who gets a copy of an answer, '' for nobody."""
    wanted = case.copied and case.submitter != case.requester.address
    return case.submitter if wanted and can_be_written_to(case.submitter, profile) else ""


def _addressee(case: Dossier, acting: Acting) -> str:
    address = case.requester.address
    if not can_be_written_to(address, acting.profile):
        refusal = Refusal.NOT_WRITTEN_TO if address else Refusal.NO_ADDRESS
        raise RefusedError(refusal, number=case.number, address=address)
    return address


def can_be_written_to(address: str, profile: Profile) -> bool:
    """Whether that is an address, and none of our own mailboxes."""
    return is_address(address) and without_sub_address(address) not in profile.own_addresses


def enclosing(answer: Effect, files: Sequence[Mapping[str, str]]) -> Effect:
    """The answer with files, each {"filename", "content_type", "sha256"}: in its mails, not in a closing."""
    if not files:
        return answer
    first, *rest = answer.lines
    told = replace(first, data={**first.data, "files": [one["filename"] for one in files]})
    return replace(answer, lines=(told, *rest), mails=tuple(_with_files(one, files) for one in answer.mails))


def _with_files(one: Mail, files: Sequence[Mapping[str, str]]) -> Mail:
    if one.kind is not OutboundKind.REPLY:
        return one
    return replace(one, context={**one.context, "files": [dict(file) for file in files]})


def note(case: Dossier, acting: Acting, text: str) -> Effect:
    """Write something down for the team."""
    require(Action.NOTE, case, acting)
    return Effect(lines=(acting.line(EntryKind.NOTE, written(text)),))


def wait(case: Dossier, acting: Acting, days: int = 0) -> Effect:
    """Wait for the requester, who was asked by other means. After `days` of silence they are reminded; 0 is as the
    profile says."""
    require(Action.WAIT, case, acting)
    if not 0 <= days <= LONGEST_WAIT:
        raise RefusedError(Refusal.DAYS, days=days, most=LONGEST_WAIT)
    return _waiting(case, acting, days) | own(case, acting)


def _waiting(case: Dossier, acting: Acting, days: int) -> Effect:
    if case.stay:
        raise RefusedError(Refusal.NO_WAIT_AT_N2, number=case.number)
    said: dict[str, Any] = {"days": days} if days else {}
    return Effect(columns={"status": Status.WAITING}, lines=(acting.line(EntryKind.WAITING, **said),))


def resume(case: Dossier, acting: Acting) -> Effect:
    """Go on without what was waited for."""
    require(Action.RESUME, case, acting)
    return Effect(columns={"status": Status.OPEN}, lines=(acting.line(EntryKind.RESUMED),))


def close(case: Dossier, acting: Acting, text: str = "", *, silent: bool = False, withdraw: bool = False) -> Effect:
    """Close the case, and tell the requester unless it is done in silence; the relay it came from is told in any case.

    A mail with a person's text counts as theirs. One without is automatic: it may be withheld, and its line says why.
    `withdraw` takes back what is with the second level, which is told so.
    """
    require(Action.CLOSE, case, acting)
    withdrawn = _withdrawn(case, acting, wished=withdraw)
    words = written(text) if text.strip() else ""
    told = _told(case, acting, personal=bool(words), silent=silent)
    line = acting.line(EntryKind.CLOSED, words, **{name: fate for name, (_, fate) in told.items()})
    closed = Effect(
        columns={"status": Status.CLOSED, "closed_at": acting.now},
        lines=(line,),
        mails=tuple(_closings(case, acting, words, told)),
    )
    return withdrawn | closed


def _withdrawn(case: Dossier, acting: Acting, *, wished: bool) -> Effect:
    if case.stay is None:
        if wished:
            raise RefusedError(Refusal.NOTHING_TO_WITHDRAW, number=case.number)
        return Effect()
    if not wished:
        raise RefusedError(Refusal.NO_CLOSE_AT_N2, number=case.number)
    line = acting.line(EntryKind.RETURNED, n2=case.stay.n2, ticket=case.stay.ticket, outcome=Outcome.WITHDRAWN)
    return Effect(lines=(line,), ended=Outcome.WITHDRAWN, mails=withdrawal(case, acting))


SENT = "sent"
RELAY = "relay"
SILENT = "silent"
"""What the line of a closing says of its mails: that one leaves, that none was wanted, or why it is withheld."""

Told = Mapping[str, tuple[str, str]]
"""Who is to be told (`requester`, `relay`, and `relay NUMBER` of a case that was merged into this one): their address,
and what becomes of the mail to it."""


def _told(case: Dossier, acting: Acting, *, personal: bool, silent: bool) -> Told:
    requester = case.requester.address
    fate = SILENT if silent else _fate(case, acting, requester, personal=personal)
    told = {"requester": (requester, fate)}
    knows = case.submitter == requester and fate == SENT  # nobody has said yet for whom it wrote
    if case.relay and not knows:
        told[RELAY] = case.submitter, _fate(case, acting, case.submitter, personal=False)
    for one in case.relays:
        told[f"{RELAY} {one.number}"] = one.address, _fate(case, acting, one.address, personal=False)
    return told


def _fate(case: Dossier, acting: Acting, address: str, *, personal: bool) -> str:
    reason = withheld(address, acting.profile, case.sent.to.get(address, 0), case.sent.by_mailbox)
    never = (Verdict.NO_ADDRESS, Verdict.OWN_ADDRESS)
    return SENT if reason is None or (personal and reason not in never) else reason


def _closings(case: Dossier, acting: Acting, text: str, told: Told) -> Iterator[Mail]:
    number = closings(case) + 1
    address, fate = told["requester"]
    if fate == SENT:
        said = {"text": text, "by": acting.name, "closing": number}
        closing = mail(case, OutboundKind.CLOSING, f"{OutboundKind.CLOSING}:{case.id}:{number}", address, said)
        yield _personal(closing) if text else closing
    key, said = f"relay:{case.id}:{number}", {"closed_at": acting.now.isoformat()}
    address, fate = told.get(RELAY, ("", ""))
    if fate == SENT:
        yield mail(case, OutboundKind.RELAY_CLOSING, key, address, said)
    for one in case.relays:
        address, fate = told[f"{RELAY} {one.number}"]
        if fate == SENT:
            theirs = said | {"number": one.number, "subject": "", "in_reply_to": "", "references": []}
            yield mail(case, OutboundKind.RELAY_CLOSING, f"{key}:{one.number}", address, theirs)


def closings(case: Dossier) -> int:
    """How often it was closed."""
    return sum(line.kind == EntryKind.CLOSED for line in case.timeline)


def reopen(case: Dossier, acting: Acting) -> Effect:
    """Open a closed case again, or bring back one that was hidden as spam."""
    require(Action.REOPEN, case, acting)
    said: dict[str, Any] = {"hidden": False} if case.hidden else {}
    columns = {"status": Status.OPEN, "closed_at": None, "hidden": False}
    return Effect(columns=columns, lines=(acting.line(EntryKind.REOPENED, **said),))


def _personal(one: Mail) -> Mail:
    return replace(one, automatic=False)
