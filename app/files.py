"""Reading the files of a profile folder into types; whatever is wrong is a fault with its key and its mend."""

import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from cases.errors import ConfigurationError

Fault = tuple[str, str, str]
"""The key, what is wrong, how to mend it."""

T = TypeVar("T")


def read_toml(path: Path) -> dict[str, Any]:
    """Raises ConfigurationError."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([(str(path), str(error), "mend the TOML at that place")]) from error


def read_text(path: Path) -> str:
    """Raises ConfigurationError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError([(str(path), f"cannot be read: {error.strerror}", "check path and rights")]) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([(str(path), f"is not UTF-8: {error.reason}", "save it as UTF-8")]) from error


def typed(kind: type[T], values: Any, faults: list[Fault], key: str = "") -> T | None:
    """The values as that type, without coercion; None with their faults, `key` before theirs, where they are not."""
    from pydantic import TypeAdapter, ValidationError  # half of the start-up time of a command that needs no profile

    try:
        return TypeAdapter(kind).validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        before = (key,) if key else ()
        faults += [_fault((*before, *one["loc"]), one["type"], one["msg"]) for one in error.errors(include_url=False)]
        return None


_MENDS = {
    "missing": "add it",
    "unexpected_keyword_argument": "remove it, or correct its spelling",
    "enum": "use one of the words named",
}


def _fault(location: tuple[str | int, ...], kind: str, message: str) -> Fault:
    return ".".join(map(str, location)), message, _MENDS.get(kind, "correct its value")
