"""`aiguillage model`: which models there are, which one is in use, and how it does over time."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.commands.common import complain, open_house, open_profile, print_json, print_rows, settings
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.settings import Settings
    from cases.profile import Profile
    from classify.dataset import Labelled
    from classify.promotion import Verdict

model = typer.Typer(help="The models: list, promote, go back, run one beside, watch the drift.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on each line.")]
Golden = Annotated[Path | None, typer.Option(help="Another golden set, for a service with labels of its own.")]
OFF = "off"


@model.command("list")
def list_models(as_json: AsJson = False) -> None:
    """The models that are kept, and which one is in use."""
    import json

    from app.shelf import SHIPPED, open_shelf
    from classify import classifier

    shelf = open_shelf(settings())
    folders = {SHIPPED: classifier.SHIPPED} | {version: shelf.path(version) for version in shelf.versions()}
    cards = {name: json.loads((folder / classifier.CARD).read_text("utf-8")) for name, folder in folders.items()}
    uses = {shelf.shadow: "shadow", shelf.active: "in use"}
    rows = [
        {
            "version": name,
            "use": uses.get(name, ""),
            "messages": card["messages"],
            **{task: card["scores"]["scores"].get(f"{task} macro-F1") for task in ("category", "motif", "tool")},
            "incident_recall": card["scores"]["scores"].get("incident recall"),
        }
        for name, card in cards.items()
    ]
    print_rows(rows, as_json=as_json, empty="There is none.")


@model.command("promote")
def promote(version: str, golden: Golden = None, as_json: AsJson = False) -> None:
    """Put a model into use, from the next start on, where it is not worse on the golden set."""
    from app.shelf import open_shelf

    found = settings()
    shelf = open_shelf(found)
    profile = open_profile()
    verdict = judge(found, profile, shelf.path(version), golden_rows(profile, golden))
    say(verdict, as_json=as_json)
    if verdict.refused:
        complain(f"{version} is refused: {', '.join(verdict.refused)}")
        raise typer.Exit(1)
    shelf.promote(version)
    complain(f"{version} is in use from the next start on; `aiguillage model back` undoes it")


@model.command("back")
def back() -> None:
    """Put the model before into use, from the next start on."""
    from app.shelf import open_shelf

    complain(f"{open_shelf(settings()).back()} is in use from the next start on")


@model.command("shadow")
def shadow(
    version: Annotated[str, typer.Argument(metavar="VERSION | off", help="Left out: how it compares so far.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let a model run beside the one in use, without effect, and see how often they differ."""
    from app.shelf import open_shelf

    shelf = open_shelf(settings())
    if version:
        shelf.set_shadow("" if version == OFF else version)
        complain("nothing runs beside" if version == OFF else f"{version} runs beside, within a minute")
    elif not shelf.shadow:
        complain("nothing runs beside: `aiguillage model shadow VERSION` lets one")
        raise typer.Exit(1)
    else:
        _print_comparisons(shelf.shadow, as_json=as_json)


def _print_comparisons(version: str, *, as_json: bool) -> None:
    """What it was not asked about yet is asked; then each message on which the two differ, and their agreement."""
    from app.shadow import BATCH, Shadow
    from app.shelf import open_shelf
    from classify.agreement import agreement

    house = open_house()
    beside = Shadow(house.store, house.profile, open_shelf(house.settings), house.clock)
    while beside.round() == BATCH:
        pass
    with house.store.reading() as tx:
        rows = tx.tagged.comparisons(version)
    differing = [{"message": row.inbound_id, **_pairs(row)} for row in rows if row.differs]
    print_rows(differing, as_json=as_json, empty="They agree everywhere.")
    shares = "  ".join(f"{name} {share:.3f}" for name, share in agreement(rows).items())
    complain(f"{version} on {len(rows)} messages, agreement: {shares or 'none yet'}")


def _pairs(row: Any) -> dict[str, str]:
    return {
        name: shown if shown == row.said[name] else f"{shown} -> {row.said[name]}" for name, shown in row.shown.items()
    }


@model.command("drift")
def drift(
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks back.")] = 12, as_json: AsJson = False
) -> None:
    """By week: what was tagged how often, how sure the model was, how much people changed."""
    from classify.drift import Tagged
    from classify.drift import weeks as by_week

    house = open_house()
    since = house.clock() - timedelta(weeks=weeks)
    with house.store.reading() as tx:
        rows = tx.tagged.cases(since)
        changed = tx.corrections.changed([row.id for row in rows])
    tagged = [Tagged(row.opened_at, row.motif, row.confidence, row.review, row.id in changed) for row in rows]
    figures = by_week(tagged, ZoneInfo(house.profile.timezone))
    motifs = [motif.id for motif in house.profile.motifs]
    print_rows([_week(week, motifs) for week in figures], as_json=as_json, empty="No case was opened in these weeks.")


def _week(week: Any, motifs: list[str]) -> dict[str, Any]:
    return {
        "week": week.name,
        "cases": week.cases,
        **{motif: round(week.shares.get(motif, 0.0), 3) for motif in motifs},
        "confidence": None if week.confidence is None else round(week.confidence, 3),
        "reviewed": round(week.reviewed, 3),
        "corrected": round(week.corrected, 3),
        "moved": None if week.moved is None else round(week.moved, 3),
    }


def golden_rows(profile: "Profile", golden: Path | None) -> list["Labelled"]:
    """The locked golden set, or the one in that file. Raises ConfigurationError where the profile does not know its
    labels, PermanentError where the locked one was changed."""
    from classify.dataset import load, require_known
    from classify.golden import golden_set

    rows = load([golden]) if golden else golden_set()
    try:
        require_known(rows, profile)
    except ConfigurationError as error:
        if golden:
            raise
        mend = "give a set of your own by --golden"
        raise ConfigurationError([("golden set", "has labels that this profile does not know", mend)]) from error
    return rows


def judge(found: "Settings", profile: "Profile", candidate: Path, rows: Sequence["Labelled"]) -> "Verdict":
    """The model in that folder against the one in use, on these rows. Raises PermanentError where one is damaged."""
    from app.shelf import open_classifier
    from classify.classifier import Classifier
    from classify.evaluation import outcomes
    from classify.promotion import compare

    return compare(outcomes(rows, open_classifier(found, profile)), outcomes(rows, Classifier.load(candidate, profile)))


def say(verdict: "Verdict", *, as_json: bool) -> None:
    """The figures of a comparison."""
    if as_json:
        print_json(verdict.as_json())
    else:
        sys.stdout.write(f"{verdict.as_text()}\n")
