"""The case: its number, its states and what stands on its timeline."""

from enum import StrEnum

from cases.errors import AiguillageError


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    ESCALATED = "escalated"
    CLOSED = "closed"


class EntryKind(StrEnum):
    """What a timeline shows beside the mails themselves, which are the inbound and outbound rows."""

    OPENED = "opened"
    REOPENED = "reopened"
    ACKNOWLEDGEMENT = "acknowledgement"
    LINK_PROPOSED = "link_proposed"
    REQUESTER_PROPOSED = "requester_proposed"
    UNDELIVERED = "undelivered"
    NOTE = "note"
    CALL = "call"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    LOGGED = "logged"
    WITHDRAWN = "withdrawn"
    WROTE = "wrote"
    ANSWERED = "answered"
    RECALLED = "recalled"
    WAITING = "waiting"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    N2_WROTE = "n2_wrote"
    N2_WRITTEN = "n2_written"
    RETURNED = "returned"
    CLOSED = "closed"
    ASSESSED = "assessed"
    ROUTED = "routed"
    OFFERED = "offered"
    ASSIGNED = "assigned"
    WARNING = "warning"
    OVERDUE = "overdue"
    SILENCE = "silence"
    REQUESTER_SET = "requester_set"
    FIELDS_SET = "fields_set"
    SPLIT = "split"
    TAGGED = "tagged"
    NO_ARTICLE = "no_article"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    JOINED = "joined"
    PARTED = "parted"
    SATISFACTION = "satisfaction"
    HELP_ASKED = "help_asked"
    ADVISED = "advised"
    ADVICE_READ = "advice_read"
    INCIDENT_LINKED = "incident_linked"
    INCIDENT_UNLINKED = "incident_unlinked"
    INCIDENT_TOLD = "incident_told"
    TICKET_MADE = "ticket_made"
    TICKET_WROTE = "ticket_wrote"
    TICKET_UNSAID = "ticket_unsaid"
    TICKET_MOVED = "ticket_moved"


class Disposition(StrEnum):
    """Where a message went; the intake balance adds these up."""

    CASE = "case"
    REPLY = "reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    PROBE = "probe"
    HELD = "held"


BY_STAFF = "written_by_staff"
"""The reason of a REPLY that one of our own people wrote: a note, no word of the requester's."""


MOVES: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.OPEN, Status.WAITING, Status.ESCALATED, Status.CLOSED}),
    Status.OPEN: frozenset({Status.WAITING, Status.ESCALATED, Status.CLOSED}),
    Status.WAITING: frozenset({Status.OPEN, Status.ESCALATED, Status.CLOSED}),
    Status.ESCALATED: frozenset({Status.OPEN, Status.WAITING, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}


class IllegalMoveError(AiguillageError):
    """A case cannot go from one status to the other."""


def moved(current: Status, to: Status) -> Status:
    """The new status. Raises IllegalMoveError where the table has no such move."""
    if to not in MOVES[current]:
        raise IllegalMoveError(f"a case cannot go from {current} to {to}")
    return to


def after_reply(current: Status) -> Status:
    """The status once a person has written again: a waiting or closed case is open, any other stays as it is."""
    return moved(current, Status.OPEN) if current in (Status.WAITING, Status.CLOSED) else current


_PER_YEAR = 100_000_000


def case_id(year: int, sequence: int) -> int:
    """The id of the n-th case of a year: 412 in 2026 is 202600000412. Ids sort by age and carry the number."""
    return year * _PER_YEAR + sequence


def case_number(prefix: str, identity: int) -> str:
    """The number that people quote: `MPA-26-00412`."""
    year, sequence = divmod(identity, _PER_YEAR)
    return f"{prefix}-{year % 100:02d}-{sequence:05d}"


def numbered(century_year: int, digits: str) -> int:
    """The id behind the digits of a quoted number (`26-00412`), for the century of `century_year`."""
    year, _, sequence = digits.partition("-")
    return case_id(century_year // 100 * 100 + int(year), int(sequence))
