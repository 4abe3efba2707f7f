"""Many people with the same trouble, on a desk whose clock goes on when it is told to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.waves import Waves
from cases.event import Tags
from cases.major import Part, Texts
from cases.routing import Agent
from cases.secondlevel import Role
from desk.incidents.acts import Incidents
from desk.incidents.telling import Telling
from desk.service import Service
from store.tx import Store
from tests.desk.working import DIGITAL, Work
from tests.mails import mail

THOMAS = Agent(id="thomas", name="Thomas", queues=(), role=Role.SUPERVISOR)
BLANK = Tags(
    lang="fr",
    category="incident",
    motif="incident",
    tool="mon_espace",
    scope="in",
    review=False,
    signs=("error", "login", "screen"),
)
MAJOR = "majeur@digital.example.be"


class Trouble(Work):
    """People who report it, and what is done about it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        profile = replace(self.profile, second_level=(replace(DIGITAL, major=MAJOR),))
        self.profile = self.road.profile = profile
        self.desk = replace(self.desk, profile=profile)
        self.acts = Incidents(self.desk)
        self.waves = Waves(store=store, profile=profile, signer=self.road.signer, clock=lambda: self.now)
        self._people = 0

    def reported(self, number: int = 1, *, sender: str = "", **tags: Any) -> list[Any]:
        """The cases of so many people who report it one after the other, two minutes apart."""
        found = []
        for _ in range(number):
            self._people += 1
            self.road.tags = replace(BLANK, **tags)
            person = sender or f"p{self._people}@example.org"
            text = mail("La page reste blanche.", sender=person, message_id=f"<t{self._people}@example.org>")
            [row] = self.road.take_in(text)
            found.append(self.road.case(row))
            self.later(minutes=2)
        return found

    def looks(self) -> None:
        while self.waves.process():
            pass

    def tells(self) -> None:
        while Telling(self.desk).process():
            pass

    def proposed(self, number: int = 6) -> int:
        """The id of an incident that is proposed for so many people."""
        self.reported(number)
        self.looks()
        [row] = self.rows()
        return int(row.id)

    def announced(self, number: int = 6) -> int:
        """The same, announced and told."""
        identity = self.proposed(number)
        self.acts.announce(identity, THOMAS, self.texts("panne"))
        self.tells()
        return identity

    def texts(self, word: str, parts: Sequence[Part] = tuple(Part)) -> Texts:
        return {part: {lang: f"{word} {part} {lang}" for lang in self.profile.languages} for part in parts}

    def rows(self) -> list[Any]:
        with self.store.reading() as tx:
            return tx.incidents.latest()[::-1]

    def ties(self, identity: int) -> list[Any]:
        with self.store.reading() as tx:
            return tx.incidents.ties(identity)

    def sent(self, kind: str) -> list[Any]:
        with self.store.reading() as tx:
            return [one for one in tx.outbound.latest(500)[::-1] if one.kind == kind]


def serving(trouble: Trouble) -> Service:
    """The pages' side of that desk."""
    desk = trouble.desk
    calendars = desk.calendars.by_name
    return Service(desk.store, desk.profile, desk.signer, clock=lambda: trouble.now, calendars=calendars)
