"""Delivery reports: RFC 3464 first, then what servers that do not follow it write in plain words."""

import re
from collections.abc import Iterator
from email.message import Message

from cases.event import DeliveryReport
from ingest.email.parsed import ParsedMail
from ingest.email.storable import storable

_MACHINE = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_READ_BYTES = 65_536
_LONGEST_LINE = 998
_LONGEST_VALUE = 500
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_MESSAGE_ID = re.compile(r"^[>\s]{0,4}message-id:\s{0,3}(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)

Fields = dict[str, str]


def is_report(mail: ParsedMail) -> bool:
    """Whether the structure says so: multipart/report with delivery-status (RFC 6522), or Exim's own field."""
    machine_readable = any(kind in _MACHINE for kind, _ in mail.nested)
    if mail.content_type == "multipart/report":
        return mail.report_type in ("delivery-status", "global-delivery-status") or (
            not mail.report_type and machine_readable
        )
    return mail.content_type in _MACHINE or bool(mail.header("x-failed-recipients"))


def read(mail: ParsedMail) -> DeliveryReport:
    """What the report says. It never raises; what the server does not say stays ''."""
    recipient = _recipient_fields(mail)
    address = _address(recipient.get("final-recipient") or recipient.get("original-recipient", ""))
    diagnostic = _typed(recipient.get("diagnostic-code", ""))
    text = mail.text[:_READ_BYTES]
    return DeliveryReport(
        final_recipient=address or _failed_address(mail),
        action=recipient.get("action", "").partition(" ")[0].lower() or _guessed_action(mail),
        status=_first(_STATUS, recipient.get("status", ""), diagnostic, text),
        diagnostic_code=diagnostic or _reply_line(text),
        original_message_id=_original_message_id(mail),
    )


def returned_part(mail: ParsedMail) -> bytes | None:
    """The message that came back, or its header; None where the server returns neither as a part."""
    return next((raw for kind, raw in mail.nested if kind in _RETURNED), None)


def _recipient_fields(mail: ParsedMail) -> Fields:
    """The per-recipient fields (RFC 3464 section 2.3): those of the first failure, else of the first recipient."""
    groups = [
        group
        for kind, raw in mail.nested
        if kind in _MACHINE
        for group in _groups(_decoded(raw))
        if "final-recipient" in group or "original-recipient" in group
    ]
    failed = (group for group in groups if group.get("action", "").lower().startswith(("fail", "error")))
    return next(failed, groups[0] if groups else {})


def _groups(text: str) -> Iterator[Fields]:
    """The groups of header fields that blank lines divide, unfolded, names in lower case; the first value counts."""
    fields: Fields = {}
    name = ""
    for line in text.splitlines():
        if not line.strip():
            yield fields
            fields, name = {}, ""
        elif line[0] in " \t" and name:
            fields[name] = f"{fields[name]} {line.strip()}"[:_LONGEST_VALUE]
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields.setdefault(name, value.strip()[:_LONGEST_VALUE])
    yield fields


def _address(value: str) -> str:
    """`rfc822; <a@example.org>` is `a@example.org` (RFC 3464 section 2.3.2); a type is missing at times."""
    return _typed(value).strip("<> \t\"'").lower()


def _typed(value: str) -> str:
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _original_message_id(mail: ParsedMail) -> str:
    """From the returned message or its headers (RFC 3464 section 2), else from where servers paste them."""
    returned = returned_part(mail)
    if returned is None:
        return _first(_MESSAGE_ID, mail.text[:_READ_BYTES])
    header = _decoded(returned).partition("\n\n")[0]
    return _first(_MESSAGE_ID, header.replace(":\n ", ": "))


def _guessed_action(mail: ParsedMail) -> str:
    """The action where no machine-readable part names one: a warning is recognised by its subject or by 4.x.x."""
    subject = mail.subject.lower()
    waiting = any(word in subject for word in ("delay", "warning", "verzög", "vertraag", "retard", "différ"))
    return "delayed" if waiting or _first(_STATUS, mail.text[:_READ_BYTES]).startswith("4") else "failed"


def _failed_address(mail: ParsedMail) -> str:
    """The address that flufl.bounce finds in the words of servers that it knows."""
    from flufl.bounce import all_failures

    try:
        temporary, permanent = all_failures(_as_message(mail))
    except Exception:  # noqa: BLE001 - its detectors raise anything on odd text, and an unknown address is no fault
        return ""
    found = sorted(permanent or temporary)
    return found[0].decode("ascii", "replace").lower() if found else ""


def _as_message(mail: ParsedMail) -> Message:
    """A small message of the fields and the text: the raw one may be as hostile as its sender likes."""
    message = Message()
    message["from"] = mail.sender.address or "mailer-daemon@localhost"
    for name in ("subject", "x-failed-recipients", "x-mailer"):
        if value := mail.header(name):
            message[name] = value[:_LONGEST_LINE]
    lines = (line[:_LONGEST_LINE] for line in mail.text[:_READ_BYTES].splitlines())
    message.set_payload("\n".join(lines))
    return message


def _reply_line(text: str) -> str:
    """The line with the SMTP reply of the other server (RFC 5321 section 4.2), which people look for first."""
    lines = (line.strip() for line in text.splitlines())
    return next((line[:_LONGEST_VALUE] for line in lines if _REPLY.search(line[:_LONGEST_LINE])), "")


def _first(pattern: re.Pattern[str], *texts: str) -> str:
    return next((match[1] for text in texts if (match := pattern.search(text))), "")


def _decoded(raw: bytes) -> str:
    """Report parts are ASCII or UTF-8 (RFC 6533)."""
    return storable(raw[:_READ_BYTES].decode("utf-8", "replace"))
