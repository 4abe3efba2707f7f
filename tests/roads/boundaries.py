"""The durable boundaries of a road, as its source names them."""

import re

from tests.roads.house import ROOT


def boundaries(*folders: str) -> list[str]:
    """Every failpoint below these folders: both sides of each commit, and the named places between."""
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    names = set(re.findall(r'(?:store\.(?:transaction|run)|\b_write)\("([^"]+)"', text))
    names |= {name for pair in re.findall(r'name = "([^"]+)" if \w+ else "([^"]+)"', text) for name in pair}
    places = set(re.findall(r'\breach\("([^"]+)"\)', text))
    return sorted(places | {f"{name}.{side}" for name in names for side in ("before", "after")})
