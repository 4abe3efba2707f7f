"""What is wrong with a service's routing: rules that never fire, work for nobody, ladders in a circle."""

from collections.abc import Collection, Iterator, Mapping

from cases.event import Channel, SenderKind
from cases.hours import Fault
from cases.priority import LEVELS, Priority
from cases.routing import ATTRIBUTES, OWN_FIELD, Agent, Queue, Routing, Rule, has_skills, speaks

_YES_NO = ("yes", "no")
_VALUES: Mapping[str, Collection[str]] = {
    "channel": tuple(Channel),
    "sender": ("", *SenderKind),
    "several_requests": _YES_NO,
    "review": _YES_NO,
    "impact": tuple(map(str, LEVELS)),
    "urgency": tuple(map(str, LEVELS)),
    "priority": tuple(Priority),
}


def faults(routing: Routing, known: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """(key, cause, mend) each. `known` are the values that the profile gives an attribute (its tools, languages,
    `field.NAME` ...); an attribute that is not among them may have any."""
    for index, rule in enumerate(routing.rules):
        for key, cause, mend in (*_rule_faults(rule, known), *_order_faults(routing.rules[:index], rule)):
            yield f"rules.{index}.{key}", cause, mend
        for key, cause, mend in _people_faults(rule, routing.agents):
            yield f"rules.{index}.{key}", cause, mend
    yield from _agent_faults(routing.agents)
    yield from _ladder_faults(routing.ladder)


def _rule_faults(rule: Rule, known: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    for name, values in rule.when.items():
        key = f"when.{name}"
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


def _order_faults(above: tuple[Rule, ...], rule: Rule) -> Iterator[Fault]:
    if not rule.name or rule.name in (other.name for other in above):
        yield "name", f"{rule.name or 'nothing'} is not a name of its own", "name each rule differently"
    shadow = next((other for other in above if _covers(other, rule)), None)
    if shadow:
        yield "when", f"never fires: {shadow.name}, above it, takes all of it", "put the narrower rule first"


def _covers(above: Rule, rule: Rule) -> bool:
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
        if not agent.queues:
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
