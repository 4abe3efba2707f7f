"""The metrics of one machine: free disk, and until when the secrets work whose last day was noted."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from shutil import disk_usage

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from app.settings import Settings
from app.watching.expiry import expiries
from app.watching.figures import gauge


class Local(Collector):
    """The metrics of one machine."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        free = gauge("disk_free_bytes", "Free bytes where the database, or the program's folder, is.")
        free.add_metric([], disk_usage(_existing(self._settings.folder or Path.cwd())).free)
        left = gauge("secret_expires_seconds", "Until when a secret works, by AIGUILLAGE_SECRETS_EXPIRE.", "name")
        for name, moment in expiries(self._settings).items():
            left.add_metric([name], (moment - self._clock()).total_seconds())
        yield from (free, left)


def _existing(folder: Path) -> Path:
    """That folder, or the nearest one above it that is there: on its disk the folder will be made."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())
