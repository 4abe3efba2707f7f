"""What looks after the cases of a house, joined: their clocks, who is offered what, what many report at once."""

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from app.purge import Purge, purge_of
from app.waves import Waves
from cases.timers import Calendars
from desk.actions import Desk
from desk.composer.forgetting import DraftFiles
from desk.dashboard.keeping import Keeping
from desk.dashboard.reckoning import Reckoning
from desk.incidents.telling import Telling
from ingest.web.drafts import Drafts
from notify.alarm_mails import AlarmMails
from notify.alarms import Looker
from notify.offers import Offers
from notify.recompute import Recompute
from notify.reminders import Reminders

if TYPE_CHECKING:
    from app.wiring import House


@dataclass(frozen=True)
class Sweep:
    """The sweep of one house."""

    house: "House"

    def process(self) -> int:
        """Say what the clocks of one batch of cases have to say, else what an incident has to, else look at what came
        for the signs of one, else offer what nobody has, else forget what nobody went on writing, and the files of it,
        else keep what days counted, else purge what is old; how many. What no day has counted yet is not purged."""
        said = self._reminders.process() or self._telling.process() or self._waves.process() or self._offers.process()
        forgotten = said or self._drafts.forget_old() or self._draft_files.forget_unnamed()
        return forgotten or (0 if self._days.process() else self._purge.process())

    def recompute(self) -> int:
        """Have every clock computed anew where the profile promises something else than before; how many cases."""
        house = self.house
        edition = version("holidays")
        return Recompute(store=house.store, profile=house.profile, holidays=edition, clock=house.clock).process()

    @cached_property
    def _telling(self) -> Telling:
        house = self.house
        calendars = Calendars(house.profile, house.calendars)
        return Telling(Desk(house.store, house.profile, house.signer, calendars, house.clock))

    @cached_property
    def _waves(self) -> Waves:
        house = self.house
        return Waves(store=house.store, profile=house.profile, signer=house.signer, clock=house.clock)

    @cached_property
    def _purge(self) -> Purge:
        return purge_of(self.house)

    @cached_property
    def _days(self) -> Keeping:
        house = self.house
        return Keeping(Reckoning(house.store, house.profile, house.calendars, house.clock))

    @cached_property
    def _drafts(self) -> Drafts:
        return Drafts(self.house.store, self.house.clock)

    @cached_property
    def _draft_files(self) -> DraftFiles:
        return DraftFiles(self.house.store, self.house.clock)

    @cached_property
    def _reminders(self) -> Reminders:
        house = self.house
        looker = Looker(
            calendars=Calendars(house.profile, house.calendars), mails=AlarmMails(house.profile, house.signer)
        )
        return Reminders(
            store=house.store, profile=house.profile, signer=house.signer, looker=looker, clock=house.clock
        )

    @cached_property
    def _offers(self) -> Offers:
        house = self.house
        return Offers(store=house.store, profile=house.profile, signer=house.signer, clock=house.clock)
