"""What a requester can do with their own case. Values in, an `Effect` out."""

from cases.acting import Acting, Effect
from cases.actions import close
from cases.dossier import Dossier


def settled(case: Dossier, acting: Acting) -> Effect:
    """It is solved, says who asked: they get no mail for what they did themselves, a relay and a second level do."""
    return close(case, acting, silent=True, withdraw=case.stay is not None)
