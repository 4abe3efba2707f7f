"""Calibration and coverage as SVG 1.1, for a page or a report. No library draws them: two squares and a line each."""

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from classify.curves import Bin, Point

SIDE, EDGE = 320, 48
COLOURS = ("#1b5e9b", "#b3541e", "#2e7d4f")
"""Told apart by people who see no red or no green, and each with a shape of dash of its own."""
DASHES = ("", "6 3", "2 3")
TICKS = 5

Curve = Sequence[tuple[float, float]]


def calibration_plot(bins: Mapping[str, Sequence[Bin]]) -> str:
    """How often each task's label is right, by how sure the model was; the diagonal is a model that knows itself."""
    curves = {task: [(one.confidence, one.accuracy) for one in found] for task, found in bins.items()}
    dots = [
        _dot(one.confidence, one.accuracy, one.count, COLOURS[n % 3]) for n, f in enumerate(bins.values()) for one in f
    ]
    diagonal = _line([(0.0, 0.0), (1.0, 1.0)], "#999999", "1 4")
    return _figure("Calibration", ("confidence", "share right"), [diagonal, *dots], curves)


def coverage_plot(points: Sequence[Point], wanted: float) -> str:
    """How many of the surest messages are right, by how many are taken; the dotted line is the accuracy wanted."""
    goal = _line([(0.0, wanted), (1.0, wanted)], "#999999", "1 4")
    curve = {"motif and tool right": [(point.coverage, point.accuracy) for point in points]}
    return _figure("Coverage", ("share accepted", "share right"), [goal], curve)


def _figure(title: str, axes: tuple[str, str], extra: Iterable[str], curves: Mapping[str, Curve]) -> str:
    size = SIDE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{size}" height="{size}" fill="#ffffff"/>',
        f'<text x="{size / 2}" y="24" text-anchor="middle" font-size="16">{escape(title)}</text>',
        *_axes(axes),
        *extra,
        *(_line(curve, COLOURS[n % 3], DASHES[n % 3]) for n, curve in enumerate(curves.values())),
        *_legend(curves),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(names: tuple[str, str]) -> Iterable[str]:
    yield f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#444444"/>'
    for tick in range(TICKS + 1):
        share = tick / TICKS
        x, y = _place(share, 0.0)
        yield f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle" font-size="11">{share:.1f}</text>'
        x, y = _place(0.0, share)
        yield f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end" font-size="11">{share:.1f}</text>'
    middle = EDGE + SIDE / 2
    yield f'<text x="{middle}" y="{2 * EDGE + SIDE - 14}" text-anchor="middle" font-size="12">{escape(names[0])}</text>'
    turned = f'transform="translate(14 {middle}) rotate(-90)"'
    yield f'<text {turned} text-anchor="middle" font-size="12">{escape(names[1])}</text>'


def _legend(curves: Mapping[str, Curve]) -> Iterable[str]:
    for n, name in enumerate(curves):
        y = EDGE + SIDE - 14 - 16 * (len(curves) - 1 - n)
        place = f'x="{EDGE + SIDE - 8}" y="{y}" text-anchor="end"'
        yield f'<text {place} font-size="12" fill="{COLOURS[n % 3]}">{escape(name)}</text>'


def _line(points: Curve, colour: str, dash: str) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_place(*point)) for point in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _dot(x: float, y: float, count: int, colour: str) -> str:
    """A dot whose area tells how many messages it stands for."""
    left, top = _place(x, y)
    radius = min(9.0, 1.5 + count**0.5 / 4)
    return f'<circle cx="{left:.1f}" cy="{top:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.5"/>'


def _place(x: float, y: float) -> tuple[float, float]:
    return EDGE + x * SIDE, EDGE + (1 - y) * SIDE
