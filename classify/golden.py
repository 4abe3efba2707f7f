"""The locked golden set: labelled messages that nothing is fitted or tuned on, in any training."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from cases.errors import PermanentError
from classify.dataset import Labelled, digest, load

GOLDEN = 12
"""One message in so many."""
DATA = Path(str(files("classify").joinpath("data")))
DIGEST = "e11f86e41d72e0da97e393a4964e0f90f715b50504f5a2c166815ae76f095198"
"""Of the messages with their labels, as they were when the set was locked."""


def golden(row: Labelled) -> bool:
    """Whether the message belongs to the set; its text alone decides."""
    return int(digest([replace(row, motif="", tool="", scope="", weight=1.0)])[:8], 16) % GOLDEN == 0


def golden_set() -> list[Labelled]:
    """The set that ships. Raises PermanentError where a message or a label of it is not what was locked."""
    rows = [row for row in load(sorted(DATA.glob("messages_*.jsonl"))) if golden(row)]
    if digest(rows) != DIGEST:
        raise PermanentError("the golden set is not the one that was locked: put classify/data back")
    return rows
