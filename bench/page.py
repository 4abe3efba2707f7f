"""Writes docs/performance.md out of the latest figures."""

from collections.abc import Iterable, Mapping
from typing import Any

from bench import busy, goals, seen
from bench.tables import ms, step, table

Figures = Mapping[str, Any]

HEAD = """\
# Performance

Written by `make bench` ({commands}); nothing here is typed by hand. Every run is kept in `bench/results.jsonl`.

**How it is taken.** Variants are interleaved in one run, each in a fresh process; medians over the rounds. CPU time is
the figure to read: on a shared machine wall time moves with the neighbours, and fsync between 0.1 and 4 ms within
minutes. The CPU of Dovecot and of the SMTP sink is not counted. Real servers on loopback: Debian's Dovecot, postfix's
`smtp-sink`, PostgreSQL with fsync on. The mails are ordinary ones (`bench/corpus.py`): the labelled messages of this
repository at 1 to 8 kB of text, 3 in 10 with HTML, 3 in 20 with an attachment of 100 to 250 kB, 1 in 10 an answer to
an earlier one. The model is loaded before the clock starts. *Floor* is `bench/floor.py`: imaplib, fast-mail-parser
and sqlite3 doing what must be done and nothing else, without screening, matching by token, policy, or anything safe
on hostile mail.
"""

STEPS = ("imap", "receive", "parse", "tag", "decide and write", "deliver")


def page(latest: Mapping[str, Figures]) -> str:
    """The page; a measure that was never taken is left out."""
    parts = [HEAD.format(commands="`python -m bench NAME` takes one measure"), *_goals(latest)]
    for name, write in PARTS.items():
        if name in latest:
            taken = latest[name]
            parts += [*write(taken["figures"]), _source(taken)]
    return "\n".join(parts)


def _goals(latest: Mapping[str, Figures]) -> Iterable[str]:
    yield "## Goals\n"
    yield table(["", "goal", "reached", ""], goals.rows(latest))
    yield ""


def _source(taken: Figures) -> str:
    cores, load = taken["cores"], taken["load_before"]
    rounds = f"{taken['rounds']} rounds, load {load} before"
    return f"*{taken['at'].partition('+')[0]} UTC, Python {taken['python']}, {cores} cores, {rounds}.*\n"


def _road(figures: Figures) -> Iterable[str]:
    yield "## From the mailbox to the committed case with its receipt queued\n"
    yield table(
        ["", "CPU ms a mail", "mails/s, wall", "peak MB", "times the floor with tags"],
        [_road_row(name, one, figures["floor with tags"]) for name, one in figures.items()],
    )
    yield "\nBy step, CPU ms a mail; *deliver* (composing and sending receipt and notice) is not in the sums above:\n"
    stepped = {name: one for name, one in figures.items() if "steps" in one}
    yield table(["", *STEPS], [[name, *(step(one, each) for each in STEPS)] for name, one in stepped.items()])
    yield _bill(figures["service"])


def _road_row(name: str, one: Figures, floor: Figures) -> list[str]:
    cpu, least = (each["cpu"] + each.get("server_cpu", 0) for each in (one, floor))
    server = f" (of which server {ms(one['server_cpu'], one)})" if one.get("server_cpu") else ""
    ratio = "" if name == "service, live" else f"{cpu / least:.2f}"
    return [name, ms(cpu, one) + server, f"{one['mails'] / one['wall']:.0f}", f"{one['peak_mb']:.0f}", ratio]


def _bill(service: Figures) -> str:
    batches = service["mails"] / 50
    commands, statements = service["imap_commands"] / batches, service["receive_statements"] / batches
    return f"""
*service* is one thread, step after step; *service, live* is the running service with its threads, the sending of
{service["sent"]:.0f} mails included in its CPU. A batch of 50 took {commands:.1f} IMAP commands (login included),
{statements:.1f} SQL statements to receive, and at most {service["batch_statements"]:.0f} to claim and work, answers and
automatic mail among them; a test holds the budget for new mails.
"""


def _alone(figures: Figures) -> Iterable[str]:
    yield "## One mail alone\n"
    yield (
        f"From its arrival in an idle mailbox (APPEND, IDLE) to the receipt accepted by the SMTP server: median "
        f"{figures['median'] * 1000:.0f} ms, worst of {figures['mails']} {figures['worst'] * 1000:.0f} ms.\n"
    )


def _memory(figures: Figures) -> Iterable[str]:
    yield "## Memory of intake, model loaded\n"
    yield f"Peak after 500 mails {figures['500']:.0f} MB, after 5,000 mails {figures['5000']:.0f} MB.\n"


def _start(figures: Figures) -> Iterable[str]:
    yield "## Starting\n"
    rows = [
        [name, f"{one['cpu']:.2f}", f"{one['peak_mb']:.0f}" if "peak_mb" in one else ""]
        for name, one in figures.items()
    ]
    yield table(["", "CPU s", "peak MB"], rows)
    yield ""


def _voice(figures: Figures) -> Iterable[str]:
    yield "## A caller's wait for an answer\n"
    yield (
        "Twenty callers at once, each pressing a key every two seconds on time whatever the answers take; milliseconds "
        "from the webhook's request to the whole TwiML, against the running service. *Failed* were refused or got the "
        "static apology.\n"
    )
    shares = ("p50", "p95", "p99", "worst")
    rows = [
        [name, f"{one['webhooks']:.0f}", *(f"{one[share]:.0f}" for share in shares), f"{one['failed']:.0f}"]
        for name, one in figures.items()
    ]
    yield table(["", "webhooks", *shares, "failed"], rows)
    yield ""


_SWEEPS = {
    "none": "none is due",
    "some": "those due at one moment",
    "marked": "all marked after a change of the profile",
    "all": "all worked after it",
}


def _clocks(figures: Figures) -> Iterable[str]:
    yield "## The clocks of open cases\n"
    count = figures["SQLite"]["all"]["cases"]
    yield (
        f"The sweep over {count:,} open cases with two lines of timeline or three, in one thread; one run on each "
        "database. *Said* are warnings, overdue targets and silences: each is a line, a mail, and for an overdue one a "
        "higher queue. The bounds on automatic mail are lifted.\n"
    )
    rows = [
        [f"{what}, {name}", *_sweep(one[which])] for which, what in _SWEEPS.items() for name, one in figures.items()
    ]
    yield table(["", "cases worked", "said", "wall s", "CPU s", "of which server", "cases/s of CPU"], rows)
    yield ""


def _sweep(one: Figures) -> list[str]:
    cpu = one["cpu"] + one["server_cpu"]
    rate = f"{one['cases'] / cpu:,.0f}" if one["cases"] else ""
    return [
        *(f"{one[name]:,}" for name in ("cases", "said")),
        *(f"{seconds:.3f}" for seconds in (one["wall"], cpu, one["server_cpu"])),
        rate,
    ]


def _review(figures: Figures) -> Iterable[str]:
    yield "## The monthly review\n"
    cases = figures["SQLite"]["cases"]
    yield (
        f"A month of {cases:,.0f} cases with their timelines, a quarter of them calls, after three months before it: "
        "seconds of CPU, the server's included, of counting it out of events, and of each form; the goal is 5 s for "
        "counting it. *A day* is what the sweep takes to count and keep one of them.\n"
    )
    steps = ("counting", "html", "excel", "pdf", "a day")
    rows = [
        [name, f"{one['statements']:.0f}", *(f"{one[step]:.2f}" for step in steps)] for name, one in figures.items()
    ]
    yield table(["", "statements", *steps], rows)
    yield ""


PARTS = {
    "road": _road,
    "alone": _alone,
    "voice": _voice,
    **busy.PARTS,
    "clocks": _clocks,
    "review": _review,
    **seen.PARTS,
    "memory": _memory,
    "start": _start,
}
