"""What the provider tells and nobody hears: an empty 204, or 503 where it is not kept, so that it is sent again.

Every address asks for that (`rp=5xx`): ours do, and the number's should (docs/twilio.md). What never arrives is found
in the provider's log.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ingest.voice.calls import Calls
from ingest.voice.legs import Legs
from ingest.voice.twilio import requests
from ingest.voice.twilio.callers import Number
from ingest.voice.twilio.requests import Fields
from ingest.voice.twilio.worker import Worker


@dataclass(frozen=True, kw_only=True)
class NoticeRoutes:
    """The addresses that are only told something. `state.fields` of their requests are signed.

    Words on the way (`ringing`) are not asked for, and no news.
    """

    calls: Calls
    legs: Legs
    worker: Worker

    def add_to(self, found: APIRouter) -> None:
        found.post("/recording")(self.recording)
        found.post("/status")(self.status)
        found.post("/reached/{leg}")(self.reached)
        found.post("/leg-status/{leg}")(self.leg_status)

    async def recording(self, request: Request) -> Response:
        """A recording is there to be fetched, or is known to be empty."""
        fields: Fields = request.state.fields

        def work() -> None:
            message = requests.message(fields)
            key = f"recording:{message.recording_sid}"
            self.calls.recording(requests.sid(fields, "CallSid"), message, fields, key)

        return _noted(await self.worker.done("recording", work))

    async def status(self, request: Request) -> Response:
        """The last word on a call that came in."""
        fields: Fields = request.state.fields

        def work() -> None:
            if outcome := requests.outcome(fields):
                call_sid, seconds = requests.sid(fields, "CallSid"), requests.call_seconds(fields)
                self.calls.ended(call_sid, outcome, seconds, fields, f"status:{outcome}")

        return _noted(await self.worker.done("status", work))

    async def reached(self, request: Request, leg: Number) -> Response:
        """The last word on the phone of a person who was promised a call, which rang from that leg."""
        fields: Fields = request.state.fields

        def work() -> None:
            if outcome := requests.outcome(fields):
                self.legs.reached(requests.heard(leg, fields, "ParentCallSid"), outcome)

        return _noted(await self.worker.done("reached", work))

    async def leg_status(self, request: Request, leg: Number) -> Response:
        """The last word on a leg."""
        fields: Fields = request.state.fields

        def work() -> None:
            if outcome := requests.outcome(fields):
                self.legs.leg_ended(requests.heard(leg, fields), outcome)

        return _noted(await self.worker.done("leg-status", work))


def _noted(done: bool) -> Response:
    return Response(status_code=204 if done else 503)
