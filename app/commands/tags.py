"""`aiguillage classify`, `train` and `evaluate`: the model, on JSON Lines."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_profile, print_json, progress, settings
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


def train(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Labelled messages, JSON Lines.")],
    out: Annotated[Path, typer.Option(help="The folder to write the model to.")] = Path("var/model"),
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """Build a model from labelled messages. Says how it does on writers that it has not read."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads wait for each other: twice the time
    try:
        from classify.training import train as learn
    except ImportError as error:
        mend = "run `make dev`, or install aiguillage[train]"
        raise ConfigurationError([("train", f"{error.name} is not installed", mend)]) from error

    _require_readable(paths)
    with progress("Training") as told:
        report = learn(paths, open_profile(), out, lambda step, share: told(round(share * 100), 100, step))
    _print_report(report, as_json=as_json)
    complain(f"the model is in {out}; AIGUILLAGE_MODEL={out} uses it")


def evaluate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled messages, JSON Lines.")],
    as_json: Annotated[bool, typer.Option("--json", help="The report as one JSON object.")] = False,
) -> None:
    """Score the model on labelled messages."""
    from classify.evaluation import evaluate as score

    _require_readable([path])
    _print_report(score(path, _classifier()), as_json=as_json)


def _require_readable(paths: Iterable[Path]) -> None:
    if faults := [fault for path in paths for fault in _faults(path)]:
        raise ConfigurationError(faults)


def _faults(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        if not path.read_text(encoding="utf-8").strip():
            yield str(path), "holds no labelled message", "write them as docs/annotation.md says"
    except OSError as error:
        yield str(path), f"cannot be read ({error.strerror})", "check its path and rights"
    except UnicodeDecodeError:
        yield str(path), "is not UTF-8", "save it as UTF-8"


def _print_report(report: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
    else:
        sys.stdout.write(f"{report.as_text()}\n")


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
    from app.wiring import open_classifier

    return open_classifier(settings(), open_profile())
