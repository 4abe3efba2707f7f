"""An intake over a real store, the real reader of mails and the real profile; only the model is a small stand-in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from app import holidays
from cases.event import Channel, InboundEvent, Message, Tags
from cases.profile import Profile
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.articles import Articles
from ingest.email.event import normalise
from ingest.intake import Intake
from store.inbound import Delivery
from store.tables import case
from store.tx import Store
from tests.profiles import shipped

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)


QUESTION = Tags(lang="fr", category="requete", motif="demande_information", tool="aucun", scope="in", review=False)


class Road:
    """Delivers raw mails and works them, like a connector and a worker that never rest."""

    def __init__(self, store: Store, profile: Profile) -> None:
        self.store = store
        self.profile = profile
        self.signer = Signer(b"a secret of the tests")
        self.now = NOW
        self.tags = QUESTION
        self.articles = Articles(store, profile, lambda: self.now)
        self._delivered = 0

    @property
    def intake(self) -> Intake:
        return Intake(
            store=self.store,
            profile=self.profile,
            signer=self.signer,
            calendars=self.calendars,
            normalise={Channel.EMAIL: self._mail},
            classify=self.classify,
            clock=lambda: self.now,
            articles=self.articles,
        )

    @property
    def calendars(self) -> Calendars:
        return Calendars(self.profile, {name: holidays.calendar(self.profile, name) for name in self.profile.hours})

    def classify(self, messages: Sequence[Message]) -> list[Tags]:
        """A classifier that is sure of one thing."""
        return [self.tags for _ in messages]

    def receive(self, *raws: bytes, **columns: Any) -> list[int]:
        deliveries = []
        for raw in raws:
            self._delivered += 1
            known = {"source": "assistance", "external_id": f"1:{self._delivered}", "received_at": self.now} | columns
            deliveries.append(Delivery(raw=raw, **known))
        with self.store.transaction("test.receive") as tx:
            return tx.inbound.add_once(deliveries, self.now)

    def take_in(self, *raws: bytes, **columns: Any) -> list[Any]:
        """The inbound rows after the mails were delivered and worked."""
        identities = self.receive(*raws, **columns)
        while self.intake.process():
            pass
        return self.rows(identities)

    def rows(self, identities: Sequence[int]) -> list[Any]:
        with self.store.reading() as tx:
            return tx.inbound.get(identities)

    def read(self, question: Callable[[Any], Any]) -> Any:
        with self.store.reading() as tx:
            return question(tx)

    def case(self, row: Any) -> Any:
        """The case of an inbound row."""
        return self.read(lambda tx: tx.cases.find(row.case_id))

    def entries(self, row: Any) -> list[Any]:
        """The lines of its timeline."""
        return self.read(lambda tx: tx.cases.entries(row.case_id))

    def outbound(self, row: Any, *kinds: str) -> list[Any]:
        """The mails that leave for it, of all or of these kinds."""
        return [one for one in self.read(lambda tx: tx.cases.outbound(row.case_id)) if not kinds or one.kind in kinds]

    def close(self, row: Any) -> None:
        """Close its case, as a person would."""
        line = {"case_id": row.case_id, "kind": "closed", "at": self.now, "actor": "nora", "text": "", "data": {}}
        with self.store.transaction("test.close") as tx:
            closed = {"status": "closed", "closed_at": self.now, "alarm_at": None}
            tx.connection.execute(update(case).where(case.c.id == row.case_id).values(closed))
            tx.cases.add_entries([line])

    def with_profile(self, **changes: Any) -> "Road":
        self.profile = replace(self.profile, **changes)
        self.articles = Articles(self.store, self.profile, lambda: self.now)
        return self

    def _mail(self, delivery: Delivery) -> InboundEvent:
        return normalise(delivery.raw, delivery.source, delivery.received_at, self.profile, self.signer)


@pytest.fixture(scope="session")
def profile() -> Profile:
    return shipped()


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)
