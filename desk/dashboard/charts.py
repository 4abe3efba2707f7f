"""Pictures of tables: where each bar lies, in the units of an SVG's view box. Pure; the template draws them.

A picture shows nothing that its table does not say. Its series differ in colour and in pattern.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cases.tabled import Kind, Table

WIDTH = 720
LEFT, RIGHT, TOP, HEIGHT, FOOT = 38, 6, 8, 170, 48
"""Of a picture with columns: the room for numbers, and below for labels and the key."""
ROW, NAMES, NUMBERS = 26, 250, 60
"""Of one with bars: the height of each, and the room for its label and its number."""
LABELLED = 16
"""Columns that are labelled at most."""
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the series with that number."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Words or a number at a place; `row` is the row of the table that it labels, None for a number of the scale."""

    x: float
    y: float
    row: int | None = None
    number: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: `scale` are the lines of the scale, each with its number; `marks` label rows."""

    height: int
    bars: tuple[Bar, ...]
    scale: tuple[Mark, ...]
    marks: tuple[Mark, ...]


def columns(table: Table) -> Picture:
    """A column for each row, the drawn series on top of each other."""
    drawn = [[value or 0 for value in row.values[: table.drawn]] for row in table.rows]
    step = _step(max((sum(one) for one in drawn), default=0))
    top = step * max(math.ceil(max((sum(one) for one in drawn), default=0) / step), 1)
    wide = (WIDTH - LEFT - RIGHT) / max(len(drawn), 1)
    every = math.ceil(len(drawn) / LABELLED) or 1
    return Picture(
        height=TOP + HEIGHT + FOOT,
        bars=tuple(_stacked(drawn, top, wide)),
        scale=tuple(Mark(LEFT, _y(step * n, top), None, step * n) for n in range(round(top / step) + 1)),
        marks=tuple(
            Mark(round(LEFT + wide * (row + 0.5), 1), TOP + HEIGHT + 15, row) for row in range(0, len(drawn), every)
        ),
    )


def _stacked(drawn: Sequence[Sequence[float]], top: float, wide: float) -> Iterator[Bar]:
    for row, values in enumerate(drawn):
        below = 0.0
        for series, value in enumerate(values):
            if value:
                y, end = _y(below + value, top), _y(below, top)
                yield Bar(series, round(LEFT + wide * (row + 0.12), 1), y, round(wide * 0.76, 1), round(end - y, 1))
            below += value


def _y(value: float, top: float) -> float:
    return round(TOP + HEIGHT * (1 - value / top), 1)


def _step(most: float) -> float:
    """A round step of which about four reach that far; whole, since what is counted is whole."""
    rough = max(most / 4, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return max(1, math.ceil(next(power * one for one in STEPS if power * one >= rough)))


def bars(table: Table) -> Picture:
    """A bar for each row with a name of its own, with its number at the end."""
    values = [row.values[0] or 0 for row in table.rows if row.kind is not Kind.WORD]
    room = (WIDTH - NAMES - NUMBERS) / max([1, *values])
    return Picture(
        height=ROW * len(values) + 4,
        bars=tuple(Bar(0, NAMES, ROW * row + 5, round(room * one, 1), ROW - 8) for row, one in enumerate(values)),
        scale=(),
        marks=tuple(Mark(round(NAMES + room * one, 1), ROW * row + 18, row) for row, one in enumerate(values)),
    )


def picture(table: Table) -> Picture | None:
    """The picture of a table, if it has one and there is something to see."""
    if not table.drawn or table.is_empty:
        return None
    return columns(table) if table.drawn > 1 else bars(table)
