"""What watches one process, joined: started with it, and stopped before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app.watching.expiry import expiring
from app.watching.life import Alive, Heartbeat
from app.worker import Threads

if TYPE_CHECKING:
    from app.watching.server import Metrics
    from app.wiring import House

log = structlog.get_logger()


@contextmanager
def watched(house: "House", alive: Callable[[], bool], *, figures: bool = False) -> Iterator[None]:
    """Watch this process for the length of the block. `alive` says whether all of it lives; one that tells `figures`
    says what the database knows, so that several processes do not say it twice. Raises ConfigurationError.
    """
    for name, days in expiring(house.settings, house.clock()).items():
        log.warning("secret_expires", name=name, days=days)
    metrics = _metrics(house, figures=figures)
    threads = Threads([part.run for part in _parts(house, alive)])
    if metrics:
        metrics.start()
    threads.start()
    try:
        yield
    finally:
        threads.stop()
        if metrics:
            metrics.stop()


def _metrics(house: "House", *, figures: bool) -> "Metrics | None":
    """Loaded only where it is wanted: every process pays for what it imports."""
    settings = house.settings
    if not settings.metrics_bind:
        return None
    from app.watching.figures import Figures
    from app.watching.local import Local
    from app.watching.server import Metrics

    collectors = [Figures(house.store, house.profile, house.clock)] if figures else []
    return Metrics(settings.metrics_bind, settings.metrics_token, [Local(settings, house.clock), *collectors])


def _parts(house: "House", alive: Callable[[], bool]) -> Iterator[Alive | Heartbeat]:
    settings = house.settings
    if settings.alive_path:
        yield Alive(Path(settings.alive_path), alive)
    if settings.heartbeat_url and house.pollers:
        yield Heartbeat(settings.heartbeat_url, list(house.pollers), house.store, house.clock)
