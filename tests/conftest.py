"""Fixtures for the whole tree, and what happens to tests whose server is not installed."""

import os
from collections.abc import Iterable

import pytest
import structlog

from tests.servers.installed import missing

pytest_plugins = [f"tests.servers.{name}" for name in ("postgres", "databases", "smtp", "imap", "proxy")]

LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_configure() -> None:
    """Plain logs: structlog's default draws tracebacks with every local variable, for seconds."""
    plain = [structlog.processors.add_log_level, structlog.processors.format_exc_info]
    structlog.configure(processors=[*plain, structlog.processors.KeyValueRenderer(key_order=["event"])])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a server that is not here; under CI nothing is left out, it fails instead."""
    if os.environ.get("CI"):
        return
    left_out: dict[str, int] = {}
    lacking = [(item, sorted(filter(missing, _servers(item)))) for item in items]
    for _, servers in lacking:
        for server in servers:
            left_out[server] = left_out.get(server, 0) + 1
    config.stash[LEFT_OUT] = left_out
    config.hook.pytest_deselected(items=[item for item, servers in lacking if servers])
    items[:] = [item for item, servers in lacking if not servers]


def pytest_runtest_setup(item: pytest.Item) -> None:
    for server in filter(missing, _servers(item)):
        pytest.fail(f"{server} is not installed: run `make test-deps`", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line that says what was left out."""
    left_out = config.stash.get(LEFT_OUT, {})
    if left_out:
        counted = ", ".join(f"{server} ({count} tests)" for server, count in sorted(left_out.items()))
        terminalreporter.write_line(f"left out, not installed: {counted}; `make test-deps` installs them")


def _servers(item: pytest.Item) -> Iterable[str]:
    return {name for mark in item.iter_markers("servers") for name in mark.args}
