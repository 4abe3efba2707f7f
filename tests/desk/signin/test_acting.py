"""Whoever is signed in acts on cases under their own name, in the profile or not; an auditor does not."""

import pytest

from app import holidays
from cases.actions import note
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.routing import Agent
from cases.secondlevel import Role
from cases.timers import Calendars
from desk.access import person
from desk.actions import Desk
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.signed import FOREVER, NOW
from tests.notify.sweeping import new_case

NUMBER = "202600000001"


@pytest.fixture
def desk(store: Store, profile: Profile) -> Desk:
    with store.transaction("tests") as tx:
        tx.cases.add([new_case(int(NUMBER), NOW)])
    calendars = Calendars(profile, {name: holidays.calendar(profile, name) for name in profile.hours})
    return Desk(store, profile, SIGNER, calendars, lambda: NOW)


def signed_in(desk: Desk, identity: str, role: Role) -> Agent:
    """What somebody who is signed in is on cases."""
    row = {"id": identity, "email": f"{identity}@example.org", "name": "Lise Noël", "role": role, "created_at": NOW}
    session = {"digest": identity, "account_id": identity, "how": "password", "opened_at": NOW, "seen_at": NOW}
    with desk.store.transaction("tests") as tx:
        tx.accounts.add(row)
        tx.accounts.open_session({**session, "ends_at": FOREVER})
        return person(tx.accounts.signed_in(identity, NOW), desk.profile, 60).agent


def test_somebody_who_is_in_no_queue_acts_under_their_own_name(desk: Desk) -> None:
    agent = signed_in(desk, "lise", Role.SUPERVISOR)
    [line] = desk.act(NUMBER, agent, lambda case, who: note(case, who, "Vu.")).lines
    assert (line.actor, agent.name, agent.queues) == ("lise", "Lise Noël", ())


def test_an_agent_of_the_profile_has_its_queues_and_the_role_of_the_account(desk: Desk) -> None:
    known = next(one for one in desk.profile.routing.agents if one.queues and one.role is Role.AGENT)
    agent = signed_in(desk, known.id, Role.SUPERVISOR)
    assert (agent.queues, agent.skills, agent.role) == (known.queues, known.skills, Role.SUPERVISOR)


def test_an_auditor_is_refused(desk: Desk) -> None:
    agent = signed_in(desk, "lise", Role.AUDITOR)
    with pytest.raises(RefusedError) as refused:
        desk.act(NUMBER, agent, lambda case, who: note(case, who, "Vu."))
    assert refused.value.refusal is Refusal.AUDITOR
