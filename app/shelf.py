"""The models of one installation: a folder for each version, and a note of which are in use, swapped whole."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import PREFIX, Settings
from cases.errors import ConfigurationError
from cases.profile import Profile

if TYPE_CHECKING:
    from classify.classifier import Classifier

NOTE = "models.json"
SHIPPED = "shipped"
"""The name of the model in the package: what is in use where none was promoted."""
CARD = "card.json"


@dataclass(frozen=True, slots=True)
class Note:
    """`promoted` are the versions that were put into use, the one in use last; `shadow` runs beside it, or is ''."""

    promoted: tuple[str, ...] = ()
    shadow: str = ""


class Shelf:
    """The folder `models` beside the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[str]:
        """The versions that are kept, by name."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{CARD}"))

    def path(self, version: str) -> Path:
        """The folder of a version. Raises ConfigurationError where there is none."""
        if version not in self.versions():
            known = ", ".join(self.versions()) or "none yet"
            raise ConfigurationError([(version, "is no model that is kept", f"use one of: {known}")])
        return self.folder / version

    @property
    def active(self) -> str:
        """The version in use."""
        promoted = self._read().promoted
        return promoted[-1] if promoted else SHIPPED

    @property
    def before(self) -> str:
        """The version that `back` would put into use, '' where there is none."""
        promoted = self._read().promoted
        return [SHIPPED, *promoted][-2] if promoted else ""

    @property
    def shadow(self) -> str:
        """The version that runs beside it, or ''."""
        return self._read().shadow

    def keep(self, made: Path, version: str) -> Path:
        """Put a model that was just made on the shelf; the same version made again takes its place."""
        kept = self.folder / version
        shutil.rmtree(kept, ignore_errors=True)
        return made.rename(kept)

    def promote(self, version: str) -> None:
        """Put a version into use, from the next start on."""
        self.path(version)
        note = self._read()
        self._write(replace(note, promoted=(*(one for one in note.promoted if one != version), version)))

    def back(self) -> str:
        """Put the version before into use; its name. Raises ConfigurationError where there is none before."""
        note = self._read()
        if not note.promoted:
            raise ConfigurationError([("model", "the shipped one is in use, and none was before", "promote another")])
        self._write(replace(note, promoted=note.promoted[:-1]))
        return self.active

    def set_shadow(self, version: str) -> None:
        """Let a version run beside the one in use, or none ('')."""
        if version:
            self.path(version)
        self._write(replace(self._read(), shadow=version))

    def _read(self) -> Note:
        try:
            found = json.loads((self.folder / NOTE).read_text("utf-8"))
            return Note(_words(found["promoted"]), str(found["shadow"]))
        except FileNotFoundError:
            return Note()
        except (ValueError, KeyError, TypeError) as error:
            mend = "remove it: the shipped model is in use then, and `aiguillage model promote` puts another"
            raise ConfigurationError([(str(self.folder / NOTE), "is damaged", mend)]) from error

    def _write(self, note: Note) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{NOTE}.{os.getpid()}"
        fresh.write_text(json.dumps(asdict(note), indent=1) + "\n", "utf-8")
        fresh.replace(self.folder / NOTE)


def _words(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def open_classifier(settings: Settings, profile: Profile) -> "Classifier":
    """The model that the settings name, the one that was promoted, or the one that ships.

    Raises ConfigurationError, PermanentError.
    """
    from classify.classifier import SHIPPED as PACKAGED
    from classify.classifier import Classifier  # brings spaCy: only in the process that classifies

    if settings.model and not (Path(settings.model) / CARD).is_file():
        mend = "name a folder that `aiguillage train` wrote, or unset it for the model that ships"
        raise ConfigurationError([(f"{PREFIX}MODEL", f"{settings.model} holds no model", mend)])
    if settings.model:
        return Classifier.load(Path(settings.model), profile)
    shelf = open_shelf(settings)
    return Classifier.load(PACKAGED if shelf.active == SHIPPED else shelf.folder / shelf.active, profile)


def open_shelf(settings: Settings) -> Shelf:
    """The models of this installation: beside the embedded database, or in `var` on a server."""
    return Shelf((settings.folder or Path("var")) / "models")
