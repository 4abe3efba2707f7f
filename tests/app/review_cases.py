"""Cases that wait for a person's look."""

from typing import Any

from app import holidays
from cases.case import Status
from cases.profile import Profile
from cases.routing import Agent
from cases.timers import Calendars
from cases.tokens import Signer
from desk.actions import Desk
from desk.review.session import Session
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.store.test_views import add_case, add_message


def sitting(store: Store, profile: Profile) -> Session:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    desk = Desk(store, profile, Signer(b"a secret of the tests"), Calendars(profile, calendars), lambda: NOW)
    return Session(desk=desk, agent=Agent(id="Anne", queues=()))


def doubted(store: Store, sure: float = 0.8, body: str = "Mon Espace reste bloqué.", **columns: Any) -> int:
    """A case of one message, whose motif the model was so sure of."""
    tags = {
        "confidence": {"motif": sure, "tool": 1.0, "scope": 1.0},
        "reason": "close_call",
        "evidence": ["bloqué"],
        "model": "light-1",
    }
    labels = {"status": Status.NEW, "category": "requete", "motif": "acces", "tool": "mon_espace", "scope": "in"}
    identity = add_case(store, **({"review": True, "tags": tags} | labels | columns))
    add_message(store, f"m:{identity}", identity, content={"reply_text": body})
    return identity
