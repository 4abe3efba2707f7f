"""A day of a large installation as queues, from what a mail was measured to cost: where work waits, and for how long.

Every couple of seconds mails arrive (Poisson, by the hour's share of the day, in bursts, with one incident); workers
share their cores between reading and sending, one transaction at a time decides, each worker has one connection to the
relay, and the database has so many cores. Mails are served in their order. One seed gives one day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

STEP = 5.0
"""Seconds between two looks."""
DAY = 86_400.0
SEED = 7

HOURS = (2, 1, 1, 1, 1, 2, 5, 15, 55, 95, 100, 85, 60, 75, 90, 85, 60, 35, 25, 22, 20, 16, 10, 5)
"""How mails spread over a working day of a public service, by the hour; the busiest is 100."""
BURST = 0.35
"""The spread (sigma of the logarithm) of the minutes of one hour."""
INCIDENT_AT, INCIDENT_FOR, INCIDENT_TIMES = 10.25 * 3600, 900.0, 3.0
"""Something breaks at a quarter past ten: for a quarter of an hour three times as many people write."""

RELAY_SECONDS = 0.02
"""What a relay takes for one mail, on a kept connection."""
RENEWAL_SECONDS, POLL_SECONDS = 10.0, 30.0
"""How often a mailbox's lease is renewed, and a mailbox polled that cannot push: a commit each."""
COMMIT_CPU = 0.0003
"""Seconds of the server's CPU for such a commit."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """One mail, in seconds of CPU unless said otherwise: `connect` fetches and keeps it, `read` reads and tags it,
    `decide` writes its case, `deliver` sends its `sent` mails; `server` and `server_deliver` are PostgreSQL's.

    `raw`, `rows`, `log` are the bytes that it leaves, `commits` their number."""

    connect: float
    read: float
    decide: float
    deliver: float
    sent: float
    server: float
    server_deliver: float
    raw: float
    rows: float
    log: float
    commits: float
    worker_mb: float
    web_mb: float

    @property
    def work(self) -> float:
        """A worker's CPU for one mail, from its raw bytes to its receipt."""
        return self.read + self.decide + self.deliver

    @property
    def locked(self) -> float:
        """How long nobody else can decide: the writing transaction, both ends of it."""
        return self.decide + self.server * self.decide / (self.decide + self.connect)

    @property
    def database(self) -> float:
        return self.server + self.server_deliver


def costs(latest: Mapping[str, Any]) -> Costs:
    """Out of the latest lines of `bench/results.jsonl`. What sending costs the server is not measured apart: it is
    taken to be as much as receiving and deciding, which are as many statements."""
    road, kept = latest["road"]["figures"]["service, PostgreSQL"], latest["storage"]["figures"]
    steps = {name: seconds / road["mails"] for name, seconds in road["steps"].items()}
    server = road["server_cpu"] / road["mails"]
    left = {name: kept[name] / kept["mails"] for name in ("raw", "rows", "log", "commits")}
    return Costs(
        connect=steps["imap"] + steps["receive"],
        read=steps["parse"] + steps["tag"],
        decide=steps["decide and write"],
        deliver=steps["deliver"],
        sent=road["sent"] / road["mails"],
        server=server,
        server_deliver=server,
        worker_mb=road["peak_mb"],
        web_mb=latest["start"]["figures"]["the web process"]["peak_mb"],
        **left,
    )


@dataclass(frozen=True)
class Plant:
    """What is there to do the work."""

    workers: int
    database_cores: int = 4


@dataclass(frozen=True)
class Day:
    """What became of a day: seconds from a mail's arrival to its receipt, and how many waited at most. `hours` is the
    delay of the mail in 99 of 100 by hour; `waits` is false where the day ends before its work does."""

    median: float
    p99: float
    worst: float
    backlog: int
    hours: tuple[float, ...]
    is_done: bool


def rates(mails: float) -> Series:
    """Mails a second at each step of a day of that many, before chance."""
    rng = np.random.default_rng(SEED)
    times = np.arange(0.0, DAY, STEP)
    hours = np.array([*HOURS, HOURS[0]], dtype=np.float64)
    curve = np.interp(times / 3600, np.arange(25.0), hours)
    bursts = rng.lognormal(-(BURST**2) / 2, BURST, int(DAY / 60))[(times // 60).astype(int)]
    shape: Series = curve * bursts / (curve * bursts).sum() / STEP
    incident = (times >= INCIDENT_AT) & (times < INCIDENT_AT + INCIDENT_FOR)
    return mails * shape * np.where(incident, INCIDENT_TIMES, 1.0)


def busiest(mails: float, seconds: float = 60.0) -> float:
    """Mails a second in the busiest minute."""
    wide = round(seconds / STEP)
    found = np.convolve(rates(mails), np.full(wide, 1 / wide), mode="valid").max()
    return float(found)


def simulate(mails: float, cost: Costs, plant: Plant) -> Day:
    """One day with that many mails."""
    arrived = np.random.default_rng(SEED).poisson(rates(mails) * STEP).astype(np.float64)
    answered, backlog = _serve(arrived, cost, plant)
    came, left = arrived.cumsum(), answered.cumsum()
    chosen = arrived > 0
    ready = np.searchsorted(left, came[chosen] - 1e-6)
    delay: Series = (ready - np.flatnonzero(chosen)) * np.float64(STEP)
    return Day(
        median=_share(delay, arrived[chosen], 0.5),
        p99=_share(delay, arrived[chosen], 0.99),
        worst=float(delay.max()),
        backlog=round(backlog),
        hours=_by_hour(delay, np.flatnonzero(chosen), arrived[chosen]),
        is_done=bool(left[-1] > came[-1] - STEP * cost.sent - 50),
    )


def _serve(arrived: Series, cost: Costs, plant: Plant) -> tuple[Series, float]:
    """How many mails are answered at each step, and the most that ever waited."""
    answered, to_read, to_send, most = np.zeros_like(arrived), 0.0, 0.0, 0.0
    decided = STEP / cost.locked
    sent = STEP * plant.workers / (cost.deliver + cost.sent * RELAY_SECONDS)
    for step, new in enumerate(arrived):
        to_read += new
        read, send = min(to_read, decided), min(to_send, sent)
        asked = read * (cost.read + cost.decide) + send * cost.deliver
        served = new * cost.server / 2 + read * cost.server / 2 + send * cost.server_deliver
        room = min(1.0, plant.workers * STEP / max(asked, 1e-9), plant.database_cores * STEP / max(served, 1e-9))
        to_read -= read * room
        to_send += (read - send) * room
        answered[step] = send * room
        most = max(most, to_read + to_send)
    return answered, most


def _share(delay: Series, weight: Series, share: float) -> float:
    order = np.argsort(delay)
    found = np.searchsorted(weight[order].cumsum(), share * weight.sum())
    return float(delay[order][min(int(found), len(delay) - 1)])


def _by_hour(delay: Series, steps: NDArray[np.int64], weight: Series) -> tuple[float, ...]:
    hours = (steps * STEP // 3600).astype(int)
    chosen = [hours == hour for hour in range(24)]
    return tuple(_share(delay[one], weight[one], 0.99) if one.any() else 0.0 for one in chosen)


MOST_WORKERS = 64


def workers_for(mails: float, cost: Costs, seconds: float, cores: int) -> int | None:
    """The fewest workers with which 99 of 100 mails are answered within that time; None where no number is enough."""
    if not _is_enough(MOST_WORKERS, mails, cost, seconds, cores):
        return None
    low, high = 0, MOST_WORKERS
    while high - low > 1:
        middle = (low + high) // 2
        if _is_enough(middle, mails, cost, seconds, cores):
            high = middle
        else:
            low = middle
    return high


def _is_enough(workers: int, mails: float, cost: Costs, seconds: float, cores: int) -> bool:
    day = simulate(mails, cost, Plant(workers, cores))
    return day.is_done and day.p99 <= seconds
