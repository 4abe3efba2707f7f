"""docs/tutorial.md is followed: its files are written, its shell blocks run in order, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, fenced

PAGE = ROOT / "docs" / "tutorial.md"
MAIL, PHONE = "profile.toml", "voice.toml"


def written(folder: Path, *names: str) -> None:
    """Write those of the page's files whose names begin so."""
    for body in fenced(PAGE, "toml"):
        named = re.match(r"# (\S+)\n", body)
        assert named
        if named[1].startswith(names):
            file = folder / "mine" / named[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")


def run(folder: Path, commands: str) -> str:
    """What the commands say; each must end well."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    own |= {"AIGUILLAGE_PROFILE": "mine", "PATH": f"{Path(sys.executable).parent}:{own['PATH']}"}
    shell = ["bash", "-euo", "pipefail", "-c", commands]
    done = subprocess.run(shell, cwd=folder, env=own, capture_output=True, text=True)
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_who_follows_the_page_has_a_case_a_line_and_a_backup(tmp_path: Path) -> None:
    checked, mailed, user, phone, kept = fenced(PAGE, "sh")
    written(tmp_path, MAIL)
    said = run(tmp_path, checked)
    assert "Profile mine: no fault." in said
    assert "supervisor" in said  # there are no rules yet
    said = run(tmp_path, mailed)
    assert '"disposition": "case"' in said
    assert re.search(r"ACC-\d\d-00001", said)
    assert "http://127.0.0.1:8080/" in run(tmp_path, user)
    written(tmp_path, PHONE, "prompts/")
    assert "1 phone line" in run(tmp_path, phone)
    run(tmp_path, kept)
    assert len(list((tmp_path / "backups").iterdir())) >= 1
