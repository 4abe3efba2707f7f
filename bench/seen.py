"""What docs/performance.md says of the desk: what its pages take the server, and when a browser shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from bench import goals
from bench.tables import table

Figures = Mapping[str, Any]


def _desk(figures: Figures) -> Iterable[str]:
    yield "## The desk's pages\n"
    yield (
        f"Before {figures['cases']:,} cases, one in twenty of them open, each with a message, a receipt, two lines and "
        "some forty words; milliseconds from the request to the whole page (50 rows), in the process itself, for each "
        "database the median, p95, and the mean of CPU with the server's. The goals are 150 ms a page and 300 ms a "
        "search at p95; 50 cases at once have none.\n"
    )
    taken = figures["pages"]
    shares = [(name, share) for name in taken for share in ("median", "p95", "cpu")]
    each = {page: [f"{taken[name][page][share]:.0f}" for name, share in shares] for page in next(iter(taken.values()))}
    rows = [[page, *found, _met(page, taken)] for page, found in each.items()]
    yield table(["", *(f"{name}, {share}" for name, share in shares), "goal"], rows)
    yield ""


def _met(page: str, taken: Figures) -> str:
    limit, worst = goals.limit_of(page), max(one[page]["p95"] for one in taken.values())
    return "" if limit is None else "met" if worst <= limit else "**not met**"


_PAINTS = ("cold", "warm", "slow_cold", "slow_warm")


def _paint(figures: Figures) -> Iterable[str]:
    yield "## When a browser first shows a page\n"
    yield (
        "First contentful paint in Chromium, milliseconds, with its processor a quarter as fast, before "
        f"{figures['cases']:,} cases on SQLite. *Cold* is a browser that was never here, *warm* one that keeps styles "
        "and scripts; the goal is 1,000 ms for both. A slow line, 1.6 Mbit/s and 150 ms there and back, has none.\n"
    )
    rows = [
        [name, *(f"{one[taken]:.0f}" for taken in _PAINTS), "met" if one["cold"] <= 1000 else "**not met**"]
        for name, one in figures["paint"].items()
    ]
    yield table(["", "cold", "warm", "slow line, cold", "slow line, warm", "goal"], rows)
    yield ""


PARTS = {"desk": _desk, "paint": _paint}
