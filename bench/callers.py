"""Callers for the bench: each presses a key every two seconds, on time whatever the answers take (open loop).

Shares no code with the driver: it signs by itself and reads the next address out of the TwiML.
"""

import asyncio
import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass, field
from html import unescape

import httpx2

TOKEN = "bench-token-0123456789abcdef"  # invented
ACCOUNT = "AC" + "b" * 32
LINE = "+3281001718"
EVERY = 2.0
KEYS = ("1", "2", "", "1", "1", "1")
"""French, NOTICe, one round in the queue, a callback, the number is right, as soon as possible."""


@dataclass
class Callers:
    """`count` callers at once against `base` for `seconds`; `taken` are the seconds that each answer took."""

    base: str
    count: int
    seconds: float
    taken: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx2.AsyncClient(limits=limits, timeout=20) as client:
            await asyncio.gather(*(self._caller(client, number) for number in range(self.count)))

    async def _caller(self, client: httpx2.AsyncClient, number: int) -> None:
        began = time.perf_counter()
        await asyncio.sleep(EVERY * number / self.count)
        call = 0
        while time.perf_counter() < began + self.seconds:  # asked anew: the bench may end it early
            await self._call(client, f"CA{number:04d}{call:028d}", f"+324700{number:02d}{call % 1000:03d}")
            call += 1

    async def _call(self, client: httpx2.AsyncClient, sid: str, caller: str) -> None:
        due = time.perf_counter()
        answer = await self._post(client, f"{self.base}/voice/twilio/incoming", sid, caller, "ringing")
        for key in KEYS:
            due += EVERY
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            url = next_address(answer)
            if not url:
                break
            answer = await self._post(client, url, sid, caller, "in-progress", **({"Digits": key} if key else {}))
        await self._post(client, f"{self.base}/voice/twilio/status", sid, caller, "completed", CallDuration="14")

    async def _post(self, client: httpx2.AsyncClient, url: str, sid: str, caller: str, status: str, **more: str) -> str:
        fields = {"CallSid": sid, "AccountSid": ACCOUNT, "From": caller, "To": LINE, "CallStatus": status}
        fields |= {"Direction": "inbound", "ApiVersion": "2010-04-01", **more}
        began = time.perf_counter()
        try:
            reply = await client.post(url, data=fields, headers={"X-Twilio-Signature": signature(url, fields)})
        except httpx2.TransportError:
            self.failed += 1
            return ""
        self.taken.append(time.perf_counter() - began)
        if reply.status_code >= 300 or "/voice/twilio/recording" in reply.text:
            self.failed += 1  # refused, or the static apology
        return reply.text


def next_address(twiml: str) -> str:
    """Where the next key goes: the innermost choice, or what the queue plays meanwhile."""
    found = re.search(r'<Gather[^>]*\baction="([^"]+)"', twiml) or re.search(r'<Enqueue[^>]*\bwaitUrl="([^"]+)"', twiml)
    found = found or re.search(r'<Enqueue[^>]*\baction="([^"]+)"', twiml)
    return unescape(found[1]) if found else ""


def signature(url: str, fields: dict[str, str]) -> str:
    """Twilio's request signature ("Validating requests")."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
