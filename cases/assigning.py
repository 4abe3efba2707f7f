"""Who has a case: taking it, giving it to somebody, handing it back to a queue; and how urgent it is."""

from typing import Any

from cases import priority
from cases.acting import Acting, Action, Effect, require
from cases.case import EntryKind, Status
from cases.dossier import Dossier, common
from cases.mails import Mail
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.routing import Agent, Queue, Told, Why
from cases.secondlevel import Role


def agent_of(profile: Profile, identity: str) -> Agent:
    """The profile's agent with that id. Raises RefusedError with those that there are."""
    agents = {one.id: one for one in profile.routing.agents}
    if identity not in agents:
        refusal = Refusal.NO_SUCH_AGENT if agents else Refusal.NO_AGENTS
        raise RefusedError(refusal, agent=identity or "without a name", known=", ".join(agents))
    return agents[identity]


def take(case: Dossier, acting: Acting) -> Effect:
    """Make the case one's own, or accept one that was offered."""
    require(Action.TAKE, case, acting)
    if case.agent == acting.agent.id and case.status is not Status.NEW:
        raise RefusedError(Refusal.YOURS_ALREADY, number=case.number)
    status = Status.OPEN if case.status is Status.NEW else case.status
    return _given(case, acting, acting.agent) | Effect(columns={"status": status})


def own(case: Dossier, acting: Acting) -> Effect:
    """Who does something for a case that nobody has has it from then on."""
    return Effect() if case.agent else _given(case, acting, acting.agent)


def assign(case: Dossier, acting: Acting, to: str) -> Effect:
    """Give the case to that agent, who is told where they ask for it."""
    require(Action.ASSIGN, case, acting)
    agent = agent_of(acting.profile, to)
    if agent.role is Role.AUDITOR:
        raise RefusedError(Refusal.GIVEN_TO_AUDITOR, agent=agent.name or agent.id)
    if case.agent == agent.id:
        raise RefusedError(Refusal.HAS_IT_ALREADY, agent=agent.name or agent.id, number=case.number)
    return _given(case, acting, agent)


def _given(case: Dossier, acting: Acting, agent: Agent) -> Effect:
    return Effect(
        columns={"agent": agent.id},
        lines=(acting.line(EntryKind.ASSIGNED, agent=agent.id, before=case.agent),),
        mails=_word(case, acting, agent),
    )


def _word(case: Dossier, acting: Acting, agent: Agent) -> tuple[Mail, ...]:
    """What the agent is told: never by themselves, never more than the team's budget, never into our own mailboxes."""
    profile, address = acting.profile, agent.address.lower()
    wanted = agent.id != acting.agent.id and address and Told.ASSIGNED in agent.told_of
    spent = case.sent.to.get(address, 0) >= profile.automatic_mail.staff_budget
    if not wanted or spent or address in profile.own_addresses:
        return ()
    return (
        Mail(
            kind=OutboundKind.EVENT,
            key=f"{OutboundKind.EVENT}:{case.id}:{{entry}}",
            case_id=case.id,
            mailbox=case.mailbox,
            recipient=address,
            lang=profile.mailbox(case.mailbox).language,
            context={**common(case), "what": Told.ASSIGNED, "by": acting.name},
        ),
    )


def hand_to(case: Dossier, acting: Acting, queue: Queue) -> Effect:
    """Hand the case to a queue, where it is offered to whoever is free; from then on nobody has it."""
    require(Action.ASSIGN, case, acting)
    if queue is Queue.N2:
        raise RefusedError(Refusal.QUEUE_OF_N2)
    if queue == case.queue and not case.agent:
        raise RefusedError(Refusal.IN_QUEUE_ALREADY, number=case.number, queue=queue)
    return routed(case, acting, queue)


def routed(case: Dossier, acting: Acting, queue: Queue) -> Effect:
    """The case in that queue, and nobody's; who had it is not offered it again. What the queue's work asks of people
    holds where the queue is the same."""
    skills = list(case.routing.get("skills", ())) if queue == case.queue else []
    return Effect(
        columns={
            "queue": queue,
            "agent": None,
            "routing": {"why": Why.BY_HAND, "rule": "", "skills": skills, "agent": "", "but": case.agent},
        },
        lines=(acting.line(EntryKind.ROUTED, queue=queue, before=case.queue, why=Why.BY_HAND, agent=case.agent),),
    )


def prioritise(case: Dossier, acting: Acting, impact: int, urgency: int) -> Effect:
    """Correct impact and urgency, which no later message changes; every clock moves from the case's first moment on."""
    require(Action.PRIORITISE, case, acting)
    before = case.assessment
    try:
        found = priority.correct(before, impact, urgency, acting.profile.priorities, acting.agent.id)
    except ValueError as error:
        raise RefusedError(Refusal.LEVELS) from error
    if found == before:
        raise RefusedError(Refusal.SAME_LEVELS, number=case.number)
    levels: dict[str, Any] = {"impact": impact, "urgency": urgency, "priority": found.priority}
    assessment = {"reasons": list(found.reasons), "corrected_by": found.corrected_by}
    return Effect(
        columns={**levels, "assessment": assessment},
        lines=(acting.line(EntryKind.ASSESSED, **levels, before=before.priority),),
    )
