"""An installation goes into one file and comes back out of it, on both databases and while somebody writes."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select, text

from app.backup import reading
from app.backup.making import make
from app.backup.restoring import Restored, restore
from app.settings import Settings
from cases.errors import AiguillageError, ConfigurationError
from store import schema
from store.archive import Archive
from store.archiving import archive
from store.engine import open_engine
from store.tables import blob, case, case_key, inbound, outbound
from store.tx import Store
from tests.desk.working import Work
from tests.mails import mail
from tests.servers.databases import BOTH
from tests.servers.postgres import Postgres
from tests.store.installation import fill, rows

KEY = "0123456789abcdef0123456789abcdef"
PROFILE = Path(__file__).parents[3] / "profiles" / "mon-permis"


def quiet(*_: object) -> None:
    """Nobody watches."""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def content(url: str) -> dict[str, list[str]]:
    with engine_of(url) as engine:
        return rows(engine)


def put_back(path: Path, settings: Settings, *, dry_run: bool = False) -> Restored:
    with reading.opened(path) as found:
        return restore(found, settings, quiet, dry_run=dry_run)


def refusals(path: Path, settings: Settings) -> str:
    """Why it is refused, all of it."""
    with pytest.raises(ConfigurationError) as caught:
        put_back(path, settings)
    return str(caught.value)


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Settings:
    """An installation with rows in every state, on each kind of database in turn."""
    with engine_of(database_url) as engine:
        fill(Store(engine))
    profile = tmp_path / "profile"
    shutil.copytree(PROFILE, profile)
    return Settings(database_url=database_url, profile=str(profile), secret_key=KEY)


@pytest.fixture
def empty(installation: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A machine on which nothing is yet, with a database of the same kind."""
    bare = replace(installation, profile=str(tmp_path / "new" / "profile"))
    if installation.database_url.startswith("sqlite"):
        yield replace(bare, database_url=f"sqlite:///{tmp_path}/new/data/aiguillage.db")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database(migrated=False) as url:
        yield replace(bare, database_url=url)


def test_all_of_it_comes_back(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    before = content(installation.database_url)
    path, made = make(installation, tmp_path, quiet)
    found = put_back(path, empty)
    assert content(empty.database_url) == before == content(installation.database_url)
    assert {name: made.database.rows[name] for name in before} == {name: len(kept) for name, kept in before.items()}
    assert (found.upgraded, found.revision, list(found.profile_kept)) == (False, schema.HEAD, [])
    assert texts(Path(empty.profile)) == texts(PROFILE)
    with engine_of(empty.database_url) as engine:
        schema.require_head(engine)
        road = Work(Store(engine)).road
        [row] = road.take_in(mail("A new one.\n", message_id="<new@example.org>"), external_id="2:1")
        assert row.disposition == "case"


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_for_its_owner_alone_and_says_what_it_is(installation: Settings, tmp_path: Path) -> None:
    path, made = make(installation, tmp_path, quiet)
    assert path.stat().st_mode & 0o077 == 0
    with ZipFile(path) as place:
        assert json.loads(place.read("manifest.json")) == made.as_json()
        assert place.read("secret.key").decode() == KEY
    assert (made.service, made.case_prefix, made.database.revision) == ("mon-permis", "MPA", schema.HEAD)
    assert [one.name for one in tmp_path.glob(".backup-*")] == []


def test_a_dry_run_writes_nothing(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    path, made = make(installation, tmp_path / "one.zip", quiet)
    before = sorted(tmp_path.rglob("*"))
    assert put_back(path, empty, dry_run=True).rows == made.database.rows
    assert sorted(tmp_path.rglob("*")) == before
    assert put_back(path, empty).rows == made.database.rows, "the database is still empty"


def test_taken_while_somebody_writes_it_is_one_moment(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    with writing(installation.database_url):
        made = [make(installation, tmp_path / f"{number}.zip", quiet) for number in range(3)]
    counts = [one.database.rows["case"] for _, one in made]
    assert counts == sorted(counts)
    put_back(made[-1][0], empty)
    with engine_of(empty.database_url) as engine, engine.connect() as connection:
        assert connection.execute(select(text("count(*)")).select_from(case)).scalar_one() == counts[-1]
        assert lacking(connection) == []
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


@contextmanager
def writing(url: str) -> Iterator[None]:
    """Mails become cases, one after the other, until the block ends; at least three do."""
    stop, began = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        with engine_of(url) as engine:
            road, number = Work(Store(engine)).road, 0
            while not stop.is_set() or number < 3:
                number += 1
                one = mail(f"Under load {number}\n", message_id=f"<load{number}@example.org>")
                road.take_in(one, external_id=f"2:{number}")
                began.set()

    def guarded() -> None:
        try:
            write()
        except BaseException as error:
            failures.append(error)
            began.set()

    thread = threading.Thread(target=guarded)
    thread.start()
    began.wait(60)
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failures == []


def lacking(connection: Any) -> list[Any]:
    """The cases without the message that opened them, their keys, or the bytes of their mails."""
    opened = select(inbound.c.case_id).where(inbound.c.disposition == "case", inbound.c.channel == "email")
    keyed, bodies = select(case_key.c.case_id), select(blob.c.sha256)
    mails = case.c.channel == "email"
    found = [
        connection.execute(select(case.c.id).where(mails, case.c.id.not_in(kept))).all() for kept in (opened, keyed)
    ]
    found += [connection.execute(select(inbound.c.id).where(inbound.c.sha256.not_in(bodies))).all()]
    found += [connection.execute(select(outbound.c.id).where(outbound.c.case_id.not_in(select(case.c.id)))).all()]
    return [row for rows_found in found for row in rows_found]


def test_who_was_erased_since_is_erased_again(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    with engine_of(installation.database_url) as engine:
        store = Store(engine)
        path, _ = make(installation, tmp_path / "before.zip", quiet)
        with store.transaction("test") as tx:
            [key, *_] = tx.connection.execute(select(case.c.person_key).where(case.c.channel == "email")).scalars()
            tx.privacy.bury([{"key": key, "kind": "person", "at": "2100-01-01T00:00:00+00:00"}])
        make(installation, tmp_path / "after.zip", quiet)
    assert list(tmp_path.glob("*.json")) == [tmp_path / "erased.json"]
    put_back(path, empty)
    with engine_of(empty.database_url) as engine, engine.connect() as connection:
        assert connection.execute(select(case.c.id).where(case.c.person_key == key)).all() == []
    (tmp_path / "erased.json").write_text("[{}]")
    with pytest.raises(ConfigurationError, match="is damaged"):
        make(installation, tmp_path / "again.zip", quiet)


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


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
def test_an_older_schema_is_brought_up_to_date(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    with engine_of(installation.database_url) as engine:
        schema.downgrade(engine, "0009")
    path, made = make(installation, tmp_path, quiet)
    assert made.database.revision == "0009"
    assert put_back(path, empty).upgraded
    with engine_of(empty.database_url) as engine:
        assert schema.version(engine) == schema.HEAD


@SQLITE
def test_the_archive_of_old_mails_belongs_to_it(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    with engine_of(installation.database_url) as engine, engine_of(installation.archive_address) as away:
        store = Store(engine)
        store.archive = Archive(away)
        with store.transaction("test") as tx:
            tx.connection.execute(text("UPDATE \"case\" SET status = 'closed', closed_at = opened_at"))
        moved, _ = archive(store, store.archive, Work(store).now.replace(year=2100), quiet)
    path, made = make(installation, tmp_path, quiet)
    assert made.archive
    assert made.archive.rows == {"archived": moved}
    put_back(path, empty)
    with engine_of(empty.archive_address) as away:
        assert len(Archive(away).some(1000)) == moved > 0


@SQLITE
def test_a_log_of_another_file_is_not_taken_for_its_own(
    installation: Settings, empty: Settings, tmp_path: Path
) -> None:
    path, _ = make(installation, tmp_path, quiet)
    empty.make_folder()
    assert empty.folder
    (empty.folder / "aiguillage.db-wal").write_bytes(b"left behind")
    assert "has aiguillage.db-wal" in refusals(path, empty)


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
