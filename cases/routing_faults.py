"""What is wrong with a service's routing: rules that never fire, work for nobody, ladders in a circle."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from cases.event import Channel, SenderKind
from cases.hours import Fault
from cases.logged import NO_TOOL
from cases.priority import LEVELS, Priority
from cases.profile import FieldKind, Profile
from cases.receipt import When
from cases.routing import ATTRIBUTES, OWN_FIELD, Agent, Queue, Routing, Rule, has_skills, speaks
from cases.secondlevel import Role

LONGEST_NAME = 64
_YES_NO = ("yes", "no")
_VALUES: Mapping[str, Collection[str]] = {
    "channel": tuple(Channel),
    "sender": ("", *SenderKind),
    "several_requests": _YES_NO,
    "review": _YES_NO,
    "sure": _YES_NO,
    "impact": tuple(map(str, LEVELS)),
    "urgency": tuple(map(str, LEVELS)),
    "priority": tuple(Priority),
}


Known = Mapping[str, Collection[str] | None]
"""The values that the profile gives an attribute (its tools, languages, `field.NAME` ...), None for any."""


def known_to(profile: Profile) -> Known:
    """The same for that profile; a case that has no value for a field is matched by ''."""
    fields = {one.id: ("", *one.options) if one.kind is FieldKind.CHOICE else None for one in profile.fields}
    return {
        "source": [*(box.name for box in profile.mailboxes), *(line.name for line in profile.lines)],
        "lang": profile.languages,
        "category": [one.id for one in profile.categories],
        "motif": [one.id for one in profile.motifs],
        "tool": [*(one.id for one in profile.tools), NO_TOOL],
        "scope": profile.scopes,
        **{OWN_FIELD + name: values for name, values in fields.items()},
    }


class Named(Protocol):
    """A rule of any kind: the first that matches wins."""

    @property
    def name(self) -> str: ...
    @property
    def when(self) -> When: ...


def faults(routing: Routing, known: Known) -> Iterator[Fault]:
    """What is wrong with rules, people and ladder: (key, cause, mend) each. A service that has neither rules nor
    people leaves all of it to whoever looks."""
    yield from rule_faults("rules", routing.rules, known)
    for index, rule in enumerate(routing.rules):
        for key, cause, mend in _people_faults(rule, routing.agents):
            yield f"rules.{index}.{key}", cause, mend
    if routing.rules or routing.agents:
        yield from _agent_faults(routing.agents)
    yield from _ladder_faults(routing.ladder)


def rule_faults(key: str, rules: Sequence[Named], known: Known) -> Iterator[Fault]:
    """What is wrong with what such rules match, and with their order."""
    for index, rule in enumerate(rules):
        yield from when_faults(f"{key}.{index}.when", rule.when, known)
        for part, cause, mend in _order_faults(rules[:index], rule):
            yield f"{key}.{index}.{part}", cause, mend


def when_faults(before: str, when: When, known: Known) -> Iterator[Fault]:
    """What is wrong with attributes and values that no case has."""
    for name, values in when.items():
        key = f"{before}.{name}"
        allowed = known.get(name, _VALUES.get(name))
        if name not in ATTRIBUTES and not (name.startswith(OWN_FIELD) and name in known):
            yield (
                key,
                f"a case has no attribute {name}",
                f"use one of {' '.join(ATTRIBUTES)}, or a field of the profile",
            )
        elif not values:
            yield key, "no value: the rule never fires", "name at least one, or leave the attribute out"
        elif allowed is not None:
            for value in sorted(set(values) - set(allowed)):
                yield key, f"{name} is never {value}", f"use one of {' '.join(allowed)}"


def _order_faults(above: Sequence[Named], rule: Named) -> Iterator[Fault]:
    if not rule.name or rule.name in (other.name for other in above):
        yield "name", f"{rule.name or 'nothing'} is not a name of its own", "name each rule differently"
    elif len(rule.name) > LONGEST_NAME:
        yield "name", "is too long", f"write {LONGEST_NAME} characters at most"
    shadow = next((other for other in above if _covers(other, rule)), None)
    if shadow:
        yield "when", f"never fires: {shadow.name}, above it, takes all of it", "put the narrower rule first"


def _covers(above: Named, rule: Named) -> bool:
    return all(set(rule.when.get(name, ())) <= set(values) and name in rule.when for name, values in above.when.items())


def _people_faults(rule: Rule, agents: tuple[Agent, ...]) -> Iterator[Fault]:
    if rule.agent and rule.agent not in (agent.id for agent in agents):
        yield "agent", f"no agent has the id {rule.agent}", "add the agent or correct the id"
    if rule.queue is Queue.N2:
        return
    skilled = [agent for agent in agents if has_skills(agent, rule.queue, rule.skills)]
    if not skilled:
        yield "queue", f"nobody of {rule.queue} has the skills", "give them to an agent of that queue"
    for lang in rule.when.get("lang", ()) if skilled else ():
        if not any(speaks(agent, lang) for agent in skilled):
            yield "when.lang", f"nobody of {rule.queue} with the skills speaks {lang}", "name an agent who does"


def _agent_faults(agents: tuple[Agent, ...]) -> Iterator[Fault]:
    ids = [agent.id for agent in agents]
    for index, agent in enumerate(agents):
        if not agent.id or agent.id in ids[:index]:
            yield f"agents.{index}.id", f"{agent.id or 'nothing'} is not an id of its own", "give each agent another"
        elif len(agent.id) > LONGEST_NAME:
            yield f"agents.{index}.id", "is too long", f"write {LONGEST_NAME} characters at most"
        if agent.role is Role.AUDITOR and agent.queues:
            yield f"agents.{index}.queues", "an auditor changes nothing", "leave them empty, or give another role"
        elif agent.role is not Role.AUDITOR and not agent.queues:
            yield f"agents.{index}.queues", "works in no queue", "name at least one"
        if agent.capacity < 1:
            yield f"agents.{index}.capacity", f"{agent.capacity} is no capacity", "write 1 or more"
    if not any(has_skills(agent, Queue.SUPERVISOR, ()) and not agent.languages for agent in agents):
        yield "agents", "no supervisor takes every language", 'add "supervisor" to the queues of one without languages'


def _ladder_faults(ladder: Mapping[Queue, Queue]) -> Iterator[Fault]:
    """A case that climbs often enough is the supervisor's, from every queue."""
    for queue in ladder:
        top = queue
        for _ in Queue:
            top = ladder.get(top, Queue.SUPERVISOR)
        if queue is Queue.SUPERVISOR or top is not Queue.SUPERVISOR:
            yield f"ladder.{queue}", "goes in a circle", "let every queue climb to the supervisor in the end"
