"""The running service, threads and all. `python -m bench.live DATABASE_URL IMAP_URL SMTP_URL [COUNT]`.

With COUNT it stops once that many messages are worked and everything is sent, and prints what that took. Without, it
says `ready` and runs until its standard input is closed.
"""

import json
import sys
import time

import structlog
from sqlalchemy import Select, func, select

from app.wiring import House
from app.worker import Running
from bench.house import bench_house
from bench.steps import peak_mb
from store.tables import inbound, outbound

GLANCE = 0.02
PATIENCE = 600.0


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    house = bench_house(*sys.argv[1:4])
    house.classify([])
    running = Running(house, list(house.pollers.values()))
    began, cpu = time.perf_counter(), time.process_time()
    running.start()
    if len(sys.argv) > 4:
        report = _drained(house, int(sys.argv[4]), began)
        json.dump({**report, "cpu": time.process_time() - cpu, "peak_mb": peak_mb()}, sys.stdout)
    else:
        print("ready", flush=True)
        sys.stdin.read()
    running.stop()


def _drained(house: House, count: int, began: float) -> dict[str, float]:
    """Seconds until all cases were committed, and until all their mails were sent."""
    worked = select(func.count()).where(inbound.c.state == "done")
    _wait(house, worked, count)
    cased = time.perf_counter() - began
    with house.store.reading() as tx:
        queued = tx.connection.execute(select(func.count()).select_from(outbound)).scalar_one()
    _wait(house, select(func.count()).where(outbound.c.state == "done"), queued)
    return {"mails": count, "wall": cased, "wall_sent": time.perf_counter() - began, "sent": queued}


def _wait(house: House, counted: Select[tuple[int]], count: int) -> None:
    """Wait until that many are counted. Raises TimeoutError: a lost mail must not pass for a slow service."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with house.store.reading() as tx:
            if tx.connection.execute(counted).scalar_one() >= count:
                return
        time.sleep(GLANCE)
    raise TimeoutError(f"fewer than {count} after {PATIENCE:.0f} s: {counted}")


if __name__ == "__main__":
    main()
