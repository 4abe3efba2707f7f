"""Logs: one JSON object a line on stderr, UTC; never a subject, a body or an address."""

import logging
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog

from cases.masking import masked

if TYPE_CHECKING:
    from structlog.typing import Processor

TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
"""Without local variables: they hold mails."""


def configure(*, pretty: bool = False) -> None:
    """Set the process's logging up, once, at its start. `pretty` is for a terminal that a person watches."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if pretty else structlog.processors.JSONRenderer()
    )
    last: list[Processor] = [mask, on_one_line, renderer] if pretty else [mask, renderer]
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        TRACEBACKS if not pretty else structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    _listen_to_libraries(shared, last)


def _listen_to_libraries(shared: "list[Processor]", last: "list[Processor]") -> None:
    """What libraries log becomes lines like our own, masked: nothing that they quote begins a line of its own."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries])


def mask(_logger: Any, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """The net beneath the rule: what slips into a word, an error's text above all, is masked."""
    return {key: _masked(value) for key, value in event.items()}


def on_one_line(_logger: Any, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """For people: JSON escapes what would begin a line or move a terminal's cursor, and nothing else does. A traceback
    has lines of its own."""
    return {key: value if key == "exception" else _escaped(value) for key, value in event.items()}


def _escaped(value: Any) -> Any:
    if not isinstance(value, str) or value.isprintable():
        return value
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in value)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list | tuple) else value
