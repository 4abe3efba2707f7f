"""Whom of ours a comment on a ticket is told: who has the case, where they asked for it; else the team."""

from cases.acting import Acting
from cases.dossier import Dossier, common
from cases.mails import Mail
from cases.policy import OutboundKind, team_told
from cases.routing import Told


def told(case: Dossier, acting: Acting) -> tuple[Mail, ...]:
    """Word that somebody wrote there, and nothing of what; never beyond the budget, never into our own mailboxes."""
    recipient = _recipient(case, acting)
    if not recipient:
        return ()
    return (
        Mail(
            kind=OutboundKind.EVENT,
            key=f"{OutboundKind.EVENT}:{case.id}:{{entry}}",
            case_id=case.id,
            mailbox=case.mailbox,
            recipient=recipient,
            lang=acting.profile.mailbox(case.mailbox).language,
            context={**common(case), "what": Told.N2_WROTE},
        ),
    )


def _recipient(case: Dossier, acting: Acting) -> str:
    profile = acting.profile
    agent = next((one for one in profile.routing.agents if one.id == case.agent), None)
    if agent is None:
        team = profile.mailbox(case.mailbox).team.lower()
        return team_told(profile, case.mailbox, case.sent.to.get(team, 0))
    address = agent.address.lower()
    spent = case.sent.to.get(address, 0) >= profile.automatic_mail.staff_budget
    wanted = address and Told.N2_WROTE in agent.told_of and address not in profile.own_addresses
    return address if wanted and not spent else ""
