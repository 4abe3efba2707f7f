"""The curves of docs/performance.md, as SVG."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench.goals import cpu, rate
from bench.plot import Axis, Curve, plot

Figures = Mapping[str, Any]
STEPS = 5


def images(latest: Mapping[str, Figures]) -> Iterator[tuple[str, str]]:
    """Name of the file, and what it holds, for each measure that was taken and has a curve."""
    for measure, draw in CURVES.items():
        if measure in latest:
            yield f"bench-{measure}.svg", draw(latest[measure]["figures"])


def _past(figures: Figures) -> str:
    curves = {
        name: [(max(int(level), 1), 1000 * cpu(one)) for level, one in levels.items()]
        for name, levels in figures.items()
    }
    counts = sorted({int(x) for curve in curves.values() for x, _ in curve})
    along = Axis(
        "cases before",
        {count: f"{count:,}" if count > 1 else "0" for count in counts},
        counts[0],
        counts[-1],
        is_log=True,
    )
    return plot("CPU of a mail beside old cases", (along, _upwards("ms of CPU a mail", curves)), curves)


def _workers(figures: Figures) -> str:
    scaled = [(float(name.split()[0]), rate(one)) for name, one in figures.items() if name != "embedded"]
    curves: dict[str, Curve] = {"PostgreSQL and Redis": scaled}
    curves["embedded, SQLite"] = [(1, rate(figures["embedded"])), (scaled[-1][0], rate(figures["embedded"]))]
    along = Axis("worker processes", {count: f"{count:.0f}" for count, _ in scaled}, scaled[0][0], scaled[-1][0])
    return plot("A backlog drained by workers", (along, _upwards("mails a second, answered", curves)), curves)


def _upwards(name: str, curves: Mapping[str, Curve]) -> Axis:
    """From nothing to a round number above all."""
    highest = max(y for curve in curves.values() for _, y in curve)
    step = next(one for one in _round_numbers() if one * STEPS >= highest)
    ticks = {step * number: f"{step * number:g}" for number in range(STEPS + 1)}
    return Axis(name, ticks, 0, step * STEPS)


def _round_numbers() -> Iterator[float]:
    scale = 0.1
    while True:
        yield from (scale, 2 * scale, 5 * scale)
        scale *= 10


CURVES: Mapping[str, Callable[[Figures], str]] = {"past": _past, "workers": _workers}
