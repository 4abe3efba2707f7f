"""docs/routing.md is true: its tables are the code's, and its example comes out as it says."""

import json
import tomllib
from datetime import date

import pytest
from pydantic import TypeAdapter

from cases.deadlines import deadline
from cases.priority import LEVELS, MATRIX, Reason
from cases.routing import ATTRIBUTES, Queue, Routing, Why, climbs_to, decide
from cases.routing_faults import faults
from tests.docs.tables import DOCS, Row, rows

PAGE = "routing.md"
TUESDAY = date(2026, 3, 3)


def routing() -> Routing:
    block = (DOCS / PAGE).read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    return TypeAdapter(Routing).validate_json(json.dumps(tomllib.loads(block)["routing"]))


EXAMPLE = routing()


def test_the_matrix_is_the_default() -> None:
    listed = [tuple(row.values()) for row in rows(PAGE, "impact")]
    assert listed == [(str(impact), *MATRIX[impact - 1]) for impact in LEVELS]


def test_every_reason_attribute_and_why_is_explained() -> None:
    assert [row["reason"] for row in rows(PAGE, "reason")] == list(Reason)
    assert [row["attribute"] for row in rows(PAGE, "attribute")] == list(ATTRIBUTES)
    assert [row["why"] for row in rows(PAGE, "why")] == list(Why)


@pytest.mark.parametrize("row", rows(PAGE, "text"), ids=lambda row: row["text"])
def test_deadlines_are_read_as_the_page_says(row: Row) -> None:
    found = deadline(row["text"], TUESDAY)
    assert (found.isoformat() if found else "") == row["deadline"]


def test_queues_climb_as_the_page_says() -> None:
    assert {row["queue"]: row["an overdue case climbs to"] for row in rows(PAGE, "queue")} == {
        queue: climbs_to(queue, Routing()) for queue in Queue
    }


@pytest.mark.parametrize("row", rows(PAGE, "tool | category"), ids=lambda row: " ".join(row.values()))
def test_the_example_goes_where_the_page_says(row: Row) -> None:
    decision = decide({name: row[name] for name in ("tool", "category", "priority", "lang", "scope")}, EXAMPLE)
    assert (decision.queue, decision.why, decision.rule) == (row["queue"], row["why"], row["rule"])


def test_the_example_has_no_fault() -> None:
    assert list(faults(EXAMPLE, {})) == []
