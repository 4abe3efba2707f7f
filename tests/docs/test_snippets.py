"""What stands in a fence as TOML is what a profile may hold; the profiles that the pages write whole load."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from app import profile as profiles
from app.files import Fault, typed
from app.menus import KEYS
from app.settings import MAILBOX, MAILBOX_KEYS, PREFIX, Settings
from cases.profile import Profile
from notify.templates import check
from tests.docs.pages import PAGES, ROOT, fenced, languages, names

SHIPPED = profiles.find("profiles/mon-permis")
_FILE = re.compile(r"# (\S+\.toml)\n")
_VARIABLE = re.compile(rf"\b{PREFIX}[A-Z0-9_]*[A-Z0-9]")
WRITTEN_WHOLE = [page for page in PAGES if any(_FILE.match(one) for one in fenced(page, "toml"))]


RUN = {"docs/api.md", "docs/tutorial.md"}
"""The pages whose shell blocks are marked `sh`: each is run as a whole by a test of its own."""


def test_every_fence_is_of_a_kind_that_is_tried() -> None:
    """TOML and JSON are read here, `sh` is run, and plain fences have their commands looked up."""
    assert set().union(*map(languages, PAGES)) == {"", "sh", "toml", "json", "nginx"}
    assert {names(page) for page in PAGES if "sh" in languages(page)} == RUN


@pytest.mark.parametrize("page", [page for page in PAGES if "json" in languages(page)], ids=names)
def test_what_is_given_as_json_is_json(page: Path) -> None:
    for body in fenced(page, "json"):
        json.loads(body)


def parts() -> list[Any]:
    """Every fence of TOML that is a part of a profile."""
    found = [(page, body) for page in PAGES if page not in WRITTEN_WHOLE for body in fenced(page, "toml")]
    return [pytest.param(body, id=f"{names(page)}-{number}") for number, (page, body) in enumerate(found)]


def shipped() -> dict[str, Any]:
    """What stands in the files of the shipped profile, without its menus."""
    files = [tomllib.loads((SHIPPED / name).read_text(encoding="utf-8")) for name in ("profile.toml", "cases.toml")]
    return files[0] | files[1]


@pytest.mark.parametrize("body", parts())
def test_a_part_of_a_profile_has_the_types_of_one(body: str) -> None:
    written = tomllib.loads(body)
    assert set(written) <= {field.name for field in fields(Profile)} | KEYS
    faults: list[Fault] = []
    typed(Profile, shipped() | written, faults)
    assert faults == []


@pytest.mark.parametrize("page", WRITTEN_WHOLE, ids=names)
def test_a_profile_that_a_page_writes_whole_loads(page: Path, tmp_path: Path) -> None:
    for body in fenced(page, "toml"):
        named = _FILE.match(body)
        assert named, "a fence of TOML here begins with `# FILE.toml`"
        file = tmp_path / named[1]
        file.parent.mkdir(exist_ok=True)
        file.write_text(body, encoding="utf-8")
    profile = profiles.load(tmp_path)
    assert list(check(profile)) == []


def test_every_variable_that_a_page_names_exists() -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    known |= {f"{name}_FILE" for name in known}
    mailbox = re.compile(rf"{PREFIX}{MAILBOX}[A-Z0-9_]+_({'|'.join(MAILBOX_KEYS)})(_FILE)?")
    for page in [*PAGES, *(ROOT / "deploy").rglob("*.*")]:
        if page.is_file() and page.suffix in (".md", ".yaml", ".yml", ".service", ".example", ".env", ".timer"):
            found = set(_VARIABLE.findall(page.read_text(encoding="utf-8")))
            unknown = [one for one in found - known if not (mailbox.fullmatch(one) or _is_several(one, known))]
            assert unknown == [], names(page)


def _is_several(name: str, known: set[str]) -> bool:
    """Whether it is the beginning of variables (`AIGUILLAGE_TWILIO_…`), or one that only tests read."""
    return any(one.startswith(f"{name}_") for one in known) or name.startswith(f"{PREFIX}TEST_")
