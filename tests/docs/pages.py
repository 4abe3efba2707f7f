"""The documents that a reader sees, and what stands in their fences."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"), *ROOT.glob("bench/**/*.md")}
)
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)


def names(page: Path) -> str:
    """How a test calls a page."""
    return str(page.relative_to(ROOT))


def fenced(page: Path, *languages: str) -> Iterator[str]:
    """What stands in the page's fences of these languages ('' for a fence that names none)."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return (body for language, body in found if language in languages)


def prose(page: Path) -> str:
    """The page without its fences."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def languages(page: Path) -> set[str]:
    """Those that the page's fences name."""
    return {language for language, _ in _FENCE.findall(page.read_text(encoding="utf-8"))}
