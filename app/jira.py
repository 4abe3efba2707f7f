"""Jira beside the cases of a house, joined: what is pushed there, what comes back. Off unless the profile says so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from app.settings import PREFIX, Settings
from cases.errors import ConfigurationError
from cases.profile import Profile
from cases.secondlevel import Via
from cases.ticket import Pushing
from cases.timers import Calendars
from desk.actions import Desk
from desk.jira.following import following
from desk.jira.looking import Looking
from desk.jira.office import Office
from desk.jira.pushing import Pusher
from notify.jira.answers import AwayError, DeniedError
from notify.jira.client import Access, Client
from notify.jira.project import MisfitError
from store.tx import Follow, Kind

if TYPE_CHECKING:
    from fastapi import APIRouter

    from app.wiring import Handler, House

log = structlog.get_logger()

WARNED = timedelta(days=30)
"""How long before its end a token is warned about: one of the Cloud lives for a year at most."""


@dataclass(frozen=True)
class Ticketing:
    """The tickets of one house."""

    house: "House"

    @cached_property
    def handlers(self) -> Mapping[Kind, "Handler"]:
        """What does what is to be done there; nothing where the profile has no Jira."""
        return {Kind.TICKET: self.process} if self.house.profile.jira.is_on else {}

    def process(self) -> int:
        """Do one batch of what is due, then look at what may have changed there; how many rows."""
        return self.pusher.process() + self.looking.process()

    def check(self) -> None:
        """At a start: raises ConfigurationError where the profile and the project do not fit, or settings are missing.
        A Jira that is away stops nobody: what is to be done there waits."""
        if not self.house.profile.jira.is_on:
            return
        office = self.office
        for days in expires_in(self.house.settings, self.house.clock()):
            if days <= WARNED.days:
                log.warning("jira_token_expires", days=days)
        try:
            office.project()
        except MisfitError as error:
            raise ConfigurationError(error.faults) from error
        except (AwayError, DeniedError) as error:
            log.warning("jira_not_checked", error=type(error).__name__)

    @cached_property
    def pusher(self) -> Pusher:
        return Pusher(office=self.office)

    @cached_property
    def looking(self) -> Looking:
        return Looking(office=self.office)

    @cached_property
    def office(self) -> Office:
        """What works with Jira. Raises ConfigurationError where the settings do not say how it is reached."""
        house = self.house
        calendars = Calendars(house.profile, house.calendars)
        return Office(
            store=house.store,
            profile=house.profile,
            client=Client(access(house.settings, house.profile)),
            desk=Desk(house.store, house.profile, house.signer, calendars, house.clock, scan=house.settings.scan),
            clock=house.clock,
        )

    def close(self) -> None:
        """Close the kept connections."""
        if "office" in self.__dict__:
            self.office.client.close()


def access(settings: Settings, profile: Profile) -> Access:
    """How Jira is reached. Raises ConfigurationError where the settings do not say it."""
    needed = {"JIRA_URL": settings.jira_url, "JIRA_TOKEN": settings.jira_token}
    faults = [
        (PREFIX + name, "is missing", "set it as docs/jira.md says, or remove [jira] from the profile")
        for name, value in needed.items()
        if not value
    ]
    if faults:
        raise ConfigurationError(faults)
    return Access(
        url=settings.jira_url, token=settings.jira_token, user=settings.jira_user, flavour=profile.jira.flavour
    )


def expires_in(settings: Settings, now: datetime) -> Iterator[int]:
    """The days that the token still lives, where the settings say so."""
    if settings.jira_token_expires:
        yield (date.fromisoformat(settings.jira_token_expires) - now.astimezone(UTC).date()).days


def followed(profile: Profile, clock: Callable[[], datetime]) -> Follow | None:
    """For `Store.follow`: what is written on timelines is pushed; None where the profile has no Jira."""
    if not profile.jira.is_on:
        return None
    there = frozenset(one.id for one in profile.second_level if one.via is Via.JIRA)
    pushing = Pushing(jira=profile.jira, there=there, undo=timedelta(seconds=profile.undo_seconds))
    return following(pushing, clock)


def jira_routes(house: "House") -> "APIRouter | None":
    """Where its webhooks come in; None where no secret is set, with which they are signed."""
    from desk.routes_jira import JiraHook

    if not (house.profile.jira.is_on and house.settings.jira_webhook_secrets):
        return None
    return JiraHook(house.store, house.settings.jira_webhook_secrets, house.clock).router()
