"""What the service is made of: pinned with its hashes, under licences that a public service can accept, and listed."""

import json
import re
import uuid
from importlib import metadata
from pathlib import Path

import pytest

from scripts.sbom import bill, licence, pins
from tests.security.protections import ROOT

LOCKS = sorted(ROOT.glob("requirements*.txt"))
RUNTIME = ("requirements.txt", "requirements-pdf.txt", "requirements-speech.txt")
ALLOWED = re.compile(
    r"(?:Apache(?: Software License|-2\.0)|MIT(?:-0|-CMU)?(?: License)?|BSD(?: License|-[23]-Clause)|0BSD"
    r"|ISC(?: License \(ISCL\))?"
    r"|PSF-2\.0|Python Software Foundation License|Zlib|CC0-1\.0|OSI Approved"
    r"|MPL-2\.0|Mozilla Public License (?:1\.1|2\.0) \(MPL (?:1\.1|2\.0)\)"
    r"|LGPL-3\.0-only|GNU Lesser General Public License v[23](?: or later)? \(LGPLv[23]\+?\))"
)
"""Licences under which a library may be used by a service under the EUPL 1.2 (its appendix and the Commission's list of
compatible licences); where several stand beside `OR` or a comma, one is enough."""


def versions(lock: str) -> dict[str, set[str]]:
    """What a lock allows of each package."""
    found: dict[str, set[str]] = {}
    for name, version, _ in pins((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_package_is_pinned_with_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    named = [line for line in text.splitlines() if line and line[0].isalnum()]
    found = pins(text)
    assert len(found) == len(named) > 100
    assert [name for name, _, hashes in found if not hashes] == []


def test_the_installed_packages_are_those_of_the_lock() -> None:
    allowed = versions("requirements-dev.txt")
    installed = {name: metadata.version(name) for name in allowed if _is_installed(name)}
    assert len(installed) > 100
    assert {name: one for name, one in installed.items() if one not in allowed[name]} == {}


def test_pip_is_told_to_check_the_hashes() -> None:
    making = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes" in re.search(r"^LOCKED := (.*)$", making, re.MULTILINE)[1]  # type: ignore[index]
    assert re.findall(r"PIP\) install (?!\$\(LOCKED\))(?!.*--no-deps -e \.)", making) == []


@pytest.mark.parametrize("lock", RUNTIME)
def test_every_licence_is_one_that_is_allowed(lock: str) -> None:
    said = {name: licence(name) for name in versions(lock) if _is_installed(name)}
    assert len(said) > 80
    assert {name: one for name, one in said.items() if not _is_allowed(one)} == {}


def _is_allowed(said: str) -> bool:
    choices = re.split(r" OR |, ", said)
    return any(all(ALLOWED.fullmatch(part) for part in choice.split(" AND ")) for choice in choices)


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def test_the_bill_of_materials_lists_the_lock() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = bill(lock)
    assert json.dumps(found, sort_keys=True) == json.dumps(bill(lock), sort_keys=True)
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    assert uuid.UUID(found["serialNumber"].removeprefix("urn:uuid:"))
    listed = {one["name"]: one for one in found["components"]}
    assert listed.keys() == versions("requirements.txt").keys()
    fastapi = listed["fastapi"]
    assert fastapi["purl"] == f"pkg:pypi/fastapi@{metadata.version('fastapi')}"
    assert fastapi["licenses"] == [{"license": {"name": "MIT"}}]
    [reference, *_] = fastapi["externalReferences"]
    assert re.fullmatch("[0-9a-f]{64}", reference["hashes"][0]["content"])
    assert found["metadata"]["component"]["licenses"] == [{"expression": "EUPL-1.2"}]
