"""What is automatic and what a person wrote: real-looking mails, in both directions."""

from pathlib import Path

import pytest

from ingest.email.parse import parse
from ingest.email.screen import kind_of

MAILS = Path(__file__).parents[2] / "data" / "mails" / "screen"


def labelled(name: str) -> list[object]:
    """Mails of a file, each below a line `##### kind rule name`; the rule is `-` where none fires."""
    cases: list[object] = []
    for record in (MAILS / name).read_text("utf-8").split("##### ")[1:]:
        label, _, raw = record.partition("\n")
        kind, rule, title = label.split()
        cases.append(pytest.param(raw.encode(), kind, rule.strip("-"), id=title))
    return cases


@pytest.mark.parametrize(("raw", "kind", "rule"), labelled("automatic.txt"))
def test_a_machine_is_recognised_and_the_rule_is_named(raw: bytes, kind: str, rule: str) -> None:
    assert kind_of(parse(raw)) == (kind, rule)


@pytest.mark.parametrize(("raw", "kind", "rule"), labelled("personal.txt"))
def test_a_person_is_never_taken_for_a_machine(raw: bytes, kind: str, rule: str) -> None:
    assert kind_of(parse(raw)) == (kind, rule)


def test_the_sets_are_large_enough_to_mean_something() -> None:
    assert len(labelled("automatic.txt")) >= 50
    assert len(labelled("personal.txt")) >= 60
