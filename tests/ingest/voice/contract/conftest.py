"""Every driver in turn, in front of a store on each kind of database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from app import holidays
from cases.profile import Profile
from ingest.voice.attempts import Attempts
from ingest.voice.dialling import Dialling, Pace
from ingest.voice.legs import Legs
from ingest.voice.ringing import Ringing
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.contract.driver import Driver
from tests.ingest.voice.contract.twilio import twilio
from tests.ingest.voice.twilio.asking import SIGNER

DRIVERS: dict[str, Callable[[Store, Profile], AbstractContextManager[Driver]]] = {"twilio": twilio}


@dataclass
class Service:
    """The service behind a driver: its rows, and the work that rings seats."""

    name: str
    driver: Driver
    store: Store
    profile: Profile

    def read(self, question: Callable[[Any], Any]) -> Any:
        with self.store.reading() as tx:
            return question(tx)

    def call(self, sid: str) -> Any:
        return self.read(lambda tx: tx.calls.find_sid(self.name, sid))

    def events(self, sid: str) -> list[Any]:
        return self.read(lambda tx: tx.calls.events(self.name, sid))

    def ring_seats(self) -> None:
        """Place every leg that can ring now, and let them begin to."""
        while self._dialling.process():
            pass
        self.driver.wait(1)

    @property
    def _dialling(self) -> Dialling:
        clock, calendars = self.driver.now, {name: holidays.calendar(self.profile, name) for name in self.profile.hours}
        attempts = Attempts(profile=self.profile, signer=SIGNER, calendars=calendars, clock=clock, office_clock=clock)
        legs = Legs(provider=self.name, store=self.store, profile=self.profile, attempts=attempts, clock=clock)
        ringing = Ringing(store=self.store, profile=self.profile, attempts=attempts, clock=clock, office_clock=clock)
        return Dialling(
            store=self.store,
            profile=self.profile,
            provider=self.driver.provider,
            ringing=ringing,
            legs=legs,
            clock=clock,
            pace=Pace(0),
        )


@pytest.fixture(params=DRIVERS)
def service(request: pytest.FixtureRequest, database_url: str, profile: Profile) -> Iterator[Service]:
    """The service and its driver. At the end the provider must have understood everything."""
    engine = open_engine(database_url, hurried=True)
    store = Store(engine)
    with DRIVERS[request.param](store, profile) as driver:
        yield Service(request.param, driver, store, profile)
        assert not driver.complaints or request.node.get_closest_marker("complains")
    engine.dispose()
