"""Banners of running incidents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from store.tx import Store

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def start(store: Store, text: str, begin: timedelta, end: timedelta | None = None, **more: Any) -> None:
    hours = {"starts_at": NOW + begin, "ends_at": None if end is None else NOW + end, "made_at": NOW, "made_by": "x"}
    with store.transaction("test.start") as tx:
        tx.banners.start({"line": "", "texts": {"fr": text}} | hours | more)


def test_those_that_run_are_told_with_their_tools_newest_first(store: Store) -> None:
    start(store, "over", -2 * HOUR, timedelta())
    start(store, "to come", HOUR)
    start(store, "of a line", -HOUR, line="1718")
    start(store, "of a tool", timedelta(), HOUR, tools=["notice"])
    with store.reading() as tx:
        told = [(row.line, row.texts, row.tools) for row in tx.banners.running(NOW)]
    assert told == [("", {"fr": "of a tool"}, ["notice"]), ("1718", {"fr": "of a line"}, None)]
