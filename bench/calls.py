"""Calls as a provider tells of them, by chance: the rows of `call_event` for `bench.lived`."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

FATES = {"answered": 62, "callback": 10, "voicemail": 6, "missed": 8, "abandoned": 6, "transferred": 2, "deflected": 6}


@dataclass(frozen=True, slots=True)
class Called:
    """Who called, when, and about what."""

    sid: str
    at: datetime
    person: str
    tool: str


def call_events(chance: random.Random, call: Called) -> list[dict[str, Any]]:
    """What is told of one call, in order."""
    fate = chance.choices(list(FATES), list(FATES.values()))[0]
    common = {"provider": "twilio", "call_sid": call.sid, "raw": {}, "person_key": call.person}
    events = enumerate(_told(chance, call, fate))
    return [
        {**common, "key": f"{kind}:{number}", "kind": kind, "at": call.at + timedelta(seconds=after), "answer": answer}
        for number, (kind, after, answer) in events
    ]


def _told(chance: random.Random, call: Called, fate: str) -> Iterator[tuple[str, float, dict[str, Any]]]:
    line, closed = ("1718" if chance.random() < 0.8 else "1719"), chance.random() < 0.1
    yield "started", 0, {"line": line, "state": {"node": "welcome"}}
    state: dict[str, Any] = {"chosen": True, "tools": [call.tool], "closed": closed}
    chosen = chance.uniform(5, 30)
    if fate != "deflected":
        yield "step", chosen, {"state": state}
    ends = chosen + chance.expovariate(1 / 40)
    if fate in ("answered", "missed", "callback") and not closed:
        yield "step", chosen + 1, {"state": state | {"queued": True}}
    if fate == "answered":
        yield "answered", ends, {}
        ends += chance.uniform(60, 600)
    if fate == "callback":
        state |= {"callback": f"+3247{call.person}"}
        yield "step", ends, {"state": state | {"queued": True}}
    yield "status", ends + 1, {"state": state, "result": fate, "seconds": int(ends)}
    if fate == "callback":
        yield from _tries(chance, ends)


def _tries(chance: random.Random, ends: float) -> Iterator[tuple[str, float, dict[str, Any]]]:
    after = ends
    for _ in range(3):
        after += chance.uniform(600, 200_000)
        outcome = chance.choice(("completed", "no-answer"))
        yield "leg", after, {"callback": True, "word": f"person:{outcome}"}
        if outcome == "completed":
            return
