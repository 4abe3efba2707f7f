"""`aiguillage classify`: tags for JSON Lines."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_profile, print_json, settings
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from cases.event import Message
    from classify.classifier import Classifier

BATCH = 64
STDIN = "-"


def classify(
    path: Annotated[
        str, typer.Argument(metavar="FILE | -", help='JSON Lines: {"id","channel","subject","body"}.')
    ] = STDIN,
) -> None:
    """Tag messages, JSON Lines in and JSON Lines out."""
    from classify.classifier import as_json

    lines = _lines(path)
    classifier = _classifier()
    broken = False
    while batch := list(islice(lines, BATCH)):
        messages = [(identifier, message) for identifier, message in map(_message, batch) if message]
        broken = broken or len(messages) < len(batch)
        tagged = classifier.classify([message for _, message in messages])
        for (identifier, _), tags in zip(messages, tagged, strict=True):
            print_json(as_json(identifier, tags))
    raise typer.Exit(1 if broken else 0)


def _lines(path: str) -> Iterator[tuple[int, str]]:
    """The numbered lines that hold something. Raises ConfigurationError before the model is loaded."""
    try:
        file = sys.stdin if path == STDIN else Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise ConfigurationError([(path, f"cannot be read ({error.strerror})", "check its path and rights")]) from error
    return ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def _message(numbered: tuple[int, str]) -> tuple[str, "Message | None"]:
    """The id and message of one line; None, and a word on stderr, where the line is not one."""
    from classify.dataset import message_of

    number, line = numbered
    try:
        found: dict[str, Any] = json.loads(line)
        return str(found.get("id", number)), message_of(found)
    except (ValueError, AttributeError, TypeError) as error:
        complain(f"line {number} is left out: it is not a JSON object with a subject and a body ({error})")
        return "", None


def _classifier() -> "Classifier":
    from app.shelf import open_classifier

    return open_classifier(settings(), open_profile())
