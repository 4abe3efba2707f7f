"""The service's own probes: a marked mail or call that walks the real path, and is nobody's request.

Their cases are hidden and closed from their first moment, which keeps them out of inbox, priorities, similar cases and
waves; their messages have a disposition of their own (`Disposition.PROBE`), their calls a mark in the first answer.
Whoever counts asks here.
"""

from collections.abc import Collection, Mapping
from typing import Any

FLAG = "probe"
"""Among the flags of a probe's case, and in what was answered to a probe's call when it began."""


def is_probe(flags: Collection[str]) -> bool:
    """Whether a case with these flags is a probe's."""
    return FLAG in flags


def is_probe_call(answer: Mapping[str, Any] | None) -> bool:
    """Whether the call that was answered so when it came in (`call_event.answer` of kind `started`) is a probe's."""
    return bool(answer and answer.get(FLAG))
