"""The units are what systemd takes, closed as far as they can be, and start what the program understands."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from app import settings
from app.cli import app as commands

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("aiguillage*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
ANALYZE = shutil.which("systemd-analyze")
installed = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
MOST = 2.0
"""The exposure that is allowed, of 10."""


def lines(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, check=False)


@installed
def test_systemd_takes_them(tmp_path: Path) -> None:
    """The program is where it is here: what a unit starts has to exist."""
    program = shutil.which("true") or "/bin/true"
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/aiguillage/.venv/bin/aiguillage", program)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = analyze("verify", "--man=no", *map(str, sorted(tmp_path.iterdir())))
    assert (done.returncode, done.stderr) == (0, "")


@installed
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_is_closed(unit: Path) -> None:
    done = analyze("security", "--offline=true", f"--threshold={round(10 * MOST)}", str(unit))
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_starts_a_command(unit: Path) -> None:
    [started] = lines(unit, "ExecStart")
    known: Any = typer.main.get_command(commands)
    word = started.split()[1]
    assert started.startswith("/opt/aiguillage/.venv/bin/aiguillage ")
    assert word == "%i" or word in known.commands
    stop = lines(unit, "TimeoutStopSec")
    assert all(int(one) > 45 for one in stop)
    assert bool(stop) == ("backup" not in unit.name)


def test_all_are_in_the_same_room() -> None:
    rooms = {re.sub(r"^StateDirectory=.*$", "", room(unit), flags=re.MULTILINE) for unit in SERVICES}
    assert len(rooms) == 1
    assert "DynamicUser=yes" in rooms.pop()


def room(unit: Path) -> str:
    return unit.read_text(encoding="utf-8").partition("# what it may see and do")[2].partition("[Install]")[0].strip()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_is_set_is_a_setting_and_every_secret_comes_as_a_credential(unit: Path, tmp_path: Path) -> None:
    given = dict(pair.split("=", 1) for line in lines(unit, "Environment") for pair in line.split())
    example = (ROOT / "deploy" / "systemd" / "environment.example").read_text(encoding="utf-8")
    given |= dict(
        line.removeprefix("# ").split("=", 1) for line in re.findall(r"^(?:# )?AIGUILLAGE_.*$", example, re.M)
    )
    values = {"database_url": "postgresql+psycopg://a@127.0.0.1/a", "smtp_url": "smtps://a:b@smtp.example.org"}
    for credential in lines(unit, "LoadCredential"):
        name, _, source = credential.partition(":")
        assert source == f"/etc/aiguillage/secrets/{name}"
        (tmp_path / name).write_text(values.get(name, "0123456789abcdef"), encoding="utf-8")
    read = settings.read(
        {name: value.replace("%d", str(tmp_path)).replace("%S", "/var/lib") for name, value in given.items()}
    )
    assert read.smtp_url == values["smtp_url"]
    assert read.database_url.startswith("postgresql" if "@" in unit.name else "sqlite:////var/lib/aiguillage/")


def test_the_timer_starts_the_backup() -> None:
    timer = next(unit for unit in UNITS if unit.suffix == ".timer")
    assert timer.with_suffix(".service") in SERVICES
    assert lines(timer, "Persistent") == ["yes"]
