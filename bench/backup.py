"""How long a backup and its restore take: `python -m bench.backup CASES BYTES`, each case with one mail of BYTES.

A fifth of the bytes are text that packs well, the rest is as attachments are in mails: random, in base 64.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.backup.making import make
from app.backup.reading import opened
from app.backup.restoring import restore
from app.settings import Settings
from bench import past
from bench.steps import peak_mb
from store.engine import open_engine

_TEXT = "Bonjour, je ne parviens pas a ouvrir mon dossier. "
_FILLED = """UPDATE blob SET size = :size, body = CAST(substr(replace(hex(zeroblob(:plain)), '00', :text), 1, :plain)
 || hex(randomblob(:random)) AS BLOB)"""


def main() -> None:
    """Print what was taken, as JSON."""
    cases, size = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        json.dump(measured(Path(folder), cases, size), sys.stdout)


def measured(folder: Path, cases: int, size: int) -> dict[str, Any]:
    """Seconds, of the clock and of the processor, and bytes."""
    database = folder / "data" / "aiguillage.db"
    database.parent.mkdir()
    past.make(f"sqlite:///{database}", cases)
    _fill(database, size)
    source = Settings(database_url=f"sqlite:///{database}")
    target = Settings(database_url=f"sqlite:///{folder}/again/aiguillage.db")
    (path, _), backup = _timed(lambda: make(source, folder, _quiet))
    with opened(path) as found:
        _, restored = _timed(lambda: restore(found, target, _quiet, dry_run=False))
    sizes = {"database_mb": database.stat().st_size / 1e6, "backup_mb": path.stat().st_size / 1e6}
    return {"cases": cases, **sizes, "backup": backup, "restore": restored, "peak_mb": peak_mb()}


def _fill(database: Path, size: int) -> None:
    """Half of a random byte is a digit of its hexadecimal form: it packs to a half, somewhat better than base 64."""
    engine = open_engine(f"sqlite:///{database}")
    given = {"size": size, "plain": size // 5, "random": size * 2 // 5, "text": _TEXT}
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(_FILLED), given)
    engine.dispose()


def _timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    begun, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, {"seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu}


def _quiet(*_: object) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    main()
