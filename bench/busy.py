"""What docs/performance.md says of busy days: old cases, other mail, several workers, a backlog, a peer."""

from collections.abc import Iterable, Mapping
from typing import Any

from bench.goals import cpu, rate
from bench.tables import cpu_ms, ms, step, table

Figures = Mapping[str, Any]


def _past(figures: Figures) -> Iterable[str]:
    yield "## Beside old cases\n"
    yield "![CPU of a mail beside old cases](images/bench-past.svg)\n"
    rows = [
        [name, f"{int(level):,}", cpu_ms(one), step(one, "decide and write"), f"{_ratio(one, levels):.2f}"]
        for name, levels in figures.items()
        for level, one in levels.items()
    ]
    yield table(["", "cases before", "CPU ms a mail", "of which decide and write", "times none"], rows)
    yield ""


def _ratio(one: Figures, levels: Figures) -> float:
    return cpu(one) / cpu(levels["0"])


def _mixes(figures: Figures) -> Iterable[str]:
    yield "## Other mail than ordinary\n"
    yield (
        "On SQLite. A hostile mail is one of those that the tests attack a reader with: a hundred thousand parts, "
        "bombs in encodings, a megabyte of subject.\n"
    )
    rows = [
        [name, ms(one["cpu"], one), step(one, "parse"), step(one, "tag"), f"{one['peak_mb']:.0f}"]
        for name, one in figures.items()
    ]
    yield table(["", "CPU ms a mail", "of which parse", "of which tag", "peak MB"], rows)
    yield ""


def _workers(figures: Figures) -> Iterable[str]:
    yield "## Several workers\n"
    yield "![A backlog drained by workers](images/bench-workers.svg)\n"
    yield (
        "Mails that wait in the database, worked and answered by the service's own processes: `aiguillage run` on "
        "SQLite, and so many `aiguillage worker` on PostgreSQL and Redis. CPU with that of the database server, the "
        "sending included.\n"
    )
    one_worker = figures["1 workers"]
    rows = [
        [
            name.replace("1 workers", "1 worker"),
            f"{rate(one):.0f}",
            cpu_ms(one),
            f"{one['peak_mb']:.0f}",
            "" if name == "embedded" else f"{rate(one) / rate(one_worker):.2f}",
        ]
        for name, one in figures.items()
    ]
    yield table(["", "mails/s, answered", "CPU ms a mail", "peak MB of one", "times one worker"], rows)
    yield ""


def _backlog(figures: Figures) -> Iterable[str]:
    yield "## A backlog, while people call\n"
    peaks = ", ".join(f"{name.split()[0]} {mb:.0f}" for name, mb in figures["peak_mb"].items())
    yield (
        f"{figures['mails']:,} mails in a mailbox, taken in by `connect` and answered by two workers, with twenty "
        f"callers on `web`, in one run, all on one machine with PostgreSQL, Redis, Dovecot and the mail sink: all were "
        f"cases after {figures['cased']:.0f} s and answered after {figures['sent']:.0f} s, {cpu_ms(figures)} ms of CPU "
        f"a mail, calls and database included. Webhooks meanwhile: {figures['webhooks']}, median "
        f"{figures['p50']:.0f} ms, 99 % {figures['p99']:.0f} ms, {figures['failed']} failed. Peak memory in "
        f"MB: {peaks}.\n"
    )


def _peer(figures: Figures) -> Iterable[str]:
    yield f"## django-helpdesk {figures['version']} beside\n"
    yield (
        "The same mails on PostgreSQL, from the mailbox to the sent answer, interleaved; what starting and an empty "
        "mailbox cost is left out. It tags nothing; ours does.\n"
    )
    rows = [[name, cpu_ms(one), ms(one["server_cpu"], one)] for name, one in figures.items() if name != "version"]
    yield table(["", "CPU ms a mail", "of which database"], rows)
    yield ""


PARTS = {"past": _past, "peer": _peer, "mixes": _mixes, "workers": _workers, "backlog": _backlog}
