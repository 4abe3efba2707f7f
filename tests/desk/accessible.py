"""axe-core over a page in a real browser: no violation of WCAG 2.2 AA in the state that it is in."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules to which a page can be right in light colours and wrong in dark ones."""
OPTIONS = {
    "iframes": False,  # a citizen's mail runs no script, axe's neither: each frame would be waited for
    "resultTypes": ["violations"],
}


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults(page: Any, rules: Sequence[str] = RULES) -> list[str]:
    """What is wrong with a page in the state that it is in, one line each: what axe finds, and scrolling sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    sideways = [f"{wide} px too wide"] if wide else []
    return [f"{page.url}: {one}" for one in (*violations(page, rules), *sideways)]


def violations(page: Any, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds, one line for each element: the rule, where, and what it says."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe())
    found = page.evaluate("options => axe.run(document, options)", {"runOnly": list(rules), **OPTIONS})
    return [
        f"{one['id']}: {node['target']} {' '.join(node['failureSummary'].split())}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def assert_accessible(page: Any) -> None:
    found = faults(page)
    assert not found, "\n".join(found)


PAIRS = [
    (1440, "light", RULES),
    (1440, "dark", OF_COLOURS),
    (320, "dark", RULES),
    (320, "light", OF_COLOURS),
]
"""A page is loaded once and seen in all of them; in other colours only what depends on them is looked at again."""


def everywhere(page: Any) -> list[str]:
    """What is wrong with a page in the state that it is in, in every width and colours."""
    wrong: list[str] = []
    for width, scheme, rules in PAIRS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [f"{width} px, {scheme}: {one}" for one in faults(page, rules)]
    return wrong


def assert_accessible_everywhere(page: Any) -> None:
    found = everywhere(page)
    assert not found, "\n".join(found)
