"""Dial (twilio.com/docs/voice/twiml/dial) with a queue or a number: two calls become one talk."""

from app.demo.telephone.call import Call, Webhooks
from app.demo.telephone.enqueue import Dequeued
from app.demo.telephone.grammar import SCREENING
from app.demo.telephone.process import Ended, HungUp, Joined, Offered, Parted, PickedUp, Refused, Steps
from app.demo.telephone.script import Go, Place, Script
from app.demo.telephone.twiml import RefusedError, Verb


class Partner:
    """The other call of a Dial: `status` is what becomes of it, `seconds` how long the two talked."""

    def __init__(self) -> None:
        self.call: Call | None = None
        self.status = "no-answer"
        self.since: float | None = None

    def fields(self, now: float) -> list[tuple[str, str]]:
        bridged = self.since is not None
        fields = [("DialCallStatus", self.status), ("DialBridged", str(bridged).lower())]
        if self.call is not None:
            fields.append(("DialCallSid", self.call.sid))
        if self.since is not None:
            fields.append(("DialCallDuration", str(round(now - self.since))))
        return fields


def dial(script: Script, verb: Verb, place: Place) -> Steps[Go | None]:
    """Dial, then go on to the action, which learns what became of it."""
    partner = Partner()
    noun = verb.children[0] if verb.children else Verb("Number", verb.text)
    steps = _queue if noun.name == "Queue" else _number
    try:
        yield from steps(script, verb, noun, place, partner)
    except HungUp:
        script.call.status = "completed"
        partner.status = "completed" if partner.since is not None else "canceled"
        if verb.get("action"):
            script.tell(script.action(verb, place, partner.fields(script.provider.timeline.seconds)))
        raise
    finally:
        script.call.talks_with = ""
    if not verb.get("action"):
        return None
    return script.action(verb, place, partner.fields(script.provider.timeline.seconds))


def _queue(script: Script, verb: Verb, noun: Verb, place: Place, partner: Partner) -> Steps[None]:
    """Take the head of a queue, or wait until somebody joins it."""
    queue = script.provider.queues.get(noun.text)
    if queue is None:
        partner.status = "failed"
        return
    if not queue.waiting:
        queue.dialling.append(script.call)
        try:
            yield from script.until(verb.number("timeout", 30), Offered)
        finally:
            queue.dialling.remove(script.call)
    if not queue.waiting:
        return
    entry = queue.waiting[0]
    queue.leave(entry, script.provider.timeline.seconds)
    partner.call = entry.call
    url = script.address(place, noun.get("url")) if noun.get("url") else ""
    entry.call.interrupt(Dequeued(script.call, url, noun.get("method", "POST")))
    try:
        yield from _talk(script, verb, partner, entry.call)
    finally:
        entry.call.signal(Parted())


def _number(script: Script, verb: Verb, noun: Verb, place: Place, partner: Partner) -> Steps[None]:
    """Ring a number; whoever answers may first be told something."""
    shown = verb.get("callerId") or script.call.from_
    if shown not in (script.call.to, script.call.from_) and not script.provider.owns(shown):
        raise RefusedError(13214, f"{shown} may not be shown")
    status = script.address(place, noun.get("statusCallback")) if noun.get("statusCallback") else ""
    events = frozenset(noun.get("statusCallbackEvent", "completed").split())
    child = Call(
        provider=script.provider,
        to=noun.text,
        from_=shown,
        webhooks=Webhooks("", status=status, events=events),
        direction="outbound-dial",
        status="queued",
        parent=script.call.sid,
    )
    partner.call = child
    url = script.address(place, noun.get("url")) if noun.get("url") else ""
    go = Go(url, (), noun.get("method", "POST")) if url else None
    script.provider.place(child, _callee(script, child, go), verb.number("timeout", 30))
    try:
        yield from _talk(script, verb, partner, child)
    finally:
        child.interrupt(Ended("completed" if child.answered_at else "canceled"))


def _talk(script: Script, verb: Verb, partner: Partner, other: Call) -> Steps[None]:
    """Until the two have talked, or the other one does not come."""
    signal = yield from script.until(None, Joined, Parted)
    if isinstance(signal, Parted):
        partner.status = signal.status if signal.status != "completed" else "no-answer"
        return
    partner.since, partner.status = script.provider.timeline.seconds, "completed"
    script.call.talks_with = other.sid
    yield from script.until(verb.number("timeLimit", 4 * 3600), Parted)


def _callee(script: Script, child: Call, go: Go | None) -> Steps[None]:
    """The side of the one who is rung, once it has picked up."""
    parent = script.call
    try:
        yield from Script(child, script.provider).run(go, SCREENING)
        parent.signal(Joined())
        child.talks_with = parent.sid
        yield from script.until(None, Parted)
    finally:
        child.talks_with = ""
        parent.signal(Parted())


def ring(call: Call, seconds: float) -> Steps[str]:
    """Ring until somebody picks up or refuses; returns '' or the status that ends the call."""
    script = Script(call, call.provider)
    signal = yield from script.until(seconds, PickedUp, Refused)
    if isinstance(signal, PickedUp):
        return ""
    return "busy" if isinstance(signal, Refused) else "no-answer"
