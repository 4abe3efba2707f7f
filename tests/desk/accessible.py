"""axe-core over a page in a real browser: no violation of WCAG 2.2 AA in the state that it is in."""

from functools import cache
from importlib.resources import files
from typing import Any

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults(page: Any) -> list[str]:
    """What is wrong with a page in the state that it is in, one line each: what axe finds, and scrolling sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    sideways = [f"{wide} px too wide"] if wide else []
    return [f"{page.url}: {one}" for one in (*violations(page), *sideways)]


def violations(page: Any) -> list[str]:
    """What axe finds, one line for each element: the rule, where, and what it says."""
    page.evaluate(_axe())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['target']} {' '.join(node['failureSummary'].split())}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def assert_accessible(page: Any) -> None:
    found = faults(page)
    assert not found, "\n".join(found)
