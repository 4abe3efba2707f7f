"""What is wrong with the directory of second levels: one that nobody could tell from us, tools that nobody has."""

from collections.abc import Iterator, Sequence

from cases.addresses import others_faults
from cases.hours import Fault
from cases.masking import NEVER_SHOWN
from cases.patterns import faults as pattern_faults
from cases.profile import Profile
from cases.routing import Queue
from cases.routing_faults import LONGEST_NAME
from cases.secondlevel import Role, SecondLevel, second_level_for


def faults(profile: Profile) -> Iterator[Fault]:
    """(key, cause, mend) each; hours that are not there are named by who knows the hours."""
    directory = profile.second_level
    for index, one in enumerate(directory):
        before = f"second_level.{index}"
        for key, cause, mend in (*_name_faults(directory[:index], one), *_tool_faults(directory[:index], one, profile)):
            yield f"{before}.{key}", cause, mend
        yield from others_faults(f"{before}.address", one.address, profile)
        if one.major:
            yield from others_faults(f"{before}.major", one.major, profile)
        yield from _sender_faults(before, one, profile)
        yield from pattern_faults(f"{before}.ticket", one.ticket)
        for kind in sorted(NEVER_SHOWN & set(one.shows)):
            yield f"{before}.shows", f"{kind} is never shown", "take it out, or say `unmasked` if it may see everything"
    yield from _rule_faults(profile)
    yield from _role_faults(profile.escalations.roles)


def _name_faults(above: Sequence[SecondLevel], one: SecondLevel) -> Iterator[Fault]:
    if not 0 < len(one.id) <= LONGEST_NAME or one.id in (other.id for other in above):
        yield "id", f"{one.id or 'nothing'} is not an id of its own", f"give each another, of {LONGEST_NAME} characters"
    if not one.label.strip():
        yield "label", "the text is missing", "write how people call it"


def _tool_faults(above: Sequence[SecondLevel], one: SecondLevel, profile: Profile) -> Iterator[Fault]:
    if not one.tools and any(not other.tools for other in above):
        yield "tools", "another one is asked about every tool", "name the tools of one of the two"
    for tool in one.tools:
        if tool not in (known.id for known in profile.tools):
            yield "tools", f"no tool has the id {tool}", "add it or correct the id"
        elif any(tool in other.tools for other in above):
            yield "tools", f"another one is asked about {tool}", "keep one"
    if one.language not in profile.languages:
        yield "language", f"{one.language} is not among languages", "add it there or choose another"


def _sender_faults(before: str, one: SecondLevel, profile: Profile) -> Iterator[Fault]:
    """Mail of its senders is kept from the requester: nobody of ours may be taken for one of them."""
    for index, sender in enumerate(one.senders):
        if not sender.startswith("@"):
            yield from others_faults(f"{before}.senders.{index}", sender, profile)
    teams, agents = (box.team for box in profile.mailboxes), (agent.address for agent in profile.routing.agents)
    named = {one.address.lower(), *(sender.lower() for sender in one.senders)} & profile.own_addresses
    for address in sorted({*profile.own_addresses, *map(str.lower, (*teams, *agents))} - named):
        if address and one.is_sender(address):
            yield f"{before}.senders", f"{address} is ours and would be taken for it", "name its own addresses alone"


def _rule_faults(profile: Profile) -> Iterator[Fault]:
    for index, rule in enumerate(profile.routing.rules):
        if rule.queue is not Queue.N2:
            continue
        for tool in rule.when.get("tool", ("",) if not profile.second_level else ()):
            if second_level_for(tool, profile.second_level) is None:
                mend = "add a [[second_level]], or choose another queue"
                yield f"routing.rules.{index}.queue", f"no second level is asked about {tool or 'anything'}", mend


def _role_faults(roles: Sequence[Role]) -> Iterator[Fault]:
    if not roles:
        yield "escalations.roles", "nobody may escalate", "name at least one role"
    elif Role.AUDITOR in roles:
        yield "escalations.roles", "an auditor changes nothing", "leave that role out"
