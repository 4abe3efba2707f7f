"""The free-disk floor: what does not fit stays with whoever has it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from cases.errors import TransientError

LEAST_FREE = 500_000_000


class DiskFullError(TransientError):
    """Too little room to take anything in."""


@dataclass(frozen=True, slots=True)
class DiskFloor:
    """`folder` is the database's; under `least_free` bytes nothing more is taken in (Exim's check_spool_space)."""

    folder: Path
    least_free: int = LEAST_FREE

    def check(self) -> None:
        """Raises DiskFullError."""
        free = shutil.disk_usage(self.folder).free
        if free < self.least_free:
            raise DiskFullError(
                f"{free // 1_000_000} MB free, {self.least_free // 1_000_000} MB needed: mail stays outside"
            )
