"""docs/architecture.md names every failpoint."""

import re
from pathlib import Path

from tests.docs.tables import rows

ROOT = Path(__file__).parents[2]


def named_in_code() -> set[str]:
    """Transactions, and the places between them, by name."""
    packages = ("app", "desk", "ingest", "notify", "store")
    sources = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    chosen = {name for pair in re.findall(r'name = "([^"]+)" if \w+ else "([^"]+)"', text) for name in pair}
    return chosen | set(re.findall(r'(?:\b(?:transaction|reach|_write)|store\.run)\("([^"]+)"', text))


def test_the_page_names_every_failpoint() -> None:
    documented = {name for row in rows("architecture.md", "name | where") for name in row["name"].split("`, `")}
    assert documented == named_in_code()
