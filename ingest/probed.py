"""What becomes of a probe of ours: a case that nobody sees, and a receipt."""

from dataclasses import replace

from cases.case import Disposition, Status
from cases.policy import Arrival, acknowledgement
from cases.probe import FLAG
from cases.profile import Profile
from cases.receipt import Answer
from ingest.arrived import Arrived
from ingest.plan import Plan
from ingest.proposal import Proposal


def probed(arrived: Arrived, case_id: int, proposal: Proposal, arrival: Arrival, profile: Profile) -> Plan:
    """The case is hidden and closed at once; the receipt leaves whatever the rules say of such messages. It has no
    budget, since a probe comes every few minutes, but a mailbox that is stopped answers it neither."""
    return Plan(
        arrived=arrived,
        disposition=Disposition.PROBE,
        reason=FLAG,
        case_id=case_id,
        opened=True,
        status=Status.CLOSED,
        proposal=replace(proposal.kept_here(), answer=Answer.ACKNOWLEDGEMENT, rule=""),
        verdict=acknowledgement(replace(arrival, sent_to_sender=0), profile),
        flags=(FLAG,),
    )
