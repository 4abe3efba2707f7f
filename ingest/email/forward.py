"""Forwarded mail: who wrote what is inside, so that a person behind a relay or a commune is proposed as requester.

A forward is an attached message, a "Forwarded message" line, or a header block under a subject that begins with
`TR:`, `WG:`, `Doorst:` or `FW:`. A header block under `Re:` is a quote. Everything here is a proposal with a
confidence, for a person to accept.
"""

import re
from dataclasses import dataclass, replace

from cases.event import Address, Requester
from ingest.email.parse import parse
from ingest.email.parsed import ParsedMail
from ingest.email.plain import plain
from ingest.email.quotes import Introduction, Kind, introduction
from ingest.email.reply import fold

SHORT_NOTE = 600
"""Characters up to which what stands above a forward is a covering note and not the sender's own request."""

_DEEPEST = 5
_SEARCHED_LINES = 2_000
_SUBJECT = re.compile(r"(?:fw|fwd|tr|wg|doorst|doorgestuurd|transfere|weitergeleitet) ?:")
_SUBJECT_CHARS = 200
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SENDER_CHARS = 500
_ADDRESS_TRAILS = re.compile(r"[\s<\[(\"'*]*(?:mailto:)?[\w.+'-]{1,64}@.*$")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was forwarded. `note` is what the forwarder wrote above it; `text` is the message inside, quotes and all.

    `person` is who wrote it, or None where nothing says so.
    """

    person: Requester | None
    subject: str
    text: str
    note: str
    attached: bool = False

    @property
    def is_relayed(self) -> bool:
        """Whether the message inside is what matters: the forwarder added a covering note at most."""
        return len(self.note) <= SHORT_NOTE


def find(mail: ParsedMail) -> Forwarded | None:
    """The forwarded message inside, or None. Of a forward within a forward, the innermost relayed one."""
    found = _inline(mail.subject, mail.text) or _attached(mail)
    for _ in range(_DEEPEST):
        deeper = found and found.is_relayed and _inline(found.subject, found.text)
        if not found or not deeper:
            break
        note = "\n\n".join(filter(None, (found.note, deeper.note)))
        found = replace(deeper, note=note, attached=found.attached)
    return found


def new_text(mail: ParsedMail, found: Forwarded | None) -> str:
    """What is new in a mail: its text folded, or the covering note and the message that it relays."""
    if found is None or not found.is_relayed:
        return fold(mail.text).new
    return "\n\n".join(filter(None, (found.note, fold(found.text).new)))


def is_forward_subject(subject: str) -> bool:
    """Whether the subject begins as mail programs begin that of a forward, in fr, de, nl and en."""
    return bool(_SUBJECT.match(plain(subject[:_SUBJECT_CHARS])))


def _inline(subject: str, text: str) -> Forwarded | None:
    lines = text.split("\n")
    begin = _beginning(lines, is_forward_subject(subject))
    if begin is None:
        return None
    note = fold("\n".join(lines[: begin.start])).new.strip()
    inside = "\n".join(_unmarked(lines[begin.end :])).strip("\n")
    person = _person(begin.fields.get("from", ""), inside, 0.9 if len(note) <= SHORT_NOTE else 0.5)
    return Forwarded(person, begin.fields.get("subject", ""), inside, note)


def _beginning(lines: list[str], forwarded: bool) -> Introduction | None:
    """The first line that introduces a forwarded message: any with a header block where the subject says so."""
    found = (introduction(lines, at) for at in range(min(len(lines), _SEARCHED_LINES)))
    for begin in found:
        if begin and begin.fields and (forwarded or begin.kind is Kind.FORWARD):
            return begin
        if begin and begin.kind is Kind.REPLY:
            return None
    return None


def _attached(mail: ParsedMail) -> Forwarded | None:
    """The first attached message (message/rfc822)."""
    raw = next((raw for kind, raw in mail.nested if kind in ("message/rfc822", "message/global")), None)
    if raw is None:
        return None
    inside = parse(raw)
    note = fold(mail.text).new.strip()
    confidence = 0.9 if len(note) <= SHORT_NOTE else 0.5
    person = Requester(inside.sender, confidence, "attached_message") if inside.sender.address else None
    return Forwarded(person, inside.subject, inside.text, note, attached=True)


def _person(sender: str, inside: str, confidence: float) -> Requester | None:
    """The person of a `From` line; where the mail program left the address out, the only address inside is theirs."""
    sender = sender[:_SENDER_CHARS]
    name = _ADDRESS_TRAILS.sub("", sender).strip(" \"'<*;,")
    if address := _ADDRESS.search(sender):
        return Requester(Address(name, address[0].lower()), confidence, "forwarded_block")
    told = fold(inside)
    written = {address.lower() for address in _ADDRESS.findall(f"{told.card}\n{told.new}"[:20_000])}
    if len(written) == 1:
        return Requester(Address(name, written.pop()), confidence / 2, "address_in_text")
    return Requester(Address(name, ""), confidence / 3, "name_only") if name else None


def _unmarked(lines: list[str]) -> list[str]:
    """The lines without the quote mark that some programs put before every forwarded line."""
    filled = [line for line in lines if line.strip()]
    if not filled or not all(line.startswith(">") for line in filled):
        return lines
    return [line.removeprefix(">").removeprefix(" ") for line in lines]
