"""What becomes of one message, as a value."""

from dataclasses import dataclass

from cases.case import BY_STAFF, Disposition, Status
from cases.event import InboundEvent
from cases.policy import Verdict, is_staff
from cases.profile import Profile
from cases.secondlevel import sender_of
from ingest.arrived import Arrived
from ingest.proposal import Proposal

WAS_ERASED = "was_erased"
"""Why a message is nothing new: it is one of somebody who was erased, come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The decision for one message. `case_id` is None where no case is concerned; `linked` is a proposed link.

    `read` is the status of the case that the message was added to, `status` the one that follows. `thread` is the
    escalation whose private thread it is of. `proposal` is there for messages of people: what their case begins with.
    `notice_to` is the team that is told of a new case, `confirm_to` the one that is told that a rule escalated it.
    """

    arrived: Arrived
    disposition: Disposition
    reason: str
    case_id: int | None = None
    opened: bool = False
    read: Status | None = None
    status: Status | None = None
    linked: int | None = None
    thread: int | None = None
    n2: str = ""
    proposal: Proposal | None = None
    verdict: Verdict = Verdict.NOT_A_NEW_CASE
    notice_to: str = ""
    confirm_to: str = ""
    outbound_id: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def is_public_reply(self) -> bool:
        """Whether somebody who asks added to the public side of a case."""
        return self.disposition is Disposition.REPLY and self.thread is None and not self.is_by_staff

    @property
    def is_by_staff(self) -> bool:
        """Whether one of our own people answered what we wrote to them about a case."""
        return self.reason == BY_STAFF

    @property
    def beginning(self) -> Proposal:
        """What the case that it opens begins with. Raises LookupError where it opens none."""
        if self.proposal is None or not self.opened:
            raise LookupError("this message opens no case")
        return self.proposal

    @property
    def is_answer(self) -> bool:
        """Whether a person of the second level wrote."""
        return self.disposition is Disposition.REPLY and self.thread is not None


MAX_COPIED = 20


def participants(plan: Plan, profile: Profile) -> list[str]:
    """The addresses that become part of the case with this message: its sender and those it was copied to. A second
    level takes part in its own thread alone, and our own people in none but a case that they open, whoever copied
    them."""
    event = plan.arrived.event
    if not (plan.disposition is Disposition.CASE or plan.is_public_reply):
        return []
    named = [*event.copied[:MAX_COPIED], *([event.requester] if event.requester else [])]
    copied = [one.address for one in named if one.address not in profile.own_addresses]
    outside = [address for address in copied if not is_staff(address, profile, event.source)]
    others = [address for address in outside if not sender_of(address, profile.second_level)]
    return [address for address in dict.fromkeys([event.sender.address, *others]) if address]


def automatic_recipients(plan: Plan) -> list[str]:
    """Who is written to because of this message without anybody having read it."""
    acknowledged = [plan.arrived.event.sender.address] if plan.verdict is Verdict.SENT else []
    return acknowledged + [address for address in (plan.notice_to, plan.confirm_to) if address]


def reason(event: InboundEvent, verdict: Verdict, rule: str) -> str:
    """Why a new case begins as it does: what was wrong with its message, else why a receipt leaves or does not."""
    if event.spam:
        return event.screening or Verdict.SPAM.value
    if event.degraded:
        return f"could_not_be_read: {event.degraded}"
    return f"{verdict.value}: {rule}" if verdict is Verdict.BY_RULE and rule else verdict.value
