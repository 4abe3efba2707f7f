"""The figures of the phone: pure, computed from what was recorded of each call. `docs/figures.md` says the same.

Every figure is about the calls that came in within one window, on one line or all; what happened to them later counts
as well, as far as it is known by `now`. The same records give the same figures again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from cases.phone import Phone

FATES = ("answered", "callback", "voicemail", "missed", "abandoned", "transferred", "deflected")
"""What becomes of a call, one of these: received = their sum + those that are still going on."""
ELSEWHERE = frozenset({"transferred", "deflected"})
"""Handled without us, and counted apart."""
LEFT = frozenset({"missed", "abandoned"})
AGAIN_WITHIN = timedelta(days=7)
"""A person who calls again about the same tool within this time was not helped by the first call."""
TRIES = 3
"""A callback ends once the person was reached or after so many tries."""


@dataclass(frozen=True, slots=True)
class Try:
    """One ringing of a person who was promised a call."""

    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call as its events tell it; moments are aware.

    `person` is a pseudonym of the caller's number, or ''. `topic` is what the call was about: the tools that the choice
    left, or '' without one. `offered_at` is when the caller had chosen or came to the queue, `closed` whether the line
    was closed then. `queued_at` is the entry into the queue, `answered_at` when the two were joined. `fate` is one of
    `FATES`, or '' while the call goes on. `settles` is the number that was promised a call and needs none any
    more, since this one was answered. `callback` is the number that was promised a call at `asked_at`, by
    `promised_by`; `tries` are those made.
    """

    line: str
    started_at: datetime
    person: str = ""
    topic: str = ""
    offered_at: datetime | None = None
    closed: bool = False
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    fate: str = ""
    settles: str = ""
    callback: str = ""
    asked_at: datetime | None = None
    promised_by: datetime | None = None
    tries: tuple[Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """One callback: the call that asked for it first, and those that asked again while it was open."""

    call: CallRecord
    promised_by: datetime
    tries: tuple[Try, ...]

    @property
    def kept(self) -> bool:
        """The person was rung in time, whether they picked up or not."""
        return bool(self.tries) and self.tries[0].at <= self.promised_by

    @property
    def reached_at(self) -> datetime | None:
        return next((one.at for one in self.tries if one.reached), None)

    @property
    def closed_at(self) -> datetime | None:
        """When it was settled: the person was reached, or it was given up."""
        return self.reached_at or (self.tries[TRIES - 1].at if len(self.tries) >= TRIES else None)

    def is_due(self, now: datetime) -> bool:
        """Whether it can be judged: it was tried, or its time is over."""
        return bool(self.tries) or now > self.promised_by


class Unit(StrEnum):
    CALLS = "calls"
    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name, under which its definition is found. `value` is None where there is nothing to divide by.
    `goal` is its service level, `met` whether it is kept; both None where there is none."""

    name: str
    unit: Unit
    value: float | None
    goal: float | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The calls that a figure is about began in [since, until); `now` is when it is computed."""

    since: datetime
    until: datetime
    now: datetime

    def holds(self, call: CallRecord) -> bool:
        return self.since <= call.started_at < self.until


ANSWER_RATE = 0.60
FIRST_CONTACT = 0.50
CHARTER = 0.90
"""The service levels (N16) and the customer charter's share."""


def report(calls: Sequence[CallRecord], window: Window, rules: Phone) -> tuple[Figure, ...]:
    """Every figure of the window. `calls` are those of the lines that it is about, and reach `AGAIN_WITHIN` further in
    both directions, so that repeated calls are seen."""
    promises = {id(one.call): one for one in promised(calls)}
    mine = [call for call in calls if window.holds(call)]
    return (
        *_volumes(mine, promises, rules),
        *_waits(mine, promises, rules),
        *_callbacks([promises[id(call)] for call in mine if id(call) in promises], window.now),
        *_first_contacts(calls, window),
    )


def promised(calls: Sequence[CallRecord]) -> list[Promise]:
    """The callbacks, by the time they were asked for. Who asks again for the same number and topic while one is open
    makes no second one: the first promise stands, and its tries may be told with either call."""
    found: dict[tuple[str, str], list[Promise]] = {}
    asked = [call for call in calls if call.callback and call.asked_at and call.promised_by]
    for call in sorted(asked, key=lambda one: (one.asked_at, one.started_at)):
        same = found.setdefault((call.callback, _tool(call)), [])
        if same and _is_open(same[-1], call):
            same[-1] = Promise(same[-1].call, same[-1].promised_by, _ordered((*same[-1].tries, *call.tries)))
        elif call.promised_by:
            same.append(Promise(call, call.promised_by, _ordered(call.tries)))
    settling = [call for call in calls if call.settles]
    return [_settled(one, settling) for same in found.values() for one in same]


def _settled(promise: Promise, calls: Iterable[CallRecord]) -> Promise:
    """The promise with the answer that the person got by calling again meanwhile, which keeps it as a try does."""
    settling = [call for call in calls if call.settles == promise.call.callback and _tool(call) == _tool(promise.call)]
    mine = [call.answered_at for call in settling if call.answered_at]
    asked, end = promise.call.asked_at, promise.closed_at
    after = sorted(at for at in mine if asked and asked <= at and (end is None or at <= end))
    return replace(promise, tries=_ordered((*promise.tries, Try(after[0], True)))) if after else promise


def _tool(call: CallRecord) -> str:
    """What a callback is kept under: the one tool, or '' where several are left or none was named."""
    return "" if "+" in call.topic else call.topic


def balance(calls: Iterable[CallRecord]) -> dict[str, Counter[str]]:
    """How many calls had each fate, by line; '' counts those that have none yet."""
    found: dict[str, Counter[str]] = {}
    for call in calls:
        found.setdefault(call.line, Counter())[call.fate] += 1
    return found


def is_offered(call: CallRecord, promise: Promise | None, rules: Phone) -> bool:
    """Whether the team had to answer that call: it was over, had come in opening hours to the queue or past the final
    choice, was not handled elsewhere, and did not end within seconds. A callback counts once the person was reached."""
    if not call.fate or call.offered_at is None or call.closed or call.fate in ELSEWHERE:
        return False
    if call.fate == "callback":
        return promise is not None and promise.reached_at is not None
    return not is_short(call, rules)


def is_short(call: CallRecord, rules: Phone) -> bool:
    """Whether the caller left within seconds of the queue or the final choice."""
    if call.fate not in LEFT or call.offered_at is None or call.ended_at is None or call.closed:
        return False
    return call.ended_at - call.offered_at < timedelta(seconds=rules.short_abandon)


def time_to_answer(call: CallRecord) -> timedelta | None:
    """From the entry into the queue to the moment when the two were joined; None where it is not known."""
    if call.fate != "answered" or call.queued_at is None or call.answered_at is None:
        return None
    return max(call.answered_at - call.queued_at, timedelta())


Promises = dict[int, Promise]
"""By the identity of the call that asked first."""


def _volumes(mine: Sequence[CallRecord], promises: Promises, rules: Phone) -> tuple[Figure, ...]:
    offered = [call for call in mine if is_offered(call, promises.get(id(call)), rules)]
    fates = Counter(call.fate for call in offered)
    answered = fates["answered"] + fates["callback"]
    everywhere = Counter(call.fate for call in mine)
    return (
        _count("received", len(mine)),
        _count("offered", len(offered)),
        _count("answered", answered),
        _share("answer_rate", answered, len(offered), above=ANSWER_RATE),
        *(_count(name, fates[name]) for name in ("voicemail", "missed", "abandoned")),
        _count("short_abandons", sum(is_short(call, rules) for call in mine)),
        *(_count(name, everywhere[name]) for name in ("deflected", "transferred")),
        _count("outside_hours", sum(call.closed and call.offered_at is not None for call in mine)),
    )


def _waits(mine: Sequence[CallRecord], promises: Promises, rules: Phone) -> tuple[Figure, ...]:
    offered = [call for call in mine if is_offered(call, promises.get(id(call)), rules)]
    waits = sorted(wait.total_seconds() for call in offered if (wait := time_to_answer(call)) is not None)
    mean = sum(waits) / len(waits) if waits else None
    ninth = waits[ceil(0.9 * len(waits)) - 1] if waits else None
    return (
        Figure("mean_wait", Unit.SECONDS, mean, rules.answer_goal, None if mean is None else mean < rules.answer_goal),
        Figure("p90_wait", Unit.SECONDS, ninth),
        _share("within_charter", sum(wait <= rules.charter for wait in waits), len(offered), above=CHARTER),
    )


def _callbacks(promises: Sequence[Promise], now: datetime) -> tuple[Figure, ...]:
    due = [one for one in promises if one.is_due(now)]
    kept = sum(one.kept for one in due)
    return (
        _count("callbacks", len(promises)),
        _count("callbacks_due", len(due)),
        _count("callbacks_kept", kept),
        _share("callbacks_on_time", kept, len(due)),
        _count("callbacks_reached", sum(one.reached_at is not None for one in promises)),
    )


def _first_contacts(calls: Sequence[CallRecord], window: Window) -> tuple[Figure, ...]:
    """Of the first calls of a person about a topic that were answered, those after which they did not call again."""
    first = first_contacts(calls, window)
    resolved = sum(solved for _, solved in first)
    return (
        _count("first_contacts", len(first)),
        _count("first_contacts_resolved", resolved),
        _share("first_contact_resolution", resolved, len(first), above=FIRST_CONTACT),
        _count("first_contacts_open", sum(window.now < call.started_at + AGAIN_WITHIN for call, _ in first)),
    )


def first_contacts(calls: Sequence[CallRecord], window: Window) -> list[tuple[CallRecord, bool]]:
    """The answered first calls of the window of a person about a topic, each with whether they did not call again."""
    contacts: dict[tuple[str, str], list[CallRecord]] = {}
    for call in sorted(calls, key=lambda one: one.started_at):
        if call.person:
            contacts.setdefault((call.person, call.topic), []).append(call)
    return [
        (call, not _is_near(call, after))
        for of_one in contacts.values()
        for before, call, after in zip([None, *of_one], of_one, [*of_one[1:], None], strict=False)
        if window.holds(call) and call.fate == "answered" and not _is_near(before, call)
    ]


def _is_near(earlier: CallRecord | None, later: CallRecord | None) -> bool:
    return earlier is not None and later is not None and later.started_at - earlier.started_at <= AGAIN_WITHIN


def _is_open(promise: Promise, call: CallRecord) -> bool:
    return promise.closed_at is None or (call.asked_at is not None and call.asked_at < promise.closed_at)


def _ordered(tries: Iterable[Try]) -> tuple[Try, ...]:
    return tuple(sorted(tries, key=lambda one: one.at))


def _count(name: str, value: int) -> Figure:
    return Figure(name, Unit.CALLS, value)


def _share(name: str, part: int, whole: int, *, above: float | None = None) -> Figure:
    value = part / whole if whole else None
    met = None if above is None or value is None else value > above
    return Figure(name, Unit.SHARE, value, above, met)
