"""What is to be reached, and whether it was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """`reached` reads the latest figures of its `measure`; the limit is the most that is good, or the least."""

    words: str
    measure: str
    reached: Callable[[Figures], float]
    limit: float
    unit: str = ""
    at_least: bool = False

    def row(self, figures: Figures) -> Sequence[str]:
        found = self.reached(figures)
        met = found >= self.limit if self.at_least else found <= self.limit
        bound = "at least" if self.at_least else "at most"
        return (
            self.words,
            f"{bound} {self.limit:g}{self.unit}",
            f"{found:.2f}{self.unit}",
            "met" if met else "**not met**",
        )


def rows(latest: Mapping[str, Figures]) -> Iterator[Sequence[str]]:
    """Goal, limit, what was reached, whether it is met; without those that were not measured."""
    for goal in GOALS:
        if goal.measure in latest:
            yield goal.row(latest[goal.measure]["figures"])


def cpu(one: Figures) -> float:
    """Seconds of CPU a mail, the database server's included."""
    return float((one["cpu"] + one.get("server_cpu", 0)) / one["mails"])


def rate(one: Figures) -> float:
    """Mails a second, answered."""
    return float(one["mails"] / one["sent"])


def _beside(database: str) -> Callable[[Figures], float]:
    def ratio(figures: Figures) -> float:
        levels = list(figures[database].values())
        return cpu(levels[-1]) / cpu(levels[0])

    return ratio


def _peak(command: str) -> Callable[[Figures], float]:
    return lambda figures: float(max(mb for name, mb in figures["peak_mb"].items() if name.startswith(command)))


def limit_of(page: str) -> float | None:
    """Milliseconds that a page of the desk, or a search, may take at p95; None where there is no goal."""
    if "a transaction each" in page:
        return None
    return 300 if page.startswith("search") else 150


def _slowest(*, searches: bool) -> Callable[[Figures], float]:
    """The p95 of the slowest page, or of the slowest search, on either database."""

    def slowest(figures: Figures) -> float:
        each = ((page, one["p95"]) for taken in figures["pages"].values() for page, one in taken.items())
        return max(p95 for page, p95 in each if limit_of(page) == (300 if searches else 150))

    return slowest


GOALS = (
    Goal(
        "CPU a mail on PostgreSQL with tags, against the floor with the same tags",
        "road",
        lambda taken: cpu(taken["service, PostgreSQL"]) / cpu(taken["floor with tags"]),
        2,
        " ×",
    ),
    Goal(
        "CPU a mail of django-helpdesk, which tags nothing, against ours with the answer sent",
        "peer",
        lambda taken: cpu(taken["django-helpdesk"]) / cpu(taken["service, PostgreSQL"]),
        7,
        " ×",
        at_least=True,
    ),
    Goal("CPU a mail beside the most old cases, against none, SQLite", "past", _beside("SQLite"), 1.15, " ×"),
    Goal("the same, PostgreSQL", "past", _beside("PostgreSQL"), 1.15, " ×"),
    Goal(
        "mails a second of two workers, against one",
        "workers",
        lambda taken: rate(taken["2 workers"]) / rate(taken["1 workers"]),
        1.6,
        " ×",
        at_least=True,
    ),
    Goal("a backlog of 10,000 mails, taken in and answered", "backlog", lambda taken: float(taken["sent"]), 120, " s"),
    Goal("99 of 100 webhooks meanwhile", "backlog", lambda taken: float(taken["p99"]), 100, " ms"),
    Goal("memory of a worker meanwhile", "backlog", _peak("worker"), 250, " MB"),
    Goal("memory of the process that answers pages and calls meanwhile", "backlog", _peak("web"), 110, " MB"),
    Goal(
        "memory of intake after 5,000 mails, more than after 500",
        "memory",
        lambda taken: max(taken.values()) - min(taken.values()),
        25,
        " MB",
    ),
    Goal("starting: `--help`", "start", lambda taken: float(taken["aiguillage --help"]["cpu"]), 0.2, " s of CPU"),
    Goal("starting: the web process", "start", lambda taken: float(taken["the web process"]["cpu"]), 1.5, " s of CPU"),
    Goal("starting: a worker", "start", lambda taken: float(taken["a worker with its model"]["cpu"]), 3, " s of CPU"),
    Goal("p95 of the desk's slowest page, a million cases", "desk", _slowest(searches=False), 150, " ms"),
    Goal("p95 of its slowest search", "desk", _slowest(searches=True), 300, " ms"),
    Goal(
        "first paint on a slow laptop, the slowest page",
        "paint",
        lambda taken: max(float(one["cold"]) for one in taken["paint"].values()),
        1000,
        " ms",
    ),
)
