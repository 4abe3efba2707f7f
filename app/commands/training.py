"""`aiguillage train` and `evaluate`: build a model from labelled messages, and score one."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.common import complain, open_house, open_profile, print_json, print_rows, progress, settings
from app.commands.models import Golden, golden_rows, judge, say
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from cases.profile import Profile
    from classify.dataset import Labelled
    from classify.evaluation import Outcome, Report

NEW = "new"
AsJson = Annotated[bool, typer.Option("--json", help="The report as one JSON object.")]


def train(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Labelled messages, JSON Lines.")],
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Also learn from what people corrected, more than from the files.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Only write the model to this folder; else it is kept, and promoted if it may be."),
    ] = None,
    golden: Golden = None,
    as_json: AsJson = False,
) -> None:
    """Build a model. Says how it does on writers that it has not read, and whether it takes the old one's place."""
    profile = open_profile()
    rows = [*_read(paths, profile), *(_corrected() if corrections else ())]
    if out:
        _print_report(_learn(rows, profile, out), as_json=as_json)
        complain(f"the model is in {out}; AIGUILLAGE_MODEL={out} uses it")
    else:
        _train_and_promote(rows, profile, golden, as_json=as_json)


def _train_and_promote(rows: Sequence["Labelled"], profile: "Profile", golden: Path | None, *, as_json: bool) -> None:
    from app.shelf import open_shelf

    found = settings()
    shelf = open_shelf(found)
    made = shelf.folder / NEW
    judges = golden_rows(profile, golden)
    kept_apart = {row.message for row in judges} if golden else set()  # the locked one is never learnt from
    report = _learn([row for row in rows if row.message not in kept_apart], profile, made)
    verdict = judge(found, profile, made, judges)
    kept = shelf.keep(made, report.model)
    _print_report(report, as_json=as_json)
    say(verdict, as_json=as_json)
    if verdict.refused:
        complain(f"kept in {kept} but refused, the old one stays in use: {', '.join(verdict.refused)}")
        raise typer.Exit(1)
    shelf.promote(report.model)
    complain(f"{report.model} is in use from the next start on; `aiguillage model back` undoes it")


def _learn(rows: Sequence["Labelled"], profile: "Profile", out: Path) -> "Report":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads wait for each other: twice the time
    try:
        from classify.training import train as learn
    except ImportError as error:
        mend = "run `make dev`, or install aiguillage[train]"
        raise ConfigurationError([("train", f"{error.name} is not installed", mend)]) from error

    with progress("Training") as told:
        return learn(rows, profile, out, lambda step, share: told(round(share * 100), 100, step))


def _corrected() -> list["Labelled"]:
    """The corrections that stand in the database."""
    from classify.corrections import labelled as as_rows
    from classify.dataset import labelled

    with open_house().store.reading() as tx:
        return [labelled(row) for row in as_rows(tx.corrections.standing())]


def evaluate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled messages, JSON Lines.")],
    plots: Annotated[Path | None, typer.Option(help="A folder for plots of calibration and coverage, SVG.")] = None,
    errors: Annotated[int, typer.Option(min=0, help="How many of the surest errors to tell.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Score the model on labelled messages: figures with intervals, by group, coverage, and the errors to read."""
    from app.shelf import open_classifier
    from classify.curves import coverage, surest_errors
    from classify.evaluation import outcomes, report

    profile = open_profile()
    rows = _read([path], profile)
    classifier = open_classifier(settings(), profile)
    with progress("Evaluating") as told:
        judged = outcomes(rows, classifier, told)
    if plots:
        _plot(judged, plots, classifier.thresholds.accuracy)
    found = report(judged, classifier.version)
    points, wrong = coverage(judged), surest_errors(judged, errors)
    if as_json:
        print_json(found.as_json() | {"coverage": [asdict(point) for point in points], "errors": wrong})
        return
    _print_report(found, as_json=False)
    sys.stdout.write("of what may be accepted, the surest share: right, from which confidence on\n")
    for point in points[1::2]:
        sys.stdout.write(f"  {point.coverage:4.0%}: {point.accuracy:.3f}, {point.threshold:.3f}\n")
    print_rows(wrong, as_json=False, empty="Motif and tool are right everywhere.")


def _plot(judged: Sequence["Outcome"], folder: Path, accuracy: float) -> None:
    from classify.curves import calibration, coverage
    from classify.plots import calibration_plot, coverage_plot

    folder.mkdir(parents=True, exist_ok=True)
    bins = {task: calibration(judged, task) for task in ("motif", "tool", "scope")}
    (folder / "calibration.svg").write_text(calibration_plot(bins), "utf-8")
    (folder / "coverage.svg").write_text(coverage_plot(coverage(judged), accuracy), "utf-8")
    complain(f"the plots are in {folder}")


def _read(paths: Sequence[Path], profile: "Profile") -> list["Labelled"]:
    """The labelled messages of the files. Raises ConfigurationError, PermanentError."""
    from classify.dataset import load, require_known

    if faults := [fault for path in paths for fault in _faults(path)]:
        raise ConfigurationError(faults)
    rows = load(paths)
    require_known(rows, profile)
    return rows


def _faults(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        if not path.read_text(encoding="utf-8").strip():
            yield str(path), "holds no labelled message", "write them as docs/annotation.md says"
    except OSError as error:
        yield str(path), f"cannot be read ({error.strerror})", "check its path and rights"
    except UnicodeDecodeError:
        yield str(path), "is not UTF-8", "save it as UTF-8"


def _print_report(report: "Report", *, as_json: bool) -> None:
    if as_json:
        print_json(report.as_json())
    else:
        sys.stdout.write(f"{report.as_text()}\n")
