"""Fixtures for the whole tree, and what happens to tests whose server is not installed."""

import gc
import os
from collections.abc import Iterable, Iterator

import hypothesis
import pytest
import structlog

from tests.servers.installed import missing

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: threads of small products wait for each other

pytest_plugins = [
    *(f"tests.servers.{name}" for name in ("postgres", "redis", "databases", "smtp", "imap", "proxy", "browser")),
    "tests.torture.figures",
]

SERVERS = ("dovecot", "postgres", "redis", "smtp-sink", "chromium", "promtool")


def pytest_configure() -> None:
    """No example of a property has a time limit of its own: what is slow on a busy machine is not false."""
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    _plain_logs()


@pytest.fixture(autouse=True)
def logs_are_plain_again() -> Iterator[None]:
    """A command that runs within the process sets logging up for itself, on a stream that ends with its test."""
    yield
    _plain_logs()


def _plain_logs() -> None:
    """Structlog's default draws tracebacks with every local variable, for seconds."""
    structlog.reset_defaults()
    plain = [structlog.processors.add_log_level, structlog.processors.format_exc_info]
    structlog.configure(processors=[*plain, structlog.processors.KeyValueRenderer(key_order=["event"])])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what is slow, so that nobody waits for it alone; leave out what needs a server that is not here.

    Under CI nothing is left out, it fails instead.
    """
    items.sort(key=_haste)
    left_out = [item for item in items if any(map(missing, _servers(item)))]
    if left_out and not os.environ.get("CI"):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for server in filter(missing, _servers(item)):
        pytest.fail(f"{server} is not installed: run `make test-deps`", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says what was left out. (With xdist no single process knows how many tests.)"""
    lacking = ", ".join(filter(missing, SERVERS))
    if lacking and not os.environ.get("CI"):
        terminalreporter.write_line(f"left out: tests that need {lacking}; `make test-deps` installs them")


def _haste(item: pytest.Item) -> float:
    """The longest first: what says how long it may take, then what is slow, then all the rest as it stands."""
    own_limit = item.get_closest_marker("timeout")
    usual = float(item.config.getini("timeout"))
    if own_limit and own_limit.args[0] > usual:
        return -float(own_limit.args[0])
    return -float(bool(item.get_closest_marker("slow")))


def _servers(item: pytest.Item) -> Iterable[str]:
    return {name for mark in item.iter_markers("servers") for name in mark.args}
