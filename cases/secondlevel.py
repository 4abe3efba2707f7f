"""The second level: who else is asked, by tool, and what of a case leaves for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cases.masking import Personal, masked
from cases.naming import nameless

_STRICT = {"strict": True, "extra": "forbid"}


class Via(StrEnum):
    """How a second level is asked: by mail, or by a ticket in the Jira of the profile."""

    MAIL = "mail"
    JIRA = "jira"


class Role(StrEnum):
    """What a person may do. An auditor reads everything and changes nothing."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    EXPERT = "expert"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLevel:
    """A service that solves what we cannot: Digital, a supplier.

    `tools` are those it is asked about, none means every one. `address` is where escalations go; `senders` are the
    other addresses and domains (`@digital.example.be`) that its answers come from. `hours` are its working hours by
    name, '' for every hour. `ticket` is a regular expression that finds its own ticket's key (`DIG-\\d{1,9}`).
    `unmasked`: it may see personal data, so that the original message may be attached; `shows`: where it may not, the
    kinds that stay readable all the same, such as an address that is to be given access; `hides_names`: where it may
    not, names of people are masked too, as far as they are found (`cases.naming`). One that is asked `via` Jira
    gets reminders by mail all the same. `major` is where it is told of major incidents, '' for nowhere.
    """

    __pydantic_config__ = _STRICT
    id: str
    label: str
    address: str
    tools: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    language: str = "fr"
    hours: str = ""
    ticket: str = ""
    unmasked: bool = False
    shows: tuple[Personal, ...] = ()
    hides_names: bool = False
    major: str = ""
    via: Via = Via.MAIL

    def shown(self, text: str) -> str:
        """What it may see of a text."""
        if self.unmasked:
            return text
        return masked(nameless(text) if self.hides_names else text, self.shows)

    def is_sender(self, address: str) -> bool:
        """Whether mail from that address (lower case) comes from this service."""
        known = {one.lower() for one in (self.address, *self.senders)}
        return address in known or "@" + address.rpartition("@")[2] in known


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalations:
    """Who may escalate, and whether the team is told of a case that a rule has escalated (`notify_team`)."""

    __pydantic_config__ = _STRICT
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT, Role.EXPERT)
    notify_team: bool = False


class Outcome(StrEnum):
    """How an escalation ended."""

    SOLVED = "solved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def second_level_for(tool: str, directory: Iterable[SecondLevel]) -> SecondLevel | None:
    """The first that is asked about that tool, else the first that is asked about every one; None without either."""
    known = tuple(directory)
    named = next((one for one in known if tool and tool in one.tools), None)
    return named or next((one for one in known if not one.tools), None)


def sender_of(address: str, directory: Iterable[SecondLevel]) -> SecondLevel | None:
    """The second level that writes from that address, or None."""
    return next((one for one in directory if one.is_sender(address)), None)
