"""Rehearsing (`AIGUILLAGE_REHEARSAL=1`): for training and tests, on this machine alone.

Whoever rehearses sets the office's clock, starts an incident, sees what became of a call and has callbacks dialled at
once. Work goes on in real time: what is due, leased or tried again never waits for a clock that stands still.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from app.wiring import House, now
from cases.profile import Profile
from store.tx import Transaction

ACTOR = "rehearsal"
EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a rehearsed incident starts, and ends: before any moment to which the clock can sensibly be set."""

LONGEST = 1_000
"""Characters of an incident; with one that fills the provider's documents nobody would hear a menu."""

OR = {"fr": "ou", "de": "oder", "nl": "of", "en": "or"}
KINDS = {"deflected": "abandoned"}
"""How a call's result is told here, where it differs."""


class OfficeClock:
    """The office's time: real, or standing still where it was set."""

    def __init__(self, real: Callable[[], datetime] = now) -> None:
        self._real = real
        self.at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or self._real()


EXAMPLES = {"clock": '{"now": "2026-03-24T08:29"}', "incident": '{"text": null}', "dial": '{"sid": "CA..."}'}
"""A body for each address that takes one, by the address's last part."""


async def _document(request: Request) -> dict[str, Any]:
    """The body, a JSON object. Raises HTTPException (400) with a sentence that shows one."""
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        example = EXAMPLES[request.url.path.rpartition("/")[2]]
        raise HTTPException(400, detail=f"the body is no JSON object: send one such as {example}")
    return found


Document = Annotated[dict[str, Any], Depends(_document)]


@dataclass(frozen=True)
class Rehearsal:
    """The addresses below `/rehearsal`. What is asked for wrongly is refused with 422 and a sentence, a body that is no
    JSON object with 400 and one."""

    house: House
    clock: OfficeClock

    def router(self) -> APIRouter:
        routes = APIRouter(prefix="/rehearsal")
        routes.put("/clock")(self.set_clock)
        routes.put("/incident")(self.set_incident)
        routes.get("/calls/{call_sid}")(self.calls)
        routes.post("/callbacks/dial")(self.dial)
        return routes

    def set_clock(self, asked: Document) -> Response:
        """`{"now": "2026-03-24T08:29"}`, in the service's time zone unless it says otherwise; null: real time again."""
        wanted = asked.get("now")
        try:
            self.clock.at = None if wanted is None else self._moment(wanted)
        except (TypeError, ValueError, OverflowError):
            return _refused("now is no time: write it as 2026-03-24T08:29, or null")
        return JSONResponse({"now": self.clock().astimezone(self._zone).isoformat(timespec="seconds")})

    def set_incident(self, asked: Document) -> Response:
        """`{"text": "..."}` is heard on every line before the menu, in whatever language; null: no longer."""
        text = asked.get("text")
        if text is not None and (not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST):
            return _refused(f"text is what callers hear, {LONGEST} characters at most, or null")
        with self.house.store.transaction("rehearsal.incident") as tx:
            for row in tx.banners.latest():
                if row.made_by == ACTOR and row.ends_at is None:
                    tx.banners.end(EVER, row.id)
            if text:
                tx.banners.start(self._banner(text))
        return JSONResponse({"text": text})

    def calls(self, call_sid: str) -> Response:
        """The case of that call, in a list: empty while there is none, or no such call."""
        with self.house.store.reading() as tx:
            row = tx.calls.find_sid(self.house.calls.provider, call_sid)
            found = [] if row is None or row.case_id is None else [told(tx, row, self.house.profile)]
        return JSONResponse(found)

    def dial(self, asked: Document) -> Response:
        """`{"sid": ...}`: ring now for the open callback that this call asked for."""
        row = self.house.dialling.dial_now(str(asked.get("sid", "")))
        if row is None:
            return JSONResponse({"detail": "that call asked for no callback"}, status_code=404)
        return JSONResponse({"open": row.open, "tries": row.tries, "outcome": row.outcome or ""})

    def _moment(self, wanted: str) -> datetime:
        at = datetime.fromisoformat(wanted)
        return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.house.profile.timezone)

    def _banner(self, text: str) -> dict[str, Any]:
        texts = dict.fromkeys(self.house.profile.languages, text.strip())
        return {
            "line": "",
            "texts": texts,
            "starts_at": EVER,
            "ends_at": None,
            "made_at": self.house.clock(),
            "made_by": ACTOR,
        }


def told(tx: Transaction, row: Any, profile: Profile) -> dict[str, Any]:
    """A call's case as whoever rehearses wants to see it. `kind` is null while the call runs."""
    case = tx.cases.find(row.case_id)
    asked = tx.callbacks.of_sid(row.provider, row.call_sid)
    texts = [one.transcript for one in tx.recordings.of_case(row.case_id) if one.call_id == row.id and one.transcript]
    return {
        "case": case.number if case else "",
        "kind": KINDS.get(row.result, row.result),
        "lang": row.lang,
        "tool": tool(case, profile) if case else "",
        "number": (asked.number if asked else row.caller) or "",
        "transcript": "\n".join(texts),
        "outcome": (asked.outcome if asked else "") or "",
        "tries": asked.tries if asked else 0,
    }


def tool(case: Any, profile: Profile) -> str:
    """The tool concerned in the case's language, or those that it may be; '' where none is known."""
    labels: Mapping[str, Mapping[str, str]] = {one.id: one.labels for one in profile.tools}
    known = [case.tool] if case.tool in labels else case.tags.get("candidates", [])
    names = [labels[one].get(case.lang, one) for one in known if one in labels]
    return f" {OR.get(case.lang, '/')} ".join(names)


def _refused(sentence: str) -> Response:
    return JSONResponse({"detail": sentence}, status_code=422)
