"""A process of its own for a message that might hang or swell: it is killed, and nothing else notices.

A fresh interpreter rather than a fork, because the parent has threads; it is given no environment (so no secrets), the
message on stdin, and limits its own memory and processor time before it reads.
"""

import sys
from pathlib import Path

import ingest

WALL_SECONDS = 4.5
"""Start and end of the child included, so that a caller has its answer within five seconds."""

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 5
OUT_OF_MEMORY = 3

_IMPORT_ROOT = str(Path(ingest.__file__).resolve().parents[1])
_ENVIRONMENT = {"PYTHONPATH": _IMPORT_ROOT, "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class IsolationError(Exception):
    """The child gave no answer; the text is the reason in one snake_case word."""


def run_isolated(raw: bytes, *arguments: str, module: str = "ingest.email.isolated") -> bytes:
    """What `python -m MODULE ARGUMENTS` answers about `raw`.

    Raises IsolationError: `timeout`, `out_of_memory` or `parser_failed`.
    """
    import subprocess  # only few mails need it, and every `aiguillage parse` would pay for it

    command = [sys.executable, "-m", module, *arguments]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=raw, capture_output=True, timeout=WALL_SECONDS, env=_ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired:
        raise IsolationError("timeout") from None
    except OSError:
        raise IsolationError("no_process") from None
    if child.returncode:
        raise IsolationError("out_of_memory" if child.returncode == OUT_OF_MEMORY else "parser_failed")
    return child.stdout
