"""Whether gauges that were read for half an hour grow, judged by their samples; and a drawing of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from xml.sax.saxutils import escape

from tests.torture.soaking import Sample

WARM_UP = 1 / 3
"""The share of the time in which caches fill."""

WIDTH, HEIGHT, EDGE = 640, 90, 56
INK, GRID = "#1b5e9b", "#999999"


@dataclass(frozen=True)
class Gauge:
    """One gauge: what it is called, how it is read, and whether it may end where it ended having begun there."""

    title: str
    read: Callable[[Sample], float]
    is_steady: Callable[[float, float], bool]


GAUGES = (
    Gauge("memory, MB", lambda one: one.rss, lambda begin, end: end < 1.05 * begin),
    Gauge("open handles", lambda one: one.handles, lambda begin, end: end <= begin + 5),
    Gauge("connections", lambda one: one.connections, lambda begin, end: end <= begin + 5),
    Gauge("rows that wait", lambda one: one.queued, lambda begin, end: end <= begin + 50),
    Gauge("write-ahead log, MB", lambda one: one.wal, lambda begin, end: end <= 2 * begin + 1),
)


def drifts(samples: Sequence[Sample]) -> dict[str, tuple[float, float]]:
    """The median of each gauge's first and last third after the warm-up, by its title."""
    warm = [one for one in samples if one.at >= WARM_UP * samples[-1].at]
    third = max(len(warm) // 3, 1)
    return {
        gauge.title: (median(map(gauge.read, warm[:third])), median(map(gauge.read, warm[-third:]))) for gauge in GAUGES
    }


def grown(samples: Sequence[Sample]) -> list[str]:
    """The gauges that grew."""
    found = drifts(samples)
    return [gauge.title for gauge in GAUGES if not gauge.is_steady(*found[gauge.title])]


def drawing(samples: Sequence[Sample], title: str) -> str:
    """The gauges over time, one below the other, as SVG 1.1; the grey part is the warm-up."""
    width, height = WIDTH + 2 * EDGE, 40 + len(GAUGES) * (HEIGHT + 40)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{EDGE}" y="22" font-size="14">{escape(title)}</text>',
    ]
    for number, gauge in enumerate(GAUGES):
        parts += _panel(gauge, samples, 56 + number * (HEIGHT + 40))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(gauge: Gauge, samples: Sequence[Sample], top: float) -> Iterator[str]:
    most = max(map(gauge.read, samples)) or 1.0
    end = samples[-1].at or 1.0
    line = " ".join(
        f"{EDGE + WIDTH * one.at / end:.1f},{top + HEIGHT * (1 - gauge.read(one) / most):.1f}" for one in samples
    )
    yield f'<text x="{EDGE}" y="{top - 6}" font-size="12">{escape(gauge.title)}</text>'
    yield f'<rect x="{EDGE}" y="{top}" width="{WIDTH * WARM_UP:.0f}" height="{HEIGHT}" fill="#eeeeee"/>'
    yield f'<rect x="{EDGE}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{GRID}"/>'
    yield f'<text x="{EDGE - 6}" y="{top + 11}" text-anchor="end" font-size="11">{most:.4g}</text>'
    yield f'<text x="{EDGE - 6}" y="{top + HEIGHT}" text-anchor="end" font-size="11">0</text>'
    yield f'<text x="{EDGE + WIDTH}" y="{top + HEIGHT + 13}" text-anchor="end" font-size="11">{end / 60:.0f} min</text>'
    yield f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
