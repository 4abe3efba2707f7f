"""Where a case goes: the first rule that matches names the queue, and a free person of that queue is offered the work.

What no rule takes, and what nobody of its queue could ever do, is the supervisor's. Every decision says why.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cases.event import Channel, SenderKind, Tags
from cases.priority import Assessment, Priority
from cases.secondlevel import Role

_STRICT = {"strict": True, "extra": "forbid"}


class Queue(StrEnum):
    """Line 1 is general, line 2 versatile, line 3 the experts; N2 is another service, with people of its own."""

    LINE_1 = "line1"
    LINE_2 = "line2"
    LINE_3 = "line3"
    N2 = "n2"
    SUPERVISOR = "supervisor"


Traits = Mapping[str, str]
"""What a rule may look at, each as a word: the names of `ATTRIBUTES`, and `field.NAME` for a profile's own fields."""

ATTRIBUTES = (
    "channel",
    "source",
    "sender",
    "lang",
    "category",
    "motif",
    "tool",
    "scope",
    "several_requests",
    "review",
    "sure",
    "impact",
    "urgency",
    "priority",
)
OWN_FIELD = "field."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Takes the cases whose every named attribute has one of the values; with none named, all of them.

    `skills` are what the work asks of a person, beside its language. `agent` is offered it first, where present.
    """

    __pydantic_config__ = _STRICT
    name: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queue: Queue
    skills: tuple[str, ...] = ()
    agent: str = ""


class Told(StrEnum):
    """What a person may ask to be told of by mail, about the cases that are theirs."""

    WROTE = "wrote"
    N2_WROTE = "n2_wrote"
    ASSIGNED = "assigned"
    WARNING = "warning"
    OVERDUE = "overdue"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who works in some queues. No `languages` means every one; `capacity` is how many cases at once.

    `name` is how people see them, `address` where they are written to about what they asked for in `told_of`.
    """

    __pydantic_config__ = _STRICT
    id: str
    queues: tuple[Queue, ...]
    name: str = ""
    address: str = ""
    role: Role = Role.AGENT
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 20
    told_of: tuple[Told, ...] = (Told.N2_WROTE, Told.OVERDUE)


LADDER = {
    Queue.LINE_1: Queue.LINE_2,
    Queue.LINE_2: Queue.LINE_3,
    Queue.LINE_3: Queue.SUPERVISOR,
    Queue.N2: Queue.SUPERVISOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """A service's rules, in their order, its people, and which queue a case climbs to from each."""

    __pydantic_config__ = _STRICT
    rules: tuple[Rule, ...] = ()
    agents: tuple[Agent, ...] = ()
    ladder: Mapping[Queue, Queue] = field(default_factory=lambda: LADDER)


class Why(StrEnum):
    """How a decision was come to; people read it on the timeline."""

    RULE = "rule"
    NO_RULE = "no_rule"
    NOBODY = "nobody_has_the_skills"
    NO_SECOND_LEVEL = "no_second_level"
    TOO_MANY = "too_many"
    OVERDUE = "overdue"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`rule` is the name of the rule that took the case, '' where none did."""

    queue: Queue
    why: Why
    rule: str = ""
    skills: tuple[str, ...] = ()
    agent: str = ""


def traits(
    origin: tuple[Channel, str], sender: SenderKind | None, tags: Tags, assessment: Assessment, own: Traits
) -> Traits:
    """A case's attributes for the rules. `origin` is the channel with the mailbox's or line's name; `own` the values
    of the profile's own fields."""
    channel, source = origin
    return {
        "channel": channel,
        "source": source,
        "sender": sender or "",
        "lang": tags.lang,
        "category": tags.category,
        "motif": tags.motif,
        "tool": tags.tool,
        "scope": tags.scope,
        "several_requests": _word(tags.several_requests),
        "review": _word(tags.review),
        "sure": _word(tags.sure),
        "impact": str(assessment.impact),
        "urgency": str(assessment.urgency),
        "priority": assessment.priority,
        **{OWN_FIELD + name: value for name, value in own.items()},
    }


def _word(value: bool) -> str:
    return "yes" if value else "no"


def decide(case: Traits, routing: Routing) -> Decision:
    """The queue of a case."""
    rule = next((rule for rule in routing.rules if takes(rule.when, case)), None)
    if rule is None:
        return Decision(queue=Queue.SUPERVISOR, why=Why.NO_RULE)
    able = (is_able(agent, rule.queue, rule.skills, case["lang"]) for agent in routing.agents)
    if rule.queue is not Queue.N2 and not any(able):
        return Decision(queue=Queue.SUPERVISOR, why=Why.NOBODY, rule=rule.name)
    return Decision(queue=rule.queue, why=Why.RULE, rule=rule.name, skills=rule.skills, agent=rule.agent)


def takes(when: Mapping[str, Collection[str]], case: Traits) -> bool:
    """Whether every attribute that `when` names has one of its values; none named takes every case."""
    return all(case.get(name, "") in values for name, values in when.items())


def is_able(agent: Agent, queue: Queue, skills: Iterable[str], lang: str) -> bool:
    """Whether the agent, present or not, could do such work."""
    return has_skills(agent, queue, skills) and speaks(agent, lang)


def has_skills(agent: Agent, queue: Queue, skills: Iterable[str]) -> bool:
    return queue in agent.queues and set(skills) <= set(agent.skills)


def speaks(agent: Agent, lang: str) -> bool:
    return not agent.languages or lang in agent.languages


def climbs_to(queue: Queue, routing: Routing) -> Queue:
    """The queue above, for a case that is overdue or too hard; above the supervisor there is none."""
    return routing.ladder.get(queue, Queue.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that nobody has. `agent` is who is offered it first: the rule's. `but` is who is not offered it: whoever
    handed it back."""

    case_id: int
    priority: Priority
    since: datetime
    queue: Queue
    lang: str
    skills: tuple[str, ...] = ()
    agent: str = ""
    but: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    case_id: int
    agent: str


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Priority first, then the oldest."""
    return sorted(waiting, key=lambda case: (case.priority, case.since, case.case_id))


def offers(waiting: Iterable[Waiting], agents: Sequence[Agent], load: Mapping[str, int]) -> list[Offer]:
    """Who is offered what now. `load` is how many cases each agent has who is present; nobody else is offered any.

    To be asked again whenever a case comes, a person comes back or has one case less: what is left over waits.
    """
    busy = dict(load)
    offered = []
    for case in in_order(waiting):
        agent = _next_agent(case, agents, busy)
        if agent:
            busy[agent.id] += 1
            offered.append(Offer(case.case_id, agent.id))
    return offered


def _next_agent(case: Waiting, agents: Sequence[Agent], busy: Mapping[str, int]) -> Agent | None:
    """The one it is meant for, else the one with the most room in proportion, else the first in the profile's order."""
    asked = (agent for agent in agents if agent.id != case.but and is_able(agent, case.queue, case.skills, case.lang))
    free = [agent for agent in asked if busy.get(agent.id, agent.capacity) < agent.capacity]
    return min(free, key=lambda agent: (agent.id != case.agent, busy[agent.id] / agent.capacity), default=None)
