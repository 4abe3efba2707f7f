"""What does not fit is refused by name, and nothing is overwritten."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from app.backup.making import make
from app.settings import Settings
from cases.errors import AiguillageError, ConfigurationError
from tests.app.backup.restoring import KEY, SQLITE, put_back
from tests.servers.databases import BOTH
from tests.store.installation import content, quiet


def refusals(path: Path, settings: Settings) -> str:
    """Why it is refused, all of it."""
    with pytest.raises(ConfigurationError) as caught:
        put_back(path, settings)
    return str(caught.value)


def test_a_database_that_is_not_empty_is_left_alone(installation: Settings, tmp_path: Path) -> None:
    path, _ = make(installation, tmp_path, quiet)
    before = content(installation.database_url)
    assert "AIGUILLAGE_DATABASE_URL: " in (said := refusals(path, installation))
    assert "is not empty" in said
    assert content(installation.database_url) == before


def test_another_kind_of_database_is_refused(installation: Settings, tmp_path: Path) -> None:
    path, _ = make(installation, tmp_path, quiet)
    other = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    if not installation.database_url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path}/other.db"
    assert "aiguillage db copy" in refusals(path, replace(installation, database_url=other))


@SQLITE
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_backup_is_refused(installation: Settings, empty: Settings, tmp_path: Path, share: float) -> None:
    path, _ = make(installation, tmp_path, quiet)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "is no whole backup" in refusals(path, empty)
    assert not Path(empty.profile).exists()


@SQLITE
@pytest.mark.parametrize("name", ["database", "secret.key", "profile/cases.toml"])
def test_a_wrong_checksum_is_named(installation: Settings, empty: Settings, tmp_path: Path, name: str) -> None:
    path, _ = make(installation, tmp_path / "one.zip", quiet)
    again(path, tmp_path / "two.zip", {name: b"another content"})
    assert f"{name} is not what was put there" in refusals(tmp_path / "two.zip", empty)
    assert not (tmp_path / "new").exists()


def again(path: Path, other: Path, changed: dict[str, bytes]) -> None:
    """The same backup with some of its files replaced."""
    with ZipFile(path) as source, ZipFile(other, "w") as target:
        for name in source.namelist():
            target.writestr(name, changed.pop(name, None) or source.read(name))
        for name, added in changed.items():
            target.writestr(name, added)


@SQLITE
def test_what_it_does_not_list_or_would_write_elsewhere_is_refused(
    installation: Settings, empty: Settings, tmp_path: Path
) -> None:
    path, made = make(installation, tmp_path / "one.zip", quiet)
    again(path, tmp_path / "two.zip", {"profile/more.toml": b""})
    assert "not those that it lists" in refusals(tmp_path / "two.zip", empty)
    astray = made.as_json()
    astray["files"]["profile/../../astray"] = astray["files"]["secret.key"]
    again(path, tmp_path / "three.zip", {"manifest.json": json.dumps(astray).encode(), "profile/../../astray": b"x"})
    assert "not those that it lists" in refusals(tmp_path / "three.zip", empty)
    (tmp_path / "photo.zip").write_bytes(b"PK\x05\x06" + 18 * b"\0")
    assert "is no backup of Aiguillage" in refusals(tmp_path / "photo.zip", empty)


@SQLITE
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"database": {"revision": "9999"}}, "has the schema 9999, this release knows"),
        ({"format": 2}, "has the format 2, this release reads 1"),
        ({"service": "Autre", "case_prefix": "AU"}, "name that of Autre (AU)"),
    ],
)
def test_another_version_or_service_is_named(
    installation: Settings, empty: Settings, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    path, made = make(installation, tmp_path / "one.zip", quiet)
    values = made.as_json()
    values |= {key: values[key] | one if isinstance(one, dict) else one for key, one in changed.items()}
    again(path, tmp_path / "two.zip", {"manifest.json": json.dumps(values).encode()})
    assert said in refusals(tmp_path / "two.zip", replace(empty, profile=installation.profile))


@SQLITE
def test_another_key_or_profile_is_not_overwritten(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    path, _ = make(replace(installation, secret_key=""), tmp_path, quiet)
    assert "SECRET_KEY: is another than the backup's" in refusals(path, empty)
    own = replace(empty, secret_key="", profile=installation.profile)
    own.make_folder()
    assert own.folder
    (own.folder / "secret.key").write_text(KEY)
    assert "is another key than the backup's" in refusals(path, own)
    (own.folder / "secret.key").unlink()
    edited = Path(own.profile) / "form.toml"
    edited.write_text(edited.read_text() + "# edited since\n")
    assert list(put_back(path, own).profile_kept) == ["profile/form.toml"]
    assert edited.read_text().endswith("# edited since\n")
    assert own.secret() == replace(installation, secret_key="").secret()


@SQLITE
def test_a_full_disk_and_wrong_rights_are_named(
    installation: Settings, empty: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = make(installation, tmp_path, quiet)
    full = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: full)
        assert "1 MB free" in refusals(path, empty)
        with pytest.raises(ConfigurationError, match="1 MB free"):
            make(installation, tmp_path / "more.zip", quiet)
    with as_nobody(tmp_path):
        assert "may not be written by this account" in refusals(path, replace(empty, secret_key=KEY))
        with pytest.raises(AiguillageError, match=r"cannot be (opened|written)"):
            make(installation, tmp_path / "more.zip", quiet)
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "more.zip").exists()


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """An account that may read everything there and write nothing."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    reachable = [one for one in folder.parents if not one.stat().st_mode & 0o001]
    modes = {one: one.stat().st_mode for one in reachable}
    for one in reachable:
        one.chmod(modes[one] | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for one, mode in modes.items():
            one.chmod(mode)


def test_nothing_is_overwritten_and_nothing_is_made_of_nothing(installation: Settings, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    with pytest.raises(ConfigurationError, match="is there already"):
        make(installation, tmp_path / "there.zip", quiet)
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
    with pytest.raises(ConfigurationError, match="has nothing to back up"):
        make(replace(installation, database_url=f"sqlite:///{tmp_path}/none.db"), tmp_path, quiet)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)
def test_without_the_servers_tools_the_mend_is_named(
    installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="apt-get install postgresql-client"):
        make(installation, tmp_path, quiet)


@SQLITE
def test_the_log_of_another_file_stays_out_of_it(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    path, _ = make(installation, tmp_path, quiet)
    empty.make_folder()
    assert empty.folder
    (empty.folder / "aiguillage.db-wal").write_bytes(b"left behind")
    assert "has aiguillage.db-wal" in refusals(path, empty)
