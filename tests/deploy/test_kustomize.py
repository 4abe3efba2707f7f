"""The manifests for Kubernetes refer to what exists, and give each process a closed room; kubectl builds them here."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from app import settings
from app.cli import app as commands

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kustomize"
KUBECTL = shutil.which("kubectl")
installed = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("kustomization.yaml")), ids=lambda path: path.parent.name)
def test_each_names_what_is_there(path: Path) -> None:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = [*found.get("resources", ()), *found.get("components", ())]
    named += [patch["path"] for patch in found.get("patches", ())]
    named += [name for one in found.get("configMapGenerator", ()) for name in one.get("envs", ())]
    assert all((path.parent / name).exists() for name in named)
    profile = [name for one in found.get("configMapGenerator", ()) for name in one.get("files", ())]
    shipped = ROOT / "profiles" / "mon-permis"
    assert all((shipped / name.removeprefix("profile/")).is_file() for name in profile)


@cache
def built(overlay: str, folder: Path) -> list[Any]:
    """What kubectl makes of an overlay, as docs/administration.md has it: with a profile beside the settings."""
    place = folder / "kustomize"
    if not place.exists():
        shutil.copytree(FOLDER, place)
        shutil.copytree(ROOT / "profiles" / "mon-permis", place / "settings" / "profile")
    done = subprocess.run(
        [str(KUBECTL), "kustomize", str(place / overlay)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kubernetes")


def pods(folder: Path) -> dict[str, Any]:
    found = [*built("production", folder), *built("upgrade", folder)]
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in found if "template" in one.get("spec", {})
    }


@installed
def test_each_process_is_a_command_in_a_closed_room(folder: Path) -> None:
    found = pods(folder)
    assert set(found) == {"web", "worker", "connect", "upgrade"}
    for pod in found.values():
        [container] = pod["containers"]
        group: Any = typer.main.get_command(commands)
        for word in container["args"]:
            group = group.commands[word]
        assert not hasattr(group, "commands")
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["automountServiceAccountToken"]
        assert pod["terminationGracePeriodSeconds"] > 45
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


@installed
def test_each_process_that_stays_says_whether_it_lives(folder: Path) -> None:
    for name in ("web", "worker", "connect"):
        [container] = pods(folder)[name]["containers"]
        assert {"startupProbe", "livenessProbe"} <= container.keys()
    [web] = pods(folder)["web"]["containers"]
    assert web["readinessProbe"]["httpGet"]["path"] == "/health/ready"


@installed
def test_its_settings_are_settings(folder: Path, tmp_path: Path) -> None:
    maps = {one["metadata"]["name"]: one for one in built("production", folder) if one["kind"] == "ConfigMap"}
    [given] = [one["data"] for name, one in maps.items() if "profile" not in name and "prompts" not in name]
    (tmp_path / "secret").write_text("postgresql+psycopg://a@database/a", encoding="utf-8")
    read = {name: str(tmp_path / "secret") if name.endswith("_FILE") else value for name, value in given.items()}
    settings.read(read | {"AIGUILLAGE_HTTP_BIND": "0.0.0.0:8080"}).require_servers()
    for pod in pods(folder).values():
        [mounted] = [one["mountPath"] for one in pod["containers"][0]["volumeMounts"] if one["name"] == "profile"]
        assert mounted == given["AIGUILLAGE_PROFILE"]


@installed
def test_what_is_referred_to_is_there(folder: Path) -> None:
    found = built("production", folder)
    names = {(one["kind"], one["metadata"]["name"]) for one in found}
    for pod in (one["spec"]["template"]["spec"] for one in found if one["kind"] == "Deployment"):
        [projected] = [one["projected"]["sources"] for one in pod["volumes"] if "projected" in one]
        assert all(("ConfigMap", one["configMap"]["name"]) in names for one in projected)
        assert ("ConfigMap", pod["containers"][0]["envFrom"][0]["configMapRef"]["name"]) in names
    [ingress] = [one for one in found if one["kind"] == "Ingress"]
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert ("Service", backend["name"]) in names
