"""Logs: one JSON object a line on stderr, UTC; never a subject, a body or an address."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from cases.masking import masked

TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without local variables: they hold mails."""


def configure(*, pretty: bool = False) -> None:
    """Set the process's logging up, once, at its start. `pretty` is for a terminal that a person watches."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if pretty else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            TRACEBACKS if not pretty else structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(Masked("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries])


class Masked(logging.Formatter):
    """What libraries log, masked like our own: the line and its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def mask(_logger: Any, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """The net beneath the rule: what slips into a word, an error's text above all, is masked."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list | tuple) else value
