"""What a browser is sent beside the pages stays small."""

from desk.pages import STATIC

BUDGET = 60_000
DEMONSTRATION = {"telephone.css", "telephone.js"}


def test_style_and_script_are_within_their_budget_before_compression() -> None:
    sizes = {one.name: one.stat().st_size for one in STATIC.iterdir() if one.suffix in (".css", ".js")}
    assert sizes.keys() >= DEMONSTRATION
    assert sum(size for name, size in sizes.items() if name not in DEMONSTRATION) < BUDGET
