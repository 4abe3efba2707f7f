"""The table of docs/security.md that says for each protection whether its test fails without it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tests.security.protections import ROOT, Protection

PAGE = ROOT / "docs/security.md"
BEGIN, END = "<!-- mutations -->", "<!-- /mutations -->"


def write_results(found: Mapping[Protection, bool]) -> None:
    """Put the results between the two marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(found)}{END}{after}", encoding="utf-8")


def table(found: Mapping[Protection, bool]) -> str:
    """The results as a table, in the order of the chapters."""
    shown = sum(found.values())
    said = f"{len(found)} protections were taken out one by one: {shown} tests failed, as they should"
    lines = [
        f"On {datetime.now(UTC):%Y-%m-%d} {said}, {len(found) - shown} did not.",
        "",
        "| chapter | threat | what stops it | where | the test that shows it | without it |",
        "|---|---|---|---|---|---|",
        *(row(one, "fails" if is_shown else "**does not notice**") for one, is_shown in found.items()),
    ]
    return "\n".join(lines) + "\n"


def row(one: Protection, result: str) -> str:
    """One line of it."""
    return f"| {one.chapter} | {one.threat} | {one.stops} | `{one.file}` | `{one.test}` | {result} |"
