"""Each kind of mail: what its text may say, what it must say, and which services need it."""

from collections.abc import Mapping
from pathlib import Path

from cases.event import SenderKind
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.receipt import Answer

TEXTS = Path(__file__).with_name("texts")
"""The texts that every profile begins with, `KIND.LANGUAGE.txt`; one of its own stands in the place of one of these."""

ANSWERS = frozenset({OutboundKind.ACKNOWLEDGEMENT, OutboundKind.REDIRECT, OutboundKind.RETIRED})
"""What answers a message without anybody having read it (RFC 3834 section 5: `auto-replied`)."""

ATTACHED = frozenset({"files", "left_out", "original"})
"""What depends on the files that could be attached."""

_EVERYWHERE = frozenset({"number", "category", "motif", "tool", "review", "service", "website", "reference"})
_OWN: Mapping[OutboundKind, str] = {
    OutboundKind.ACKNOWLEDGEMENT: "expected deadline missing articles incident tracking code dial",
    OutboundKind.REDIRECT: "contact tracking",
    OutboundKind.RETIRED: "form expected tracking",
    OutboundKind.NOTICE: "confidence flags sender subject link priority expected queue fields",
    OutboundKind.UNREACHED: "phone",
    OutboundKind.ESCALATION: "n2 ticket priority rule by headline wording began affected tried requester "
    "masked language subject text opened due files left_out original",
    OutboundKind.ESCALATED: "n2 ticket priority rule by wording due link",
    OutboundKind.N2_MESSAGE: "n2 ticket what by text",
    OutboundKind.N2_REMINDER: "n2 ticket priority since due",
    OutboundKind.REPLY: "by text subject waiting",
    OutboundKind.REMINDER: "since question tracking",
    OutboundKind.CLOSING: "text by survey reopen_days",
    OutboundKind.RELAY_CLOSING: "closed",
    OutboundKind.ALARM: "alarm about since due queue priority subject link",
    OutboundKind.EVENT: "what subject link",
    OutboundKind.INCIDENT: "text by",
    OutboundKind.INCIDENT_N2: "what n2 by text since count cases",
    OutboundKind.WAVE: "since count usual cases page",
}
VARIABLES: Mapping[str, frozenset[str]] = {kind: _EVERYWHERE | set(names.split()) for kind, names in _OWN.items()}
"""What each kind of text is given (docs/mails.md says what each is); a text that names anything else is refused."""

_REQUIRED: Mapping[OutboundKind, str] = {
    OutboundKind.ACKNOWLEDGEMENT: "expected missing articles incident tracking",
    OutboundKind.REDIRECT: "contact tracking",
    OutboundKind.RETIRED: "form",
    OutboundKind.NOTICE: "sender subject link",
    OutboundKind.UNREACHED: "phone",
    OutboundKind.ESCALATION: "ticket priority wording began affected tried text masked files left_out original",
    OutboundKind.ESCALATED: "n2 wording link",
    OutboundKind.N2_MESSAGE: "ticket what text",
    OutboundKind.N2_REMINDER: "ticket since",
    OutboundKind.REPLY: "by text",
    OutboundKind.REMINDER: "since question",
    OutboundKind.CLOSING: "text survey",
    OutboundKind.RELAY_CLOSING: "closed",
    OutboundKind.ALARM: "alarm about since due link",
    OutboundKind.EVENT: "what link",
    OutboundKind.INCIDENT: "text",
    OutboundKind.INCIDENT_N2: "what text count cases",
    OutboundKind.WAVE: "count usual cases page",
}
REQUIRED: Mapping[str, frozenset[str]] = {
    kind: frozenset({"number", "reference", *names.split()}) for kind, names in _REQUIRED.items()
}
"""What each kind of text must name: its reader, or the matching of the answer, depends on it."""

_SECOND_LEVEL = frozenset(
    {OutboundKind.ESCALATION, OutboundKind.ESCALATED, OutboundKind.N2_MESSAGE, OutboundKind.N2_REMINDER}
    | {OutboundKind.INCIDENT_N2}
)


def needed(profile: Profile) -> list[str]:
    """The kinds of text that a service needs: who has no phone line calls nobody back."""
    unused = frozenset() if profile.second_level else _SECOND_LEVEL
    used = {
        OutboundKind.UNREACHED: bool(profile.lines),
        OutboundKind.REDIRECT: bool(profile.contacts) or _answers(profile, Answer.REDIRECT),
        OutboundKind.RETIRED: any(box.retired for box in profile.mailboxes) or _answers(profile, Answer.RETIRED),
        OutboundKind.RELAY_CLOSING: any(sender.kind is SenderKind.RELAY for sender in profile.senders),
    }
    return [kind for kind in OutboundKind if kind not in unused and used.get(kind, True)]


def _answers(profile: Profile, answer: Answer) -> bool:
    return any(rule.answer is answer for rule in profile.receipts)
