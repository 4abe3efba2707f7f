"""`python -m bench.scale` writes the figures of docs/scale.md and its two curves, from the latest measured costs."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import simulate
from bench.child import ROOT
from bench.plot import Axis, Curve, plot
from bench.simulate import Costs, Plant, busiest
from store.engine import OVERFLOW, POOL

RESULTS = Path(__file__).parent / "results.jsonl"
PAGE = ROOT / "docs" / "scale.md"
IMAGES = ROOT / "docs" / "images"

SIZES = ((10, 10_000), (100, 100_000), (1_000, 1_000_000), (1_000, 3_000_000))
"""Mailboxes, and mails a day."""
ANSWERED_WITHIN = 300.0
"""Seconds within which 99 of 100 senders of such a day, its incident included, are to have their receipt."""
CORES = 4
"""Of the database server."""
MAILBOXES_EACH = 200
"""Mailboxes of one `connect`: a thread and a connection each. Chosen, not measured."""
WORKERS_SHOWN = (2, 4, 6, 8)
FULL = 10e12
"""Bytes of one PostgreSQL that is still backed up and repaired in a night."""


def main() -> None:
    latest = {}
    for line in RESULTS.read_text(encoding="utf-8").splitlines():
        taken = json.loads(line)
        latest[taken["measure"]] = taken
    write(latest)
    print(f"written: {PAGE.relative_to(ROOT)}")


def write(latest: Mapping[str, Any]) -> None:
    """The page with its figures, and the pictures."""
    cost = simulate.costs(latest)
    taken = {name: block(cost, latest) for name, block in BLOCKS.items()}
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), taken), encoding="utf-8")
    (IMAGES / "scale-day.svg").write_text(day_picture(cost), encoding="utf-8")
    (IMAGES / "scale-limits.svg").write_text(limits_picture(cost), encoding="utf-8")


def filled(page: str, blocks: Mapping[str, str]) -> str:
    """The page with each block between its two comments. Raises LookupError where the page has none of a name."""
    for name, text in blocks.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not pattern.search(page):
            raise LookupError(f"docs/scale.md has no place for {name}")
        page = pattern.sub(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", page)  # type: ignore[misc]
    return page


def _costs(cost: Costs, latest: Mapping[str, Any]) -> str:
    rows = [
        ["fetching and keeping it (`connect`)", _ms(cost.connect)],
        ["reading and tagging it (`worker`)", _ms(cost.read)],
        ["deciding and writing its case (`worker`)", _ms(cost.decide)],
        [f"composing and sending its {cost.sent:.2f} mails (`worker`)", _ms(cost.deliver)],
        ["PostgreSQL, for receiving and deciding", _ms(cost.server)],
        ["PostgreSQL, for sending (taken to be the same)", _ms(cost.server_deliver)],
        ["while nobody else can decide, of these", _ms(cost.locked)],
        ["bytes of the raw message as stored", f"{cost.raw / 1000:.1f} kB"],
        ["bytes of all its other rows and their indexes", f"{cost.rows / 1000:.1f} kB"],
        ["bytes of write-ahead log", f"{cost.log / 1000:.1f} kB"],
        ["commits, at full speed", f"{cost.commits:.2f}"],
    ]
    used = " and ".join(f"{name} of {latest[name]['at'].partition('+')[0]} UTC" for name in ("road", "storage"))
    return f"{_table(['one mail costs', 'CPU, or bytes'], rows)}\n\n*From the measures {used}.*"


@dataclass(frozen=True)
class Need:
    """What one size of service needs at its busiest minute; `workers` is None where no number is enough."""

    mailboxes: int
    mails: int
    peak: float
    workers: int | None
    connects: int

    @property
    def renewals(self) -> float:
        """Commits a second that keep the mailboxes: leases, polls, and those who stand by and ask."""
        polls = self.mailboxes / simulate.POLL_SECONDS
        return self.mailboxes / simulate.RENEWAL_SECONDS + 2 * polls

    def connections(self, web: int = 2) -> int:
        """Connections to PostgreSQL at most: each process has a pool, `web` another one for callers."""
        return (POOL + OVERFLOW) * ((self.workers or 0) + self.connects + 2 * web)


def need(size: tuple[int, int], cost: Costs) -> Need:
    """What that size needs; each `connect` has another that stands by."""
    mailboxes, mails = size
    workers = simulate.workers_for(mails, cost, ANSWERED_WITHIN, CORES)
    return Need(mailboxes, mails, busiest(mails), workers, 2 * -(-mailboxes // MAILBOXES_EACH))


def _needs(cost: Costs, latest: Mapping[str, Any]) -> str:
    found = [need(size, cost) for size in SIZES]
    columns: Sequence[tuple[str, Callable[[Need], str]]] = (
        ("mailboxes", lambda one: f"{one.mailboxes:,}"),
        ("mails a second, mean", lambda one: f"{one.mails / simulate.DAY:.1f}"),
        ("mails a second, busiest minute", lambda one: f"{one.peak:.0f}"),
        ("`worker` processes, a core each", lambda one: str(one.workers or "no number is enough")),
        ("`connect` processes, half stand by", lambda one: str(one.connects)),
        ("database cores busy in that minute", lambda one: f"{_database(one, cost):.1f}"),
        ("commits a second that keep mailboxes", lambda one: f"{one.renewals:.0f}"),
        ("connections to PostgreSQL, at most", lambda one: f"{one.connections():,}"),
        ("IMAP connections", lambda one: f"{one.mailboxes:,}"),
        ("mails out a second, busiest minute", lambda one: f"{one.peak * cost.sent:.0f}"),
        ("write-ahead log a day", lambda one: _bytes(one.mails * cost.log)),
        ("raw messages a year", lambda one: _bytes(365 * one.mails * cost.raw)),
        ("other rows and indexes a year", lambda one: _bytes(365 * one.mails * cost.rows)),
        ("memory of the workers", lambda one: _bytes((one.workers or 0) * cost.worker_mb * 1e6)),
    )
    rows = [[name, *(show(one) for one in found)] for name, show in columns]
    return _table(["mails a day", *(f"{one.mails:,}" for one in found)], rows)


def _database(one: Need, cost: Costs) -> float:
    return one.peak * cost.database + one.renewals * simulate.COMMIT_CPU


@dataclass(frozen=True)
class Limit:
    """Something that has an end: how much of it a day of so many mails takes, 1 being all."""

    name: str
    used: Callable[[float], float]

    def mails(self) -> float:
        """The mails a day with which it is used up: its use grows in proportion."""
        return 1e6 / self.used(1e6)


def limits(cost: Costs) -> list[Limit]:
    """Those of the installation as it is, in the busiest minute."""
    peak = busiest(1.0)
    relayed = cost.deliver + cost.sent * simulate.RELAY_SECONDS
    return [
        Limit("one decides at a time", lambda mails: mails * peak * cost.locked),
        Limit(f"database, {CORES} cores", lambda mails: mails * peak * cost.database / CORES),
        Limit("8 workers, 8 cores", lambda mails: mails * peak * cost.work / 8),
        Limit("8 connections to a relay", lambda mails: mails * peak * relayed / 8),
        Limit("one process that polls", lambda mails: mails * peak * cost.connect),
        Limit("10 TB, after a year", lambda mails: mails * 365 * (cost.raw + cost.rows) / FULL),
    ]


def _limits(cost: Costs, latest: Mapping[str, Any]) -> str:
    found = sorted(limits(cost), key=Limit.mails)
    rows = [[one.name, f"{one.mails() / 1e6:.2f} million", f"{100 * one.used(1e6):.0f} %"] for one in found]
    return _table(["what", "used up with, mails a day", "used by a million a day"], rows)


def day_picture(cost: Costs) -> str:
    """How long 99 of 100 senders wait through a day of a million mails, for several numbers of workers."""
    hours = Axis("hour of the day", {float(hour): f"{hour}:00" for hour in range(0, 25, 4)}, 0, 24)
    waits = {1.0: "1 s", 10.0: "10 s", 60.0: "1 min", 600.0: "10 min", 3600.0: "1 h", 14400.0: "4 h"}
    delay = Axis("arrival to receipt, p99", waits, 1, 14400, is_log=True)
    days = {count: simulate.simulate(1e6, cost, Plant(count, CORES)) for count in WORKERS_SHOWN}
    curves: dict[str, Curve] = {
        f"{count} workers": [(hour + 0.5, max(1.0, wait)) for hour, wait in enumerate(day.hours)]
        for count, day in days.items()
    }
    return plot("A million mails in a day, an incident at 10:15", (hours, delay), curves)


def limits_picture(cost: Costs) -> str:
    """How much of each limit a day takes, by its mails."""
    words = {1e4: "10,000", 1e5: "100,000", 1e6: "1 million", 1e7: "10 million", 1e8: "100 million"}
    mails = Axis("mails a day", words, 1e4, 1e8, is_log=True)
    used = Axis(
        "used in the busiest minute", {0.01: "1 %", 0.1: "10 %", 1: "100 %", 10: "1000 %"}, 0.01, 10, is_log=True
    )
    curves = {one.name: _within(one, mails, used) for one in limits(cost)}
    return plot("What is used up first", (mails, used), curves)


def _within(one: Limit, mails: Axis, used: Axis) -> Curve:
    """Both ends of the line, as far as it lies in the picture."""
    ends = max(mails.low, used.low * one.mails()), min(mails.high, used.high * one.mails())
    return [(at, one.used(at)) for at in ends]


BLOCKS: Mapping[str, Callable[[Costs, Mapping[str, Any]], str]] = {"costs": _costs, "needs": _needs, "limits": _limits}


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms"


def _bytes(count: float) -> str:
    for size, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if count >= size:
            return f"{count / size:.1f} {name}"
    return f"{count / 1e3:.1f} kB"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
