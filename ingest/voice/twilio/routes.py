"""The addresses that Twilio asks us at. All but the recorded prompts want its signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response

from cases.profile import Profile
from ingest.voice.calls import Calls
from ingest.voice.legs import Legs
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import PREFIX, PROMPTS, Addresses
from ingest.voice.twilio.callers import CallerRoutes
from ingest.voice.twilio.fallback import Fallback
from ingest.voice.twilio.gate import Gate
from ingest.voice.twilio.notices import NoticeRoutes
from ingest.voice.twilio.signature import Signatures
from ingest.voice.twilio.twiml import Documents
from ingest.voice.twilio.worker import Worker


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What the routes stand before: this provider's calls and legs, its account, the public address that it asks us
    at, and the profile's folder of recorded prompts, which has one folder for each language."""

    calls: Calls
    legs: Legs
    profile: Profile
    account: Account
    public_url: str
    prompts: Path


def router(exchange: Exchange) -> APIRouter:
    """Every route of the phone."""
    found = APIRouter(include_in_schema=False)
    gate = Gate(Signatures(exchange.account, exchange.public_url))
    signed = APIRouter(prefix=PREFIX, dependencies=[Depends(gate)])
    worker, addresses = Worker(), Addresses(exchange.public_url)
    callers = CallerRoutes(
        calls=exchange.calls,
        legs=exchange.legs,
        addresses=addresses,
        documents=Documents(exchange.profile, addresses),
        fallback=Fallback(addresses),
        worker=worker,
    )
    callers.add_to(signed)
    NoticeRoutes(calls=exchange.calls, legs=exchange.legs, worker=worker).add_to(signed)
    found.routes.extend(signed.routes)  # as they stand, not analysed once more
    RecordedPrompts(_recordings(exchange)).add_to(found)
    return found


def _recordings(exchange: Exchange) -> Mapping[tuple[str, str], Path]:
    """The sound files that prompts name, by language and name."""
    spoken = [(lang, one.recording) for texts in exchange.profile.prompts.values() for lang, one in texts.items()]
    return {(lang, name): exchange.prompts / lang / name for lang, name in spoken if name}


@dataclass(frozen=True)
class RecordedPrompts:
    """The recorded prompts and no other file. They are no secret: whoever calls hears them."""

    files: Mapping[tuple[str, str], Path]

    def add_to(self, found: APIRouter) -> None:
        found.get(PROMPTS + "/{lang}/{recording}")(self.play)

    def play(self, lang: str, recording: str) -> Response:
        """One prompt; the provider keeps a copy of it."""
        file = self.files.get((lang, recording))
        if file is None or not file.is_file():
            return Response(status_code=404)
        return FileResponse(file, headers={"cache-control": "public, max-age=86400"})
