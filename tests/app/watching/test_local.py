"""The metrics of the machine are there before anything else is: in a clean checkout no folder is made yet."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.settings import Settings
from app.watching.local import Local


@pytest.mark.parametrize("folder", ["", "not/made/yet"])
def test_the_disk_is_told_before_the_folder_is_made(tmp_path: Path, folder: str) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / folder}/one.db")
    free, *_ = Local(settings, lambda: datetime.now(UTC)).collect()
    assert free.samples[0].value > 0
