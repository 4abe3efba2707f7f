"""Raw mails to read and to mutate: our own, and those of CPython's test suite where the interpreter ships them."""

import sysconfig
from pathlib import Path

OWN = Path(__file__).parents[2] / "data" / "mails"
CPYTHON = Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data"


def own_mails() -> list[Path]:
    """The project's sample mails."""
    return sorted(OWN.rglob("*.eml"))


def cpython_mails() -> list[Path]:
    """CPython's test mails; an empty list where the interpreter came without its tests (Debian's does)."""
    return sorted(CPYTHON.glob("*.txt"))
