"""Enqueue (twilio.com/docs/voice/twiml/enqueue): a caller waits in a queue, and the document of `waitUrl` is asked for
again and again."""

import uuid
from dataclasses import dataclass, field

from app.demo.telephone.call import Call
from app.demo.telephone.grammar import ANNOUNCING, WAITING
from app.demo.telephone.process import Ended, HungUp, Interruption, Joined, Offered, Parted, Steps
from app.demo.telephone.script import Diverted, Go, LeftQueue, Place, Script
from app.demo.telephone.twiml import RefusedError, Verb

MOST_EMPTY = 5
"""How many waiting documents in a row may take no time."""


@dataclass(eq=False)
class Waiting:
    """A caller in a queue."""

    call: Call
    since: float
    result: str


@dataclass(eq=False)
class Queue:
    """Callers in the order in which they came, and the calls that dial the queue while it is empty."""

    name: str
    sid: str = field(default_factory=lambda: f"QU{uuid.uuid4().hex}")
    waiting: list[Waiting] = field(default_factory=list)
    dialling: list[Call] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def fields(self, entry: Waiting, now: float, most: int) -> list[tuple[str, str]]:
        """What the waiting document is told; times are whole seconds."""
        average = sum(self.waited) / len(self.waited) if self.waited else 0.0
        return [
            ("QueuePosition", str(self.waiting.index(entry) + 1)),
            ("QueueSid", self.sid),
            ("QueueTime", str(round(now - entry.since))),
            ("AvgQueueTime", str(round(average))),
            ("CurrentQueueSize", str(len(self.waiting))),
            ("MaxQueueSize", str(most)),
        ]

    def leave(self, entry: Waiting, now: float) -> None:
        if entry in self.waiting:
            self.waiting.remove(entry)
            self.waited.append(now - entry.since)


class Dequeued(Interruption):
    """Somebody takes the caller out of the queue; `url` is what the caller is told before they talk."""

    def __init__(self, by: Call, url: str, method: str) -> None:
        super().__init__(by.sid)
        self.by = by
        self.url = url
        self.method = method


def enqueue(script: Script, verb: Verb, place: Place) -> Steps[Go | None]:
    """Wait; then go on to the action, which learns how the waiting ended - after a talk, that is when it is over."""
    queue, timeline = script.provider.queue(verb.text), script.provider.timeline
    entry = Waiting(script.call, timeline.seconds, script.provider.queue_hangup)

    def result(word: str) -> Go:
        queue.leave(entry, timeline.seconds)
        waited = str(round(timeline.seconds - entry.since))
        fields = [("QueueResult", word), ("QueueSid", queue.sid), ("QueueTime", waited)]
        return script.action(verb, place, fields)

    if len(queue.waiting) >= verb.number("maxQueueSize", 100):
        return result("queue-full") if verb.get("action") else None
    _join(queue, entry)
    try:
        word = yield from _held(script, queue, entry, verb, place)
    except (HungUp, Ended, Diverted) as ending:
        if not isinstance(ending, Diverted):
            script.call.status = "completed"
        if verb.get("action"):
            script.tell(result("redirected" if isinstance(ending, Diverted) else entry.result))
        queue.leave(entry, timeline.seconds)
        raise
    go = result(word)
    return go if verb.get("action") else None


def _join(queue: Queue, entry: Waiting) -> None:
    queue.waiting.append(entry)
    if queue.dialling:
        queue.dialling[0].signal(Offered())


def _held(script: Script, queue: Queue, entry: Waiting, verb: Verb, place: Place) -> Steps[str]:
    """Until the caller is dequeued and has talked, or leaves."""
    try:
        empty = 0
        while empty < MOST_EMPTY:
            took = yield from _entertained(script, queue, entry, verb, place)
            empty = 0 if took else empty + 1
        raise RefusedError(11215, f"{MOST_EMPTY} waiting documents took no time")
    except LeftQueue:
        return "leave"
    except RefusedError as error:
        script.provider.alert(script.call.sid, error)
        return "error"
    except Dequeued as dequeued:
        return (yield from _met(script, queue, entry, dequeued))


def _entertained(script: Script, queue: Queue, entry: Waiting, verb: Verb, place: Place) -> Steps[bool]:
    """One waiting document; returns whether it took any time."""
    if not verb.get("waitUrl"):
        script.call.hears(sign="music")
        yield from script.until(None)
    began = script.provider.timeline.seconds
    fields = queue.fields(entry, began, verb.number("maxQueueSize", 100))
    url = script.address(place, verb.get("waitUrl"))
    yield from script.run(Go(url, fields, verb.get("waitUrlMethod", "POST")), WAITING)
    return script.provider.timeline.seconds > began


def _met(script: Script, queue: Queue, entry: Waiting, dequeued: Dequeued) -> Steps[str]:
    """What the caller is told, then the talk."""
    leg = dequeued.by
    waited = str(round(script.provider.timeline.seconds - entry.since))
    queue.leave(entry, script.provider.timeline.seconds)
    fields = [("QueueSid", queue.sid), ("QueueTime", waited), ("DequeingCallSid", leg.sid)]
    try:
        if dequeued.url:
            yield from script.run(Go(dequeued.url, fields, dequeued.method), ANNOUNCING)
        if leg.ended:
            return "error"
        entry.result = "bridged"
        script.call.talks_with = leg.sid
        leg.signal(Joined())
        yield from script.until(None, Parted)
    finally:
        script.call.talks_with = ""
        leg.signal(Parted())
    return "bridged"
