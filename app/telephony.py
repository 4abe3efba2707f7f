"""The work on calls, joined: legs to place, recordings to fetch, what nobody told us. Only jobs load the provider."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from app.profile import find
from app.settings import PREFIX, Settings
from cases.errors import ConfigurationError
from cases.profile import Profile
from ingest.voice.aftermath import Aftermath
from ingest.voice.attempts import Attempts
from ingest.voice.dialling import Dialling
from ingest.voice.legs import Legs
from ingest.voice.provider import Provider
from ingest.voice.recordings import Recordings
from ingest.voice.ringing import Ringing
from ingest.voice.transcribe import Transcribe, Whisper, glossary
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses
from store.tx import Kind, Store

if TYPE_CHECKING:
    from fastapi import APIRouter

    from app.wiring import Handler, House


@dataclass(frozen=True)
class Telephony:
    """What works for the phone lines of a house, beside its answers to callers."""

    house: "House"

    @cached_property
    def handlers(self) -> Mapping[Kind, "Handler"]:
        """What works each kind of row; nothing where no provider's account is set or the service has no lines."""
        if not (self.house.settings.twilio_account_sid and self.house.profile.lines):
            return {}
        return {
            Kind.LEG: self.dialling.process,
            Kind.RECORDING: self.recordings.process,
            Kind.CALL: self.aftermath.process,
        }

    def legs(self, store: Store) -> Legs:
        """What the driver asks and tells about legs, through these connections."""
        return Legs(
            provider=self.house.calls.provider,
            store=store,
            profile=self.house.profile,
            attempts=self._attempts,
            clock=self.house.clock,
        )

    @cached_property
    def dialling(self) -> Dialling:
        """Rings seats. Raises ConfigurationError where no provider's account is set."""
        house = self.house
        ringing = Ringing(
            store=house.store,
            profile=house.profile,
            attempts=self._attempts,
            clock=house.clock,
            office_clock=house.office_clock,
        )
        return Dialling(
            store=house.store,
            profile=house.profile,
            provider=self._provider,
            ringing=ringing,
            legs=self.legs(house.store),
            clock=house.clock,
        )

    @cached_property
    def recordings(self) -> Recordings:
        """Fetches messages and writes them down."""
        return Recordings(
            store=self.house.store,
            provider=self._provider,
            clock=self.house.clock,
            classify=self.house.classify,
            transcribe=open_transcriber(self.house.settings, self.house.profile),
        )

    @cached_property
    def aftermath(self) -> Aftermath:
        """Finds what nobody told us; unlike a caller, it can wait for the database."""
        patient = replace(self.house.calls, store=self.house.store)
        legs = self.legs(self.house.store)
        return Aftermath(calls=patient, legs=legs, provider=self._provider, clock=self.house.clock)

    @cached_property
    def _attempts(self) -> Attempts:
        return Attempts(
            profile=self.house.profile,
            signer=self.house.signer,
            calendars=self.house.calendars,
            clock=self.house.clock,
            office_clock=self.house.office_clock,
        )

    @cached_property
    def _provider(self) -> Provider:
        from ingest.voice.twilio.rest import TwilioRest

        settings = self.house.settings
        return TwilioRest(open_account(settings), Addresses(settings.public_url))


def phone_routes(house: "House") -> "APIRouter | None":
    """What the provider asks; None where no account of it is set or the service has no lines."""
    from ingest.voice.twilio.routes import Exchange, router

    if not (house.settings.twilio_account_sid and house.profile.lines):
        return None
    exchange = Exchange(
        calls=house.calls,
        legs=house.legs,
        profile=house.profile,
        account=open_account(house.settings),
        public_url=house.settings.public_url,
        prompts=find(house.settings.profile) / "prompts",
    )
    return router(exchange)


def open_account(settings: Settings) -> Account:
    """The provider's account that the settings name. Raises ConfigurationError where they name none."""
    if not (settings.twilio_account_sid and settings.twilio_tokens):
        mend = "set it and its token, as the provider's console shows them"
        raise ConfigurationError([(f"{PREFIX}TWILIO_ACCOUNT_SID", "is missing", mend)])
    return Account(
        sid=settings.twilio_account_sid,
        tokens=settings.twilio_tokens,
        shared_keys=settings.shared_keys,
        api_url=settings.twilio_api_url,
        region=settings.twilio_region,
        edge=settings.twilio_edge,
    )


def open_transcriber(settings: Settings, profile: Profile) -> Transcribe | None:
    """The speech model that the settings name, or None. Raises ConfigurationError."""
    if not settings.speech_model:
        return None
    if find_spec("faster_whisper") is None:
        mend = "install the extra `speech` (requirements-speech.txt), or unset it: messages are then listened to"
        raise ConfigurationError([(f"{PREFIX}SPEECH_MODEL", "needs a package that is not installed", mend)])
    return Whisper(Path(settings.speech_model), glossary(profile))
