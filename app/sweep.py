"""What looks after the cases of a house, joined: their clocks, and who is offered what."""

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from cases.timers import Calendars
from desk.composer.forgetting import DraftFiles
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
        """Say what the clocks of one batch of cases have to say, else offer what nobody has, else forget what nobody
        went on writing, and the files of it; how many."""
        said = self._reminders.process() or self._offers.process()
        return said or self._drafts.forget_old() or self._draft_files.forget_unnamed()

    def recompute(self) -> int:
        """Have every clock computed anew where the profile promises something else than before; how many cases."""
        house = self.house
        edition = version("holidays")
        return Recompute(store=house.store, profile=house.profile, holidays=edition, clock=house.clock).process()

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
