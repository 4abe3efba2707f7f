"""What the pages are made of: one value that every part of the desk is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cases.clock import Calendar
from cases.profile import Profile
from cases.tokens import Signer
from desk.backstage import Backstage
from desk.counters import Counters
from desk.demo import Demo
from desk.pages import Pages
from desk.routes_reader import Reader
from desk.signin.means import Means
from ingest.scanning import Scan, unscanned
from ingest.web.drafts import Drafts
from ingest.web.reception import Process, Reception
from store.tx import Store


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Service:
    """One service's rows, words and clock. `demo`: the demonstration, where it runs. `calendars` are
    those of the profile's hours, by name; `means` is how people sign in, `process` works what just came in, `counters`
    know how often strangers asked. `backstage` is the installation around the pages, where they are served by one;
    `scan` looks at files before they are handed out."""

    store: Store
    profile: Profile
    signer: Signer
    demo: Demo | None = None
    clock: Callable[[], datetime] = _now
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    means: Means = field(default_factory=Means)
    process: Process | None = None
    counters: Counters = field(default_factory=Counters)
    backstage: Backstage | None = None
    scan: Scan = unscanned

    @cached_property
    def reader(self) -> Reader:
        return Reader(Pages(self.profile, self.demo is not None), self.profile)

    @property
    def drafts(self) -> Drafts:
        """What citizens have begun to write."""
        return Drafts(self.store, self.clock)

    @property
    def reception(self) -> Reception:
        """Where what they send is taken in."""
        return Reception(self.store, self.clock, self.process)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.timezone)

    @property
    def today(self) -> date:
        """The day it is where the service is."""
        return self.clock().astimezone(self.zone).date()
