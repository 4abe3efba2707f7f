"""Writes docs/reliability.md out of the latest figure of each fault: `python -m tests.torture.page`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.roads.house import ROOT
from tests.torture.figures import AREAS, RESULTS

PAGE = ROOT / "docs" / "reliability.md"

Line = Mapping[str, Any]

HEAD = """\
# Reliability

Written by `make torture`; nothing here is typed by hand. Every run is kept in `tests/torture/results.jsonl`; this
page has the latest of each fault, failures included.

**What is promised.** Every mail that was in the mailbox, every call that the provider connected and every form that
was confirmed becomes one case, whatever dies meanwhile. Who asked gets one receipt. What leaves is a row written with
the case, under a fixed Message-ID: only a crash between the mail server's 250 and our commit sends again, the same
mail once more. Redis lost costs delay.

**How it is broken.** The real commands run against real servers on loopback: Dovecot, an SMTP server that keeps what
it accepts, PostgreSQL, Redis, and the demonstration's phone provider. Processes are killed with SIGKILL, at each
named place (`AIGUILLAGE_FAILPOINT`, [architecture.md](architecture.md#failpoints)) or at any moment. A proxy of our
own before each server cuts, delays and resets its connections. *Embedded* is `aiguillage run` on SQLite; *scaled* is
`connect`, `worker` and `web` on PostgreSQL and Redis.

**Who reads what.** Every input has a known id. A separate program (`python -m tests.roads.oracle`) reads the sources
(who wrote, which calls the provider had) and the sinks (what the SMTP server accepted, the cases as rows) and
compares them. *Lost* is an input without a case or a writer without a receipt, *second* a second case, or a receipt
under a second Message-ID; a *repeat* is the same Message-ID again. A mail that was under way at two crashes has no
known fate: it is held for a person (`aiguillage failed`), not sent a third time; such mails are counted apart in the
remarks, as a person does who asks whether it arrived and sends again what did not.

**How to read it.** Short forms of all of this run with every change. `settled` is the time from the end of the fault
until nothing waited; it was taken on a shared machine, whose load is given, and is the figure that suffers from
neighbours.
"""

TITLES = {
    "kill": "Processes killed",
    "imap": "IMAP",
    "smtp": "SMTP",
    "redis": "Redis",
    "postgresql": "PostgreSQL",
    "sqlite": "SQLite",
    "clock": "The clock",
    "soak": "For a long time",
}

COLUMNS = ("fault", "mode", "inputs", "goal", "reached", "remark")
SOAK = "\n![Memory, open handles, connections, rows that wait and the write-ahead log over time](images/soak.svg)\n"


def page(lines: Iterable[Line]) -> str:
    """The page; an area that was never tried is named as such."""
    latest = {(one["area"], one["fault"], one["mode"]): one for one in lines}
    parts = [HEAD]
    for area in AREAS:
        parts += _area(area, [one for one in latest.values() if one["area"] == area])
    return "\n".join(parts)


def _area(area: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f"## {TITLES[area]}\n"
    if not lines:
        yield "Not tried in full yet.\n"
        return
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    yield from (f"| {' | '.join(map(_cell, _row(one)))} |" for one in lines)
    if area == "soak":
        yield SOAK
    yield f"\n*{_taken(lines)}*\n"


def _row(one: Line) -> tuple[str, ...]:
    return one["fault"], one["mode"], _inputs(one), one["goal"], _reached(one), one["remark"]


def _inputs(one: Line) -> str:
    counted = {"mail": one["inputs"], "call": one["calls"]}
    return ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in counted.items() if count)


def _reached(one: Line) -> str:
    verdict = "met" if one["met"] else "**not met**"
    double = one["second_cases"] + one["second_receipts"]
    said = [f"{one['lost']} lost", f"{double} double", f"{one['repeats']} repeated"]
    if one["settled_seconds"] is not None:
        said.append(f"settled in {one['settled_seconds']:.3g} s")
    return f"{verdict}: {', '.join(said)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _taken(lines: Sequence[Line]) -> str:
    days = sorted({one["at"][:10] for one in lines})
    cores = {str(one["cores"]) for one in lines if "cores" in one}
    loads = [one["load"] for one in lines if "load" in one]
    where = f", {' or '.join(sorted(cores))} cores" if cores else ""
    load = f", load {min(loads):.0f} to {max(loads):.0f}" if loads else ""
    return f"{' to '.join(dict.fromkeys([days[0], days[-1]]))}{where}{load}."


def main() -> None:
    """Write the page."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    PAGE.write_text(page(map(json.loads, lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
