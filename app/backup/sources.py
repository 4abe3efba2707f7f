"""What belongs to an installation beside its databases: the profile, the models, and the key that signs references."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.backup.manifest import MODELS, PROFILE
from app.files import read_toml
from app.profile import find
from app.settings import Settings
from app.shelf import open_shelf
from cases.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Service:
    """Whose installation it is, as the profile in `folder` says."""

    folder: Path
    name: str
    case_prefix: str


def service(settings: Settings) -> Service:
    """The service of the profile that the settings name. Raises ConfigurationError."""
    folder = find(settings.profile)
    values = read_toml(folder / "profile.toml")
    return Service(folder, str(values.get("name", "")), str(values.get("case_prefix", "")))


def files(settings: Settings) -> Mapping[str, Path]:
    """Profile and models, by their names in the backup. Raises ConfigurationError."""
    folders = {PROFILE: service(settings).folder, MODELS: open_shelf(settings).folder}
    return {
        prefix + path.relative_to(folder).as_posix(): path
        for prefix, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def places(settings: Settings) -> Mapping[str, Path]:
    """Where profile and models are put back: the profile where the settings name it, be it there or not."""
    try:
        folder = find(settings.profile)
    except ConfigurationError:
        folder = Path(settings.profile)
    return {PROFILE: folder, MODELS: open_shelf(settings).folder}
