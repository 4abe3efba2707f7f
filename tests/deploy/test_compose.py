"""The compose files and their environment say what the program understands. No Docker is needed, nor run."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from app import settings
from app.cli import app as commands
from app.connections import read_mailboxes
from tests.profiles import shipped

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests" / "contracts" / "compose.json").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
ALONE = yaml.safe_load((ROOT / "deploy" / "compose.sqlite.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("image", "").startswith("aiguillage:")}
ONCE = ("upgrade", "backup")
"""What ends by itself."""
VALUES = {
    "database_url": "postgresql+psycopg://aiguillage:secret@database/aiguillage",
    "secret_key": "0123456789abcdef0123456789abcdef",
    "smtp_url": "smtp+starttls://assistance:secret@smtp.example.org:587",
    "assistance": "secret",
}
"""What the files of deploy/secrets may hold."""


def environment(folder: Path) -> dict[str, str]:
    """What deploy/env.example gives a process, with the secrets in that folder."""
    lines = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for name, value in VALUES.items():
        (folder / name).write_text(value, encoding="utf-8")
    return {name: value.replace("/run/secrets", str(folder)) for name, value in pairs.items()}


def test_the_example_is_a_whole_environment_of_the_scaled_mode(tmp_path: Path) -> None:
    given = environment(tmp_path) | SERVICES["web"]["environment"]
    found = settings.read(given)
    found.require_servers()
    profile = shipped()
    assert set(read_mailboxes(found, profile)) == {"assistance"}
    assert found.bind == ("0.0.0.0", 8080)
    assert found.database_url == VALUES["database_url"]


def test_what_the_example_leaves_out_is_a_setting_too(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    optional = dict(re.findall(r"^# (AIGUILLAGE_\w+)=(.*)$", text, re.MULTILINE))
    (tmp_path / "token").write_text("a token that is long enough", encoding="utf-8")
    given = {name: str(tmp_path / "token") if name.endswith("_FILE") else value for name, value in optional.items()}
    settings.read(environment(tmp_path) | given)
    assert optional


@pytest.mark.parametrize("name", ["compose.yaml", "compose.sqlite.yaml"])
def test_each_file_is_a_compose_file(name: str) -> None:
    found = yaml.safe_load((ROOT / "deploy" / name).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(SCHEMA).validate(found)
    volumes = {
        str(one).partition(":")[0] for service in found["services"].values() for one in service.get("volumes", ())
    }
    assert {one for one in volumes if "/" not in one} == set(found["volumes"])


def test_alone_it_is_an_environment_without_servers(tmp_path: Path) -> None:
    given = environment(tmp_path) | {
        name: str(value) for name, value in ALONE["services"]["service"]["environment"].items()
    }
    found = settings.read(given)
    assert (found.database_url, found.redis_url, found.secret_key) == ("sqlite:////data/aiguillage.db", "", "")
    assert "/data" in (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert ALONE["services"]["service"]["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("service", [*OURS.values(), *ALONE["services"].values()], ids=lambda one: str(one["command"]))
def test_each_service_is_a_command_in_a_closed_room(service: Any) -> None:
    group: Any = typer.main.get_command(commands)
    for word in service["command"]:
        if not hasattr(group, "commands"):
            assert word.startswith("/"), "an argument"
            continue
        group = group.commands[word]
    assert not hasattr(group, "commands"), service["command"]
    assert service["read_only"]
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert int(service["stop_grace_period"].removesuffix("s")) > 45


def test_nothing_begins_before_the_schema_is_up_to_date() -> None:
    waits = {name: one["depends_on"].get("upgrade", {}).get("condition") for name, one in OURS.items()}
    assert (waits.pop("upgrade"), waits.pop("backup")) == (None, "service_completed_successfully")
    assert set(waits) == {"web", "worker", "connect"}
    assert set(waits.values()) == {"service_completed_successfully"}
    assert SERVICES["upgrade"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_every_secret_is_a_file_and_none_is_in_the_environment() -> None:
    used = {secret for one in SERVICES.values() for secret in one.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert {path["file"] for path in COMPOSE["secrets"].values()} == {f"secrets/{name}" for name in used}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert "/deploy/secrets/" in ignored
    assert "/deploy/env\n" in ignored


def test_every_image_is_pinned_and_what_is_copied_into_ours_exists() -> None:
    assert all(re.search(r":\d+\.\d+", one["image"]) for one in SERVICES.values())
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}"}
    assert re.search(r"^ARG BASE=\S+:\d+\.\d+\.\d+", dockerfile, re.MULTILINE)
    copied = [word for line in re.findall(r"^COPY (?!--)(.*)$", dockerfile, re.MULTILINE) for word in line.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    shown = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {f"!{word}" for word in copied} <= set(shown)
    assert "USER 10001:10001" in dockerfile


def test_connections_fit_the_database() -> None:
    from store.engine import OVERFLOW, POOL

    processes = {name: one.get("deploy", {}).get("replicas", 1) for name, one in OURS.items() if name not in ONCE}
    most = (POOL + OVERFLOW) * (sum(processes.values()) + processes["web"])  # `web` has another pool for callers
    allowed = next(int(word.partition("=")[2]) for word in SERVICES["database"]["command"] if "max_connections" in word)
    assert most + 10 < allowed
