"""The service's own probes: a marked mail or call that walks the real path, and is nobody's request.

A probe's mail opens a case that is hidden and closed from its first moment, which keeps it out of inbox, priorities,
similar cases and waves; the message has a disposition of its own (`Disposition.PROBE`), which no figure counts. A
probe's call opens no case, and is marked in what was answered when it came in. Whoever counts asks here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.hours import Fault

_STRICT = {"strict": True, "extra": "forbid"}

FLAG = "probe"
"""Among the flags of a probe's case, and in what was answered to a probe's call when it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How the service is probed. `address` is a mailbox of ours, and none of the service's: probes come from there, and
    their receipts go there; '' where no mail is sent. `caller` is a number of ours at the provider, E.164, from which
    the lines are called; '' where none is. After `seconds` a probe is late; then `alert_to` is written to, by a mail
    server that is none of the service's (AIGUILLAGE_ALERT_SMTP_URL), `webhook` is told (https), and `command` is run
    with what is wrong on its standard input."""

    __pydantic_config__ = _STRICT
    address: str = ""
    caller: str = ""
    seconds: int = 300
    alert_to: str = ""
    webhook: str = ""
    command: tuple[str, ...] = ()


def is_probe(flags: Collection[str]) -> bool:
    """Whether a case with these flags is a probe's."""
    return FLAG in flags


def is_probe_call(answer: Mapping[str, Any] | None) -> bool:
    """Whether the call that was answered so when it came in (`call_event.answer` of kind `started`) is a probe's."""
    return bool(answer and answer.get(FLAG))


def faults(probe: Probe, own_addresses: Collection[str], own_numbers: Collection[str]) -> Iterator[Fault]:
    """What is wrong with how a service with these mailboxes and lines is probed."""
    if probe.address and "@" not in probe.address.strip("@"):
        yield "probe.address", f"{probe.address} is not an address", "write it as probe@example.org"
    if probe.address.lower() in own_addresses:
        yield "probe.address", "is one of the service's own, which get no receipt", "name another mailbox of yours"
    if probe.alert_to and "@" not in probe.alert_to.strip("@"):
        yield "probe.alert_to", f"{probe.alert_to} is not an address", "write it as on-call@example.org"
    if probe.alert_to.lower() in own_addresses:
        yield "probe.alert_to", "is one of the service's own, which may be what is broken", "name another mailbox"
    if probe.caller and not (probe.caller.startswith("+") and probe.caller[1:].isdecimal()):
        yield "probe.caller", f"{probe.caller} is not a phone number", "write it as +3281001234 (E.164)"
    if probe.caller in own_numbers:
        yield "probe.caller", "is one of the lines, which cannot call itself", "name another number of yours"
    if not 10 <= probe.seconds <= 3_600:
        yield "probe.seconds", f"{probe.seconds} is not between 10 and 3600", "write how long a receipt may take"
    if probe.webhook and not probe.webhook.startswith("https://"):
        yield "probe.webhook", f"{probe.webhook} is not an https address", "write it as https://..."
