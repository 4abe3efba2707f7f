"""What a caller's phone does next, and a seat's: always TwiML with status 200.

Where our own answer fails or takes too long, it is one of `fallback`.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from ingest.voice.calls import Calls
from ingest.voice.event import Event
from ingest.voice.legs import Legs
from ingest.voice.twilio import requests
from ingest.voice.twilio.addresses import Addresses
from ingest.voice.twilio.fallback import Fallback
from ingest.voice.twilio.requests import Fields
from ingest.voice.twilio.twiml import Documents
from ingest.voice.twilio.worker import Worker

CONFIRMED = "1"
_LARGEST = 2**63 - 1

Number = Annotated[int, Path(ge=0, le=_LARGEST)]
Round = Annotated[int, Query(alias="round", ge=0, le=_LARGEST)]


@dataclass(frozen=True, kw_only=True)
class CallerRoutes:
    """The addresses whose answer somebody hears. `state.fields` of their requests are signed."""

    calls: Calls
    legs: Legs
    addresses: Addresses
    documents: Documents
    fallback: Fallback
    worker: Worker

    def add_to(self, found: APIRouter) -> None:
        found.post("/incoming")(self.incoming)
        found.post("/step/{n}")(self.step)
        found.post("/wait/{n}")(self.wait)
        found.post("/queue/{n}")(self.queue)
        found.post("/record/{n}")(self.record)
        found.post("/transfer/{n}")(self.transfer)
        found.post("/answered/{leg}")(self.answered)
        found.post("/leg/{leg}")(self.leg)
        found.post("/confirmed/{leg}")(self.confirmed)
        found.post("/fallback")(self.apologise)
        found.post("/thanks")(self.thank)

    async def incoming(self, request: Request) -> Response:
        """A call comes in."""
        fields: Fields = request.state.fields

        def work() -> str:
            ring = requests.ring(fields)
            return self.documents.reply(self.calls.start(ring, "start"), ring.call_sid)

        return _twiml(await self.worker.do("incoming", work) or self.fallback.apology)

    async def step(self, request: Request, n: Number) -> Response:
        """The caller has keyed or said something, or nothing."""
        event = requests.said(request.state.fields)
        return await self._go_on(request, f"step:{n}", n, event, self.fallback.apology)

    async def queue(self, request: Request, n: Number) -> Response:
        """The caller is out of the queue."""
        event = requests.left_queue(request.state.fields)
        return await self._go_on(request, f"queue:{n}", n, event, self._after(event.answered))

    async def record(self, request: Request, n: Number) -> Response:
        """The caller has left a message, or has said nothing."""
        event = requests.recorded(request.state.fields)
        return await self._go_on(request, f"record:{n}", n, event, self._after(event.seconds > 0))

    async def transfer(self, request: Request, n: Number) -> Response:
        """The other centre has answered and the talk is over, or it has not answered."""
        event = requests.transferred(request.state.fields)
        return await self._go_on(request, f"transfer:{n}", n, event, self._after(event.answered))

    async def wait(self, request: Request, n: Number, rounds: Round = 0) -> Response:
        """What a waiting caller hears meanwhile."""
        fields: Fields = request.state.fields

        def work() -> str:
            key = requests.wait_key(n, rounds, fields)
            reply = self.calls.step(requests.sid(fields, "CallSid"), n, requests.waits(fields), fields, key)
            return self.documents.waiting(reply, rounds)

        following = self.addresses.wait(n, rounds + 1)
        otherwise = self.fallback.waiting(requests.queue_seconds(fields), following)
        return _twiml(await self.worker.do("wait", work) or otherwise)

    async def answered(self, request: Request, leg: Number) -> Response:
        """The caller is being joined to that leg, at this moment. Nothing is said."""
        fields: Fields = request.state.fields

        def work() -> None:
            self.calls.answered(requests.sid(fields, "CallSid"), leg, fields, f"answered:{leg}")

        await self.worker.done("answered", work)
        return _twiml(self.fallback.nothing)

    async def leg(self, request: Request, leg: Number) -> Response:
        """A seat has picked up."""
        fields: Fields = request.state.fields

        def work() -> str:
            return self.documents.joined(self.legs.leg_for(requests.heard(leg, fields)), leg)

        return _twiml(await self.worker.do("leg", work) or self.documents.joined(None, leg))

    async def confirmed(self, request: Request, leg: Number) -> Response:
        """A seat was asked for a 1 and has pressed a key."""
        fields: Fields = request.state.fields

        def work() -> str:
            if fields.get("Digits") != CONFIRMED:
                return self.documents.joined(None, leg)
            return self.documents.joined(self.legs.leg_for(requests.heard(leg, fields), confirmed=True), leg)

        return _twiml(await self.worker.do("confirmed", work) or self.documents.joined(None, leg))

    async def apologise(self) -> Response:
        """The provider could not use our answer, or had none."""
        return _twiml(self.fallback.apology)

    async def thank(self) -> Response:
        """A message was left on the fallback."""
        return _twiml(self.fallback.thanks)

    async def _go_on(self, request: Request, key: str, n: int, event: Event, otherwise: str) -> Response:
        """One step of the menu."""
        fields: Fields = request.state.fields

        def work() -> str:
            call_sid = requests.sid(fields, "CallSid")
            return self.documents.reply(self.calls.step(call_sid, n, event, fields, key), call_sid)

        return _twiml(await self.worker.do(key.partition(":")[0], work) or otherwise)

    def _after(self, served: bool) -> str:
        """Who was served already is not asked for a message."""
        return self.fallback.thanks if served else self.fallback.apology


def _twiml(document: str) -> Response:
    return Response(document, media_type="text/xml")
