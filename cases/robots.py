"""Addresses at which nobody reads: what they send is automatic, and nothing automatic is sent to them."""

import re

_ROBOT = re.compile(
    r"(?:^|[._+-])"
    r"(?:no[._-]?reply|do[._-]?not[._-]?reply|ne[._-]?pas[._-]?repondre|pas[._-]?de[._-]?reponse"
    r"|nicht[._-]?antworten|keine[._-]?antwort|niet[._-]?(?:be)?antwoorden|geen[._-]?antwoord|auto[._-]?reply)"
    r"\d*(?:$|[._+-])"
)
_LIST_SERVER = re.compile(r"(?:listserv|majordomo|sympa|mailman)$|owner-.|.+-(?:request|bounces?|owner)$")
_DAEMON = frozenset({"mailer-daemon", "postmaster"})


def is_robot_address(address: str) -> bool:
    """Whether the local part of a lower-case addr-spec says that nobody reads there, in four languages."""
    local = address.rpartition("@")[0]
    return bool(_ROBOT.search(local) or _LIST_SERVER.match(local))


def is_daemon_address(address: str) -> bool:
    """Whether it is the mail system itself (RFC 3834 section 2, RFC 5321 4.5.1)."""
    return address.rpartition("@")[0] in _DAEMON
