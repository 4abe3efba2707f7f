"""A desk whose cases have tickets in a Jira of the tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.jira import followed
from cases.case import EntryKind, Status
from cases.profile import Profile
from cases.secondlevel import Via
from cases.ticket import Flavour, Jira, Pushed
from desk.jira.looking import Looking
from desk.jira.office import Office
from desk.jira.pushing import Pusher
from desk.routes_jira import notice
from notify.jira.client import Access, Client
from store.tx import Store
from tests.desk.working import DIGITAL, Work
from tests.servers import jira as servers

STATUSES = {
    "Ouvert": Status.NEW,
    "En cours": Status.OPEN,
    "En attente": Status.WAITING,
    "Escaladé": Status.ESCALATED,
    "Terminé": Status.CLOSED,
}
JIRA = Jira(
    push=Pushed.EVERY,
    project=servers.PROJECT,
    request_type="Assistance Mon Permis",
    reference="Dossier",
    fields={"Priorité": "priority"},
    statuses=STATUSES,
)


class JiraWork(Work):
    """The same with a Jira beside it; `jira` is the profile's part, `server` the Jira."""

    def __init__(self, store: Store, server: servers.Jira, jira: Jira = JIRA, via: Via = Via.JIRA) -> None:
        super().__init__(store)
        self.server = server
        self.use(jira, via)

    def use(self, jira: Jira, via: Via = Via.JIRA, undo_seconds: int = 0) -> None:
        """Go on with that profile."""
        jira = replace(jira, flavour=Flavour.CLOUD if self.server.cloud else Flavour.DATACENTER)
        known = (replace(DIGITAL, via=via),)
        self.profile: Profile = replace(self.profile, jira=jira, second_level=known, undo_seconds=undo_seconds)
        self.road.profile = self.profile
        calendars = replace(self.desk.calendars, profile=self.profile)
        self.desk = replace(self.desk, profile=self.profile, calendars=calendars)
        self.store.follow = followed(self.profile, lambda: self.now)
        self.begin_again()

    def begin_again(self) -> None:
        """As after a start: nothing is remembered but the rows."""
        access = Access(url=self.server.url, token=servers.TOKEN, flavour=self.profile.jira.flavour)
        self.office = Office(
            store=self.store,
            profile=self.profile,
            client=Client(access),
            desk=self.desk,
            clock=lambda: self.now,
        )
        self.pusher, self.looking = Pusher(office=self.office), Looking(office=self.office)

    def turn(self) -> None:
        """Do all that is due."""
        while self.pusher.process() + self.looking.process():
            pass

    def hears(self, body: bytes, headers: dict[str, str]) -> bool:
        """A webhook that was signed comes in; whether it was new."""
        found = notice(body, headers["x-atlassian-webhook-identifier"])
        assert found
        row = {name: getattr(found, name) for name in found.__slots__} | {"received_at": self.now, "due_at": self.now}
        return self.store.run("test.notice", lambda tx: tx.tickets.notices.keep(row))

    def ticket(self, number: str) -> Any:
        with self.store.reading() as tx:
            return tx.tickets.of_case(self.desk.read(number).id)

    def waiting(self, number: str) -> list[Any]:
        with self.store.reading() as tx:
            return tx.tickets.pushes.of_case(self.desk.read(number).id)

    def lines(self, number: str, kind: EntryKind) -> list[Any]:
        return [line for line in self.desk.read(number).timeline if line.kind == kind]

    def issue(self, number: str) -> servers.Issue:
        [found] = [one for one in self.server.issues.values() if one.fields.get("customfield_10050") == number]
        return found

    def minutes(self, count: int) -> None:
        self.road.now += timedelta(minutes=count)


@pytest.fixture(params=["cloud", "datacenter"])
def server(request: pytest.FixtureRequest) -> Iterator[servers.Jira]:
    with servers.Jira(cloud=request.param == "cloud") as found:
        yield found
        assert found.broken == []


@pytest.fixture
def jira_work(store: Store, server: servers.Jira) -> Iterator[JiraWork]:
    yield JiraWork(store, server)
    store.follow = None
