"""The Dockerfile, by what hadolint would look for, without it; and the script that makes the image small."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
JOINED = re.sub(r"\\\n\s*", "", TEXT)
STEPS = [line.split(" ", 1) for line in JOINED.splitlines() if line and not line.startswith("#")]


def test_its_steps_are_sound() -> None:
    names = [name for name, _ in STEPS]
    assert names[0] == "ARG"
    assert names.count("ENTRYPOINT") == names.count("CMD") == names.count("HEALTHCHECK") == 1
    assert not {"ADD", "MAINTAINER"} & set(names)
    assert all(rest.startswith("[") for name, rest in STEPS if name in ("ENTRYPOINT", "CMD"))
    assert all(rest.startswith("/") for name, rest in STEPS if name == "WORKDIR")
    assert dict(STEPS)["USER"] == "10001:10001"
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")


def test_what_is_installed_leaves_no_lists_and_nothing_more() -> None:
    for rest in (rest for name, rest in STEPS if name == "RUN" and "apt-get" in rest):
        assert "apt-get update &&" in rest
        assert "--yes --no-install-recommends" in rest
        assert "rm -rf /var/lib/apt/lists/*" in rest
    assert all("--require-hashes" in rest or "-e ." in rest for name, rest in STEPS if "pip install" in rest)
    assert "sudo" not in TEXT


def test_what_is_taken_out_is_there_to_be_taken(tmp_path: Path) -> None:
    """On a copy of the few files that it knows, so that it is not renamed away unseen."""
    found = next((ROOT / ".venv" / "lib").glob("python3.*")) / "site-packages"
    place = tmp_path / "lib" / found.parent.name / "site-packages"
    for name in ("babel/locale-data", "twilio/rest/api", "twilio/rest/video"):
        shutil.copytree(found / name, place / name)
    (place / "numpy" / "tests").mkdir(parents=True)
    compiled = next(path for path in (found / "selectolax").glob("*.cpython-*.so"))
    shutil.copy(compiled, place)
    subprocess.run(["sh", str(ROOT / "deploy" / "slim.sh"), str(tmp_path)], check=True, env={"PATH": _strip(tmp_path)})
    languages = {path.name[:2] for path in (place / "babel" / "locale-data").glob("*.dat")}
    assert languages == {"ro", "fr", "de", "nl", "en"}
    assert not (place / "numpy" / "tests").exists()
    assert (place / "twilio" / "rest" / "api" / "__init__.py").is_file()


def _strip(folder: Path) -> str:
    """A PATH on which `strip` does nothing: it need not be installed here."""
    stand_in = folder / "bin" / "strip"
    stand_in.parent.mkdir()
    stand_in.write_text("#!/bin/sh\n", encoding="utf-8")
    stand_in.chmod(0o755)
    return f"{stand_in.parent}:/usr/bin:/bin"
