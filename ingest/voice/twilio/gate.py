"""What stands before every route of the phone: only what Twilio has signed about our account comes through."""

import structlog
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from ingest.voice.twilio.requests import storable
from ingest.voice.twilio.signature import LONGEST_BODY, Received, RefusedError, Signatures

log = structlog.get_logger()


class Gate:
    """A dependency: `state.fields` of a request holds its signed fields afterwards, and does not exist without them."""

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures

    async def __call__(self, request: Request) -> None:
        """Answers 403 to everything that is not signed, and to what is too long to be looked at."""
        received = await _received(request)
        try:
            request.state.fields = storable(self._signatures.fields(received))
        except RefusedError as refused:
            log.warning("voice_request_refused", reason=str(refused))
            raise HTTPException(403, "This request is not signed by our phone provider.") from refused


async def _received(request: Request) -> Received:
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name, []).append(value)
    return Received(
        path=request.scope["raw_path"], query=request.scope["query_string"], headers=headers, body=await _body(request)
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_BODY:
                raise HTTPException(403, "This request is too long to be our phone provider's.")
    except ClientDisconnect as left:
        raise HTTPException(400, "This request has no end.") from left
    return bytes(body)
