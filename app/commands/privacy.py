"""`aiguillage privacy`: what there is of a person, given to them or erased."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, open_house, print_json, print_rows
from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.erasure import Erasure
    from app.wiring import House
    from cases.erasing import Person

privacy = typer.Typer(help="A person's data: found, exported, erased.", no_args_is_help=True)

Who = Annotated[
    list[str], typer.Argument(metavar="ADDRESS | PHONE ...", help="Every address and number of one person.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON.")]
By = Annotated[str, typer.Option("--as", metavar="ID", help="An administrator; AIGUILLAGE_AGENT if absent.")]


@privacy.command("find")
def find(who: Who, as_json: AsJson = False) -> None:
    """Count what there is of a person, by kind of data. Nothing is changed."""
    house = open_house()
    erasure = _of(house)
    with house.store.reading() as tx:
        person = tx.privacy.named(erasure.person(who))
        found = _found(tx, person)
    if as_json:
        print_json(found)
        return
    print_rows([{"kind": kind, "count": count} for kind, count in found["counts"].items()], as_json=False, empty="")
    for name in ("cases", "also_known_by", "numbers_in_their_cases"):
        if found[name]:
            typer.echo(f"{name.replace('_', ' ')}: {', '.join(found[name])}")


def _found(tx: Any, person: "Person") -> dict[str, Any]:
    cases = tx.privacy.cases(person)
    numbers = {row.phone for row in cases if row.phone} - person.phones
    return {
        "counts": tx.privacy.found(person),
        "cases": [row.number for row in cases],
        "also_known_by": sorted(person.addresses),
        "numbers_in_their_cases": sorted(numbers),
    }


@privacy.command("export")
def export(
    who: Who,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="A folder that is not there yet.")],
    by: By = "",
) -> None:
    """Write down what there is of a person, for them: JSON, a page in their language, and their files."""
    from app.giving import give

    house = open_house()
    erasure = _of(house)
    with house.store.reading() as tx:
        person = tx.privacy.named(erasure.person(who))
        actor = erasure.administrator(tx, by or house.settings.agent)
    count = give(house, person, actor, to)
    complain(f"{count} cases are in {to}: give index.html with its folder, then delete it")


@privacy.command("erase")
def erase(
    who: Who,
    reason: Annotated[str, typer.Option(help="Why, without whose it is: «asked on 3 March, file 12».")] = "",
    by: By = "",
    certificate: Annotated[
        str, typer.Option(metavar="FILE", help="Where the certificate goes, as JSON and .txt.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erase a person: cases, mails, calls, sounds, texts, files, words. Cut short, `privacy resume` goes on."""
    house = open_house()
    erasure = _of(house)
    with house.store.reading() as tx:
        person = tx.privacy.named(erasure.person(who))
        found = _found(tx, person)
        actor = "" if dry_run else erasure.administrator(tx, by or house.settings.agent)
    if dry_run:
        print_json({"would_erase": found["counts"], "cases": found["cases"]})
        return
    _require_reason(reason, person)
    if not yes:
        typer.confirm(f"Erase {sum(found['counts'].values())} rows for good?", abort=True, err=True)
    while house.intake.process():  # what came in already is read first: whose it is nobody knows before
        pass
    erasure.erasing.begin(person, actor, reason)
    _finish(erasure, certificate)


def _require_reason(reason: str, person: "Person") -> None:
    if not reason.strip():
        raise ConfigurationError([("--reason", "is missing", "say why, without whose it is: it stays")])
    if person.without(reason, names=True) != reason:
        raise ConfigurationError([("--reason", "names the person", "name your file's number: the reason stays")])


@privacy.command("resume")
def resume(
    certificate: Annotated[str, typer.Option(metavar="FILE", help="Where the certificate goes.")] = "",
) -> None:
    """Bring erasures that were cut short to their end."""
    _finish(_of(open_house()), certificate)


def _finish(erasure: "Erasure", certificate: str) -> None:
    from app.erasure import certificate_text

    done = erasure.erasing.resume()
    for one in done:
        sys.stdout.write(certificate_text(one))
        if certificate:
            Path(certificate).write_text(json.dumps(one, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            Path(certificate).with_suffix(".txt").write_text(certificate_text(one), encoding="utf-8")
    for folder in erasure.keep_tombstones() if done else ():
        complain(f"tombstones could not be written beside the backups in {folder}: {BRING}")
    if not done:
        complain("no erasure is under way")


BRING = "make one there, which writes them, before an older one is restored"


@privacy.command("certificate")
def certificate(identity: Annotated[int, typer.Argument(metavar="ERASURE")]) -> None:
    """Print the certificate of an erasure again, as JSON."""
    with open_house().store.reading() as tx:
        found = tx.privacy.certificate(identity)
    if found is None:
        raise ConfigurationError([(str(identity), "is no erasure", "use the number on its certificate")])
    print_json(found)


@privacy.command("tombstones")
def tombstones() -> None:
    """Print every tombstone, one JSON object a line: to be kept apart from backups, for `privacy reapply`."""
    with open_house().store.reading() as tx:
        kept = tx.privacy.tombstones()
    print_rows(kept, as_json=True, empty="")


@privacy.command("reapply")
def reapply(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="What `tombstones` printed; - reads a pipe.")] = "",
) -> None:
    """Erase again whoever was erased since the backup that was restored. The service must not be running."""
    from store.privacy import reapply
    from store.scouring import forget_archived, scour

    house = open_house()
    lines = (sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")).splitlines() if file else []
    kept = [json.loads(line) for line in lines if line.strip()]
    with house.store.transaction("privacy.reapply") as tx:
        tx.privacy.bury(kept)
        gone = reapply(tx)
    forget_archived(house.store)
    scour(house.store.engine)
    print_json({"erased": gone.counts, "bytes": gone.size})


@privacy.command("research")
def research(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
    name: Annotated[str, typer.Option("--study", metavar="NAME", help="Another study has other pseudonyms.")],
    texts: Annotated[bool, typer.Option("--texts", help="With what people wrote, masked.")] = False,
    by: By = "",
) -> None:
    """Write closed cases down for research, as JSON Lines: pseudonyms, months, no combination that few people share."""
    from app.research import study

    house = open_house()
    with house.store.reading() as tx:
        actor = _of(house).administrator(tx, by or house.settings.agent)
    complain(f"{study(house, name, actor, file, texts=texts)} cases are in {file}")


@privacy.command("rewrite")
def rewrite() -> None:
    """Write the database's files anew, without what they still hold of rows that are gone. For a quiet hour: a
    PostgreSQL locks each table meanwhile, and needs the room of its largest once more."""
    from store.scouring import rewrite

    rewrite(open_house().store.engine)
    complain("done; a PostgreSQL's write-ahead log keeps old pages until it is recycled")


def _of(house: "House") -> "Erasure":
    from app.erasure import Erasure

    return Erasure(house)
