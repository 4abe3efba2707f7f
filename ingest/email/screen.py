"""Screening: what a mail is and whether its sender can be believed, by small rules in a fixed order.

The first rule that fires decides the kind and gives its name as the reason. The rules change nothing: their answer is
a value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, takewhile

from cases.event import Dmarc, MessageKind, SenderKind
from cases.profile import Profile
from cases.tokens import Signer
from ingest.email import authres, automatic
from ingest.email.authres import AuthenticationResults, is_under
from ingest.email.parsed import ParsedMail

Rule = tuple[Callable[[ParsedMail], bool], MessageKind]

REPLIES: tuple[Rule, ...] = (
    (automatic.delivery_report, MessageKind.BOUNCE),
    (automatic.spam_report, MessageKind.SPAM_REPORT),
    (automatic.read_receipt, MessageKind.AUTO_REPLY),
    (automatic.auto_replied, MessageKind.AUTO_REPLY),
    (automatic.responder_field, MessageKind.AUTO_REPLY),
    (automatic.null_reverse_path, MessageKind.AUTO_REPLY),
    (automatic.out_of_office_subject, MessageKind.AUTO_REPLY),
)
"""Machines that answer a mail of ours."""

ROBOTS: tuple[Rule, ...] = (
    (automatic.list_mail, MessageKind.LIST),
    (automatic.auto_generated, MessageKind.AUTO_REPLY),
    (automatic.all_responses_suppressed, MessageKind.AUTO_REPLY),
    (automatic.bulk_precedence, MessageKind.AUTO_REPLY),
    (automatic.robot_sender, MessageKind.AUTO_REPLY),
)
"""Machines that write by themselves. A web form and a relay's ticket system do so for a person."""

_NAMED_ADDRESS = re.compile(r"[^\s<>\"'(),;]+@[^\s<>\"'(),;]+")
_NAME_CHARS = 500

OVERSIZED = 25 * 1024 * 1024
"""Bytes of the raw mail: what the large providers accept at most, so that an answer may not quote it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """The verdict on one mail; `rule` is the name of the rule that decided, or ''.

    `own`: our machine wrote it. A colleague who writes from one of our mailboxes is a person.
    """

    kind: MessageKind = MessageKind.MESSAGE
    rule: str = ""
    spam: bool = False
    own: bool = False
    spoofed_staff: bool = False
    no_auto_response: bool = False
    dmarc: Dmarc = Dmarc.NONE


def screen(mail: ParsedMail, profile: Profile, signer: Signer) -> Screened:
    """Screen a mail with all that the service knows of itself. Only our own border is believed about the sender."""
    results = authres.trusted(mail, profile.authserv_ids)
    signed = signer.case_of(mail.message_id) is not None or signer.thread_of(mail.message_id) is not None
    kind, rule = kind_of(mail, REPLIES if _speaks_for_people(mail, profile) else REPLIES + ROBOTS)
    if signed and kind is MessageKind.MESSAGE:
        kind, rule = MessageKind.AUTO_REPLY, "own_message"
    return Screened(
        kind=kind,
        rule=rule or ("oversized" if mail.size > OVERSIZED else ""),
        spam=results is not None and is_marked_spam(mail),
        own=signed or (kind is not MessageKind.MESSAGE and is_own_address(mail.sender.address, profile)),
        spoofed_staff=is_spoofed_staff(mail, profile, results),
        no_auto_response=automatic.responses_suppressed(mail),
        dmarc=results.dmarc(_domain(mail.sender.address)) if results else Dmarc.NONE,
    )


def kind_of(mail: ParsedMail, rules: tuple[Rule, ...] = REPLIES + ROBOTS) -> tuple[MessageKind, str]:
    """What a mail is by its fields and structure alone, and the name of the rule that says so."""
    return next(((kind, rule.__name__) for rule, kind in rules if rule(mail)), (MessageKind.MESSAGE, ""))


def is_own_address(address: str, profile: Profile) -> bool:
    """Whether the address, its sub-address (RFC 5233) left out, is one of our mailboxes."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in profile.own_addresses


def is_marked_spam(mail: ParsedMail) -> bool:
    """Whether a filter of ours marked it: in the trace block that our border put on top of its results field."""
    fields = iter(mail.headers)
    above = takewhile(lambda field: field[0] != "authentication-results", fields)
    beside = takewhile(lambda field: field[0] != "received", fields)
    return any(_says_spam(name, value) for name, value in chain(above, beside))


def is_spoofed_staff(mail: ParsedMail, profile: Profile, results: AuthenticationResults | None) -> bool:
    """Whether it claims to come from our staff and nothing of ours confirms it.

    Without an authserv-id in the profile nobody judges, and an address in a staff domain is taken as it is. An address
    of ours in the display name before another address is a trick whoever judges.
    """
    named = {_domain(word) for word in _NAMED_ADDRESS.findall(mail.sender.name[:_NAME_CHARS].lower())}
    staff = _staff_domain(_domain(mail.sender.address), profile)
    if not staff:
        return any(_staff_domain(domain, profile) for domain in named)
    if not profile.authserv_ids:
        return False
    return results is None or not (
        results.dmarc(_domain(mail.sender.address)) is Dmarc.PASS or results.passed_for(staff)
    )


def _speaks_for_people(mail: ParsedMail, profile: Profile) -> bool:
    """A known form, a known relay, or our own mailbox's list: there the marks of a robot do not mean a robot."""
    known = profile.sender_kind(mail.sender.address)
    return known in (SenderKind.FORM, SenderKind.RELAY) or _is_own_list(mail, profile)


def _is_own_list(mail: ParsedMail, profile: Profile) -> bool:
    """RFC 2919: a mailbox that is fed by a list of its own name (`List-Id: <help.example.org>`)."""
    list_id = mail.header("list-id").lower().rpartition("<")[2].strip("> ")
    return bool(list_id) and list_id in {address.replace("@", ".") for address in profile.own_addresses}


def _says_spam(name: str, value: str) -> bool:
    return name in ("x-spam-flag", "x-spam-status", "x-spam") and value.strip().lower().startswith(("yes", "true"))


def _staff_domain(domain: str, profile: Profile) -> str:
    return next((staff for staff in profile.staff_domains if is_under(domain, staff.lower())), "").lower()


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
