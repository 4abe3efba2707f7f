"""Reads a profile folder into `cases.profile.Profile` and reports every fault at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import menus
from app.files import Fault, read_text, read_toml, typed
from app.profile_faults import check
from cases.errors import ConfigurationError
from cases.profile import Profile
from notify.kinds import TEXTS


def load(folder: Path) -> Profile:
    """The profile in that folder: `profile.toml`, `texts/KIND.LANGUAGE.txt`; `voice.toml` with `prompts/`,
    `cases.toml`, and `form.toml`, if any.

    Raises ConfigurationError with every fault.
    """
    faults: list[Fault] = []
    voice = menus.read(folder, faults)
    parts = {
        "profile.toml": read_toml(folder / "profile.toml"),
        "voice.toml": voice.values,
        "cases.toml": _cases(folder / "cases.toml", faults),
        "form.toml": {"web_form": read_toml(form)} if (form := folder / "form.toml").is_file() else {},
    }
    values = _together(parts, faults) | {"texts": _texts(folder / "texts")}
    profile = typed(Profile, values, faults)
    if profile and not faults:
        profile = menus.fit(profile, voice)
        faults += check(profile)
    if faults or not profile:
        raise ConfigurationError(faults)
    return profile


def find(name: str) -> Path:
    """The folder that `AIGUILLAGE_PROFILE` names: a path, or one of the profiles installed with the program."""
    installed = Path(__file__).resolve().parent.parent
    for folder in (Path(name), installed / name, installed / "profiles" / name):
        if (folder / "profile.toml").is_file():
            return folder
    raise ConfigurationError([("AIGUILLAGE_PROFILE", f"no profile.toml in {name}", "name a folder that has one")])


CASES = frozenset(
    {"priorities", "targets", "reminders", "routing", "second_level", "escalations"}
    | {"receipts", "wanted", "articles", "answers", "contacts", "fields", "form", "sign_in", "jira"}
)
"""The keys of `cases.toml`."""


def _cases(path: Path, faults: list[Fault]) -> dict[str, Any]:
    values = read_toml(path) if path.is_file() else {}
    faults += [(key, "is no key of cases.toml", "correct its spelling") for key in values if key not in CASES]
    return {key: values[key] for key in values if key in CASES}


def _together(parts: Mapping[str, Mapping[str, Any]], faults: list[Fault]) -> dict[str, Any]:
    """What the files say together. A key stands in one of them; hours may stand in each, under different names."""
    values: dict[str, Any] = {}
    for file, part in parts.items():
        for key, value in part.items():
            if key == "hours" and isinstance(value, dict) and isinstance(values.get(key, {}), dict):
                known = values.setdefault(key, {})
                faults += [(f"hours.{name}", f"stands in {file} too", "keep one") for name in known.keys() & value]
                values[key] = known | value
            elif key in values:
                faults.append((key, f"stands in {file} too", "keep one"))
            else:
                values[key] = value
    return values


def _texts(folder: Path) -> dict[str, dict[str, str]]:
    """The texts that come with the program, each with the profile's own in its place where there is one."""
    texts: dict[str, dict[str, str]] = {}
    for path in [*sorted(TEXTS.glob("*.*.txt")), *sorted(folder.glob("*.*.txt"))]:
        kind, language = path.name.removesuffix(".txt").rsplit(".", 1)
        texts.setdefault(kind, {})[language] = read_text(path)
    return texts


def with_form(profile: Profile, public_url: str) -> Profile:
    """The profile with the address of our own form, where it has one and names no other."""
    if profile.form or not profile.web_form.themes:
        return profile
    return replace(profile, form=f"{public_url}/form")
