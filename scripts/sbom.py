"""A bill of materials (CycloneDX 1.6, JSON) of what a lock pins: `python scripts/sbom.py requirements.txt`.

Names, versions and hashes are the lock's, licences those that the installed packages declare. Nothing is asked of the
network, and the same lock gives the same bytes.
"""

import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_UNKNOWN = "UNKNOWN"


def main(lock: Path) -> None:
    """Print the bill."""
    json.dump(bill(lock.read_text(encoding="utf-8")), sys.stdout, indent=2, sort_keys=True)
    print()


def bill(lock: str) -> dict[str, Any]:
    """The document for a lock's text."""
    found = pins(lock)
    about = metadata.metadata("aiguillage")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": about["Name"],
                "version": about["Version"],
                "licenses": [{"expression": about["License-Expression"]}],
            }
        },
        "components": [_component(*one) for one in sorted(found)],
    }


def pins(lock: str) -> list[tuple[str, str, list[str]]]:
    """Each package of the lock, its version and the SHA-256 of each file that may be installed. One that has another
    version for another Python stands there twice."""
    places = list(_PIN.finditer(lock))
    ends = [*(one.start() for one in places[1:]), len(lock)]
    return [
        (one[1].lower(), one[2], _HASH.findall(lock, one.end(), end)) for one, end in zip(places, ends, strict=True)
    ]


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    purl = f"pkg:pypi/{name}@{version}"
    named = licence(name)
    component: dict[str, Any] = {"type": "library", "bom-ref": purl, "purl": purl, "name": name, "version": version}
    if named != _UNKNOWN:
        component["licenses"] = [{"license": {"name": named}}]
    distributed = [
        {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": [_sha256(one)]}
        for one in hashes
    ]
    return component | {"externalReferences": distributed}


def _sha256(content: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": content}


def licence(name: str) -> str:
    """What an installed package says that its licence is (core metadata 2.4, or what came before it)."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return _UNKNOWN
    named = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License :: ")]
    short = (said["License"] or "").strip()
    plain = short if 0 < len(short) < 80 and "\n" not in short else ""
    return said["License-Expression"] or ", ".join(named) or plain or _UNKNOWN


if __name__ == "__main__":
    main(Path(sys.argv[1]))
