"""What must go out, and why or why not. Every message gets one word of `Verdict`, whatever was decided."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.event import InboundEvent, MessageKind, SenderKind
from cases.profile import AutomaticMail, Profile
from cases.robots import is_daemon_address, is_robot_address


class OutboundKind(StrEnum):
    """Every mail that can leave; docs/mails.md says when, to whom, and what stops it."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REDIRECT = "redirect"
    RETIRED = "retired"
    NOTICE = "notice"
    UNREACHED = "unreached"
    ESCALATION = "escalation"
    ESCALATED = "escalated"
    N2_MESSAGE = "n2_message"
    N2_REMINDER = "n2_reminder"
    REPLY = "reply"
    REMINDER = "reminder"
    CLOSING = "closing"
    RELAY_CLOSING = "relay_closing"
    ALARM = "alarm"
    EVENT = "event"
    INCIDENT = "incident"
    INCIDENT_N2 = "incident_n2"
    WAVE = "wave"


RECEIPTS = (OutboundKind.ACKNOWLEDGEMENT, OutboundKind.REDIRECT, OutboundKind.RETIRED)
"""What answers a message at once: a case has one of these, under one key."""


class Verdict(StrEnum):
    """Why an acknowledgement leaves (`SENT`) or is withheld (all others); people read it on the timeline."""

    SENT = "new_case"
    NOT_A_NEW_CASE = "not_a_new_case"
    AUTOMATIC = "automatic_message"
    OWN = "own_message"
    SPAM = "spam"
    SPOOFED_STAFF = "spoofed_staff"
    NO_ADDRESS = "no_usable_address"
    OWN_ADDRESS = "own_address"
    ROBOT_ADDRESS = "robot_address"
    BY_RULE = "withheld_by_rule"
    NOT_WANTED = "sender_wants_no_automatic_answer"
    NOT_ADDRESSED_TO_US = "not_addressed_to_us"
    STALE = "message_too_old"
    BACKFILL = "backfill"
    BUDGET = "budget_for_this_address"
    BREAKER = "mailbox_breaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event with what policy needs to know beside it.

    `opened`: a case was opened for it. `backfill`: history is being read in. `sent_to_sender` counts automatic mails to
    the sender's address within the profile's window, `sent_by_mailbox` those of its mailbox within the hour.
    """

    event: InboundEvent
    opened: bool
    now: datetime
    backfill: bool = False
    sent_to_sender: int = 0
    sent_by_mailbox: int = 0


Rule = Callable[[Arrival, Profile], bool]


def acknowledgement(arrival: Arrival, profile: Profile) -> Verdict:
    """Whether the sender is acknowledged: the first rule that fires withholds it (RFC 3834 section 2)."""
    return next((verdict for verdict, applies in RULES if applies(arrival, profile)), Verdict.SENT)


def notice(arrival: Arrival, profile: Profile, sent_to_team: int) -> str:
    """The address of the team that is told of a new case, or '' where nobody is."""
    told = arrival.opened and not arrival.backfill and not arrival.event.spam
    return team_told(profile, arrival.event.source, sent_to_team) if told else ""


def team_told(profile: Profile, mailbox: str, sent_to_team: int) -> str:
    """The address of a mailbox's team where it may be told of something, or ''."""
    team = profile.mailbox(mailbox).team.lower()
    return "" if team in profile.own_addresses or sent_to_team >= profile.automatic_mail.staff_budget else team


def is_staff(address: str, profile: Profile, mailbox: str) -> bool:
    """Whether that address (lower case) is one at which we write to our own people about cases of that mailbox."""
    staff = (profile.mailbox(mailbox).team, *(one.address for one in profile.routing.agents))
    return address in {one.lower() for one in staff if one}


def withheld(address: str, profile: Profile, sent_to: int, sent_by: int) -> Verdict | None:
    """Why an automatic mail that answers no message, such as a closing, does not leave for an address; None where it
    does. `sent_to` counts such mails to it within the profile's window, `sent_by` those of the mailbox within the hour.

    Relays and staff have the team's budget: they are told of many cases.
    """
    rules, kind = profile.automatic_mail, profile.sender_kind(address)
    budget = rules.staff_budget if kind in (SenderKind.RELAY, SenderKind.STAFF) else rules.budget
    reasons = {
        Verdict.NO_ADDRESS: not is_address(address),
        Verdict.OWN_ADDRESS: without_sub_address(address) in profile.own_addresses,
        Verdict.ROBOT_ADDRESS: is_robot_address(address) or is_daemon_address(address),
        Verdict.BY_RULE: kind is SenderKind.NO_ACKNOWLEDGEMENT,
        Verdict.BUDGET: sent_to >= budget,
        Verdict.BREAKER: sent_by >= rules.mailbox_per_hour,
    }
    return next((verdict for verdict, fires in reasons.items() if fires), None)


def is_address(text: str) -> bool:
    """Whether that is one address to which something could be sent."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and text.isprintable() and not re.search(r"[\s,;<>]", text)


def is_automatic(arrival: Arrival, _: Profile) -> bool:
    return arrival.event.kind is not MessageKind.MESSAGE


def has_no_address(arrival: Arrival, _: Profile) -> bool:
    local, at, domain = arrival.event.sender.address.rpartition("@")
    return not (local and at and domain) or not arrival.event.sender.address.isprintable()


def is_own_address(arrival: Arrival, profile: Profile) -> bool:
    return without_sub_address(arrival.event.sender.address) in profile.own_addresses


def is_robot(arrival: Arrival, _: Profile) -> bool:
    address = arrival.event.sender.address
    return is_robot_address(address) or is_daemon_address(address)


def is_exempt(arrival: Arrival, profile: Profile) -> bool:
    known = profile.sender_kind(arrival.event.sender.address)
    return known is SenderKind.NO_ACKNOWLEDGEMENT or not profile.mailbox(arrival.event.source).acknowledge


def is_not_addressed_to_us(arrival: Arrival, profile: Profile) -> bool:
    """RFC 5230 4.5: blind copies are mostly bulk mail. Only where the profile asks: an alias may be unknown to it."""
    if not profile.automatic_mail.only_addressed:
        return False
    recipients = {without_sub_address(address) for address in arrival.event.recipients}
    return recipients.isdisjoint(profile.own_addresses)


def is_stale(arrival: Arrival, profile: Profile) -> bool:
    return arrival.now - arrival.event.received_at > timedelta(hours=profile.automatic_mail.stale_hours)


def is_over_budget(arrival: Arrival, profile: Profile) -> bool:
    return arrival.sent_to_sender >= profile.automatic_mail.budget


def is_broken_off(arrival: Arrival, profile: Profile) -> bool:
    return arrival.sent_by_mailbox >= profile.automatic_mail.mailbox_per_hour


RULES: tuple[tuple[Verdict, Rule], ...] = (
    (Verdict.OWN, lambda arrival, _: arrival.event.own),
    (Verdict.AUTOMATIC, is_automatic),
    (Verdict.SPAM, lambda arrival, _: arrival.event.spam),
    (Verdict.SPOOFED_STAFF, lambda arrival, _: arrival.event.spoofed_staff),
    (Verdict.NOT_A_NEW_CASE, lambda arrival, _: not arrival.opened),
    (Verdict.BACKFILL, lambda arrival, _: arrival.backfill),
    (Verdict.NO_ADDRESS, has_no_address),
    (Verdict.OWN_ADDRESS, is_own_address),
    (Verdict.ROBOT_ADDRESS, is_robot),
    (Verdict.BY_RULE, is_exempt),
    (Verdict.NOT_WANTED, lambda arrival, _: arrival.event.no_auto_response),
    (Verdict.NOT_ADDRESSED_TO_US, is_not_addressed_to_us),
    (Verdict.STALE, is_stale),
    (Verdict.BUDGET, is_over_budget),
    (Verdict.BREAKER, is_broken_off),
)


def window(rules: AutomaticMail) -> timedelta:
    """The time over which the budget of one address is counted."""
    return timedelta(hours=rules.window_hours)


def without_sub_address(address: str) -> str:
    """The address without the detail of RFC 5233: `a+b@example.org` is `a@example.org`."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
