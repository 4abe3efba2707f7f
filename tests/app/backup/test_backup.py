"""An installation goes into one file and comes back out of it, on both databases and while somebody writes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from app.backup import erased
from app.backup.making import make
from app.settings import Settings
from cases.errors import ConfigurationError
from store import schema
from store.archive import Archive
from store.archiving import archive
from store.tables import blob, case, case_key, inbound, outbound
from store.tx import Store
from tests.app.backup.restoring import KEY, PROFILE, SQLITE, put_back
from tests.desk.working import Work
from tests.mails import mail
from tests.store.installation import content, engine_of, quiet


def test_all_of_it_comes_back(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    before = content(installation.database_url)
    path, made = make(installation, tmp_path, quiet)
    found = put_back(path, empty)
    assert content(empty.database_url) == before
    after = content(installation.database_url)
    assert {name for name in before if after[name] != before[name]} == {"backup"}, "but for the note that one was made"
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


@SQLITE
def test_tombstones_of_nobody_in_it_change_nothing(installation: Settings, empty: Settings, tmp_path: Path) -> None:
    path, _ = make(installation, tmp_path, quiet)
    before = content(installation.database_url)
    one = {"key": "k" * 32, "kind": "person", "at": "2100-01-01T00:00:00+00:00"}
    (tmp_path / erased.FILE).write_text(json.dumps([one]), "utf-8")
    put_back(path, empty)
    after = content(empty.database_url)
    assert {name for name in before if after[name] != before[name]} == {"tombstone", "backup"}


@SQLITE
def test_the_later_moment_of_a_tombstone_is_kept(installation: Settings, tmp_path: Path) -> None:
    """Whoever was erased a second time is erased up to then, whichever of file and database says so."""
    with engine_of(installation.database_url) as engine:
        store = Store(engine)
        for year, kept in ((2031, 2031), (2033, 2033), (2032, 2033)):
            with store.transaction("test") as tx:
                tx.connection.execute(text("DELETE FROM tombstone"))
                tx.privacy.bury([{"key": "k", "kind": "person", "at": f"{year}-01-01T00:00:00+00:00"}])
            erased.keep(tmp_path, store)
            assert [one["at"][:4] for one in erased.beside(tmp_path)] == [str(kept)]
    assert (tmp_path / erased.FILE).stat().st_mode & 0o077 == 0


@SQLITE
def test_an_archive_that_comes_back_is_rid_of_who_was_erased(
    installation: Settings, empty: Settings, tmp_path: Path
) -> None:
    with engine_of(installation.database_url) as engine, engine_of(installation.archive_address) as away:
        store = Store(engine)
        store.archive = Archive(away)
        with store.transaction("test") as tx:
            tx.connection.execute(text("UPDATE \"case\" SET status = 'closed', closed_at = opened_at"))
            [key, *_] = tx.connection.execute(select(case.c.person_key).where(case.c.channel == "email")).scalars()
        moved, _ = archive(store, store.archive, Work(store).now.replace(year=2100), quiet)
        path, _ = make(installation, tmp_path, quiet)
        with store.transaction("test") as tx:
            tx.privacy.bury([{"key": key, "kind": "person", "at": "2100-01-01T00:00:00+00:00"}])
        erased.keep(tmp_path, store)
    put_back(path, empty)
    with engine_of(empty.archive_address) as away:
        assert len(Archive(away).some(1000)) < moved


def test_whether_it_was_made_is_noted(installation: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = make(installation, tmp_path, quiet)
    with engine_of(installation.database_url) as engine, Store(engine).reading() as tx:
        [made] = [row for row in tx.backups.all() if row.folder == str(tmp_path)]
    assert (made.bytes, made.fault, made.tried_at) == (path.stat().st_size, None, made.made_at)
    monkeypatch.setattr("app.backup.making.shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(ConfigurationError):
        make(installation, tmp_path / "again.zip", quiet)
    with engine_of(installation.database_url) as engine, Store(engine).reading() as tx:
        [failed] = [row for row in tx.backups.all() if row.folder == str(tmp_path)]
    assert (failed.bytes, failed.made_at) == (made.bytes, made.made_at)
    assert "free" in failed.fault
    assert failed.tried_at > made.tried_at


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
