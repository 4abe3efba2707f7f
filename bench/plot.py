"""Curves as SVG 1.1, for a page. No library draws them: a box, a few lines, and their names beside them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 560, 280
LEFT, TOP, RIGHT, BOTTOM = 70, 44, 200, 52
COLOURS = ("#1b5e9b", "#b3541e", "#2e7d4f", "#7a3b8f", "#555555", "#a31621")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 3")
"""With the colours, so that curves are told apart by people who see no red or no green, and in print."""

Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """What is along one side, from `low` to `high`, with words at some values; by logarithm where that says more."""

    name: str
    ticks: Mapping[float, str]
    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between both ends, from 0 to 1; beyond them, at the nearer end."""
        low, high, at = (self._scaled(one) for one in (self.low, self.high, value))
        return min(1.0, max(0.0, (at - low) / (high - low)))

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.is_log else value


def plot(title: str, axes: tuple[Axis, Axis], curves: Mapping[str, Curve]) -> str:
    """The curves in a box, each with its name at the right."""
    size = f"{LEFT + WIDTH + RIGHT} {TOP + HEIGHT + BOTTOM}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="16">{escape(title)}</text>',
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#444444"/>',
        *_along(axes[0]),
        *_upwards(axes[1]),
        *(part for number, (name, curve) in enumerate(curves.items()) for part in _curve(number, name, curve, axes)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _along(axis: Axis) -> Iterable[str]:
    for value, word in axis.ticks.items():
        x = LEFT + WIDTH * axis.share(value)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{TOP + HEIGHT}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle" font-size="11">{escape(word)}</text>'
    middle = f'x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 40}" text-anchor="middle"'
    yield f'<text {middle} font-size="12">{escape(axis.name)}</text>'


def _upwards(axis: Axis) -> Iterable[str]:
    for value, word in axis.ticks.items():
        y = TOP + HEIGHT * (1 - axis.share(value))
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + WIDTH}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="11">{escape(word)}</text>'
    turned = f'transform="translate(16 {TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle"'
    yield f'<text {turned} font-size="12">{escape(axis.name)}</text>'


def _curve(number: int, name: str, curve: Curve, axes: tuple[Axis, Axis]) -> Iterable[str]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    places = " ".join(
        f"{LEFT + WIDTH * axes[0].share(x):.1f},{TOP + HEIGHT * (1 - axes[1].share(y)):.1f}" for x, y in curve
    )
    yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
    x, y = LEFT + WIDTH + 12, TOP + 14 + 20 * number
    yield f'<line x1="{x}" y1="{y - 4}" x2="{x + 26}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashed}/>'
    yield f'<text x="{x + 32}" y="{y}" font-size="12" fill="{colour}">{escape(name)}</text>'
