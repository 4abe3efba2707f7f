"""`aiguillage backup` and `restore`: the whole installation as one file, and back (docs/administration.md)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.common import complain, print_json, progress, settings

if TYPE_CHECKING:
    from app.backup.manifest import Manifest

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def backup(
    target: Annotated[Path, typer.Argument(metavar="FOLDER | FILE", help="A folder, or a file that is not there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write databases, profile, models and key into one file, each with its checksum; the service may run."""
    from app.backup.making import make

    with progress("Backing up") as told:
        path, made = make(settings(), target, told)
    if as_json:
        print_json({"file": str(path), "bytes": path.stat().st_size, **made.as_json()})
    else:
        typer.echo(f"{path}: {_told(made)}, {path.stat().st_size / 1_000_000:.1f} MB.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` made.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at everything, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup back into an empty database; what does not fit is refused by name and nothing is overwritten."""
    from app.backup.erased import FILE
    from app.backup.reading import opened
    from app.backup.restoring import restore as put_back
    from app.wiring import arm

    found = settings()
    arm(found.failpoint)
    with opened(file) as one, progress("Restoring") as told:
        restored = put_back(one, found, told, dry_run=dry_run)
        made = one.manifest
    for name in restored.profile_kept:
        complain(f"{name} is another in the backup: yours is kept")
    if not restored.tombstones:
        complain(f"no {FILE} with tombstones lies beside {file.name}: whoever was erased after it was made comes back")
    if as_json:
        print_json(_as_json(restored, made, dry_run=dry_run))
    else:
        typer.echo(f"{_told(made)} of {made.made_at} {'could be put back' if dry_run else 'is back'}.")


def _told(made: "Manifest") -> str:
    return f"{made.service}, {made.database.rows.get('case', 0)} cases, schema {made.database.revision}"


def _as_json(restored: Any, made: "Manifest", *, dry_run: bool) -> dict[str, Any]:
    return {
        "service": made.service,
        "made_at": made.made_at,
        "release": made.release,
        "rows": restored.rows,
        "revision": restored.revision,
        "upgraded": restored.upgraded,
        "profile_kept": list(restored.profile_kept),
        "tombstones": restored.tombstones,
        "dry_run": dry_run,
    }
