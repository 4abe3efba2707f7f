"""What a fault cost, kept for docs/reliability.md: one line of JSON for each fault that was tried in full.

The short forms in CI assert the same goals and keep nothing.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

RESULTS = Path(__file__).parent / "results.jsonl"

AREAS = ("kill", "imap", "smtp", "redis", "postgresql", "sqlite", "clock", "soak")
"""The rows of the page, in its order."""

MODES = ("embedded", "scaled", "-")
"""Where the fault was tried; `-` where the mode makes no difference."""


@dataclass(frozen=True)
class Figure:
    """One fault and what an oracle that reads only sources and sinks found after it.

    `inputs` mails and `calls` were put in with known ids. `lost` have no case, `second_cases` have more than one,
    `second_receipts` have two receipts of different Message-IDs; `repeats` are receipts that arrived again under the
    same Message-ID. `settled_seconds` passed from the end of the fault until nothing waited.
    """

    area: str
    fault: str
    mode: str
    inputs: int
    calls: int = 0
    lost: int = 0
    second_cases: int = 0
    second_receipts: int = 0
    repeats: int = 0
    settled_seconds: float | None = None
    goal: str = "0 lost, 0 double"
    met: bool = True
    remark: str = ""

    def __post_init__(self) -> None:
        if self.area not in AREAS or self.mode not in MODES:
            raise ValueError(f"{self.area!r} in mode {self.mode!r} is no row of the page")


Keep = Callable[[Figure], None]


@pytest.fixture(scope="session")
def keep_figure(request: pytest.FixtureRequest) -> Iterator[Keep]:
    """Keeps a figure, where the long form runs (`-m torture`)."""
    long = "torture" in request.config.getoption("markexpr") and "not torture" not in request.config.getoption(
        "markexpr"
    )
    kept: list[Figure] = []
    yield kept.append
    if long and kept:
        with RESULTS.open("a", encoding="utf-8") as file:
            for figure in kept:
                file.write(json.dumps(asdict(figure) | _machine(), ensure_ascii=False) + "\n")


def _machine() -> dict[str, Any]:
    """When it was, on how many cores, and how busy they were."""
    at = datetime.now(UTC).isoformat(timespec="minutes")
    return {"at": at, "cores": os.cpu_count(), "load": round(os.getloadavg()[2], 1)}
