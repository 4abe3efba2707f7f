"""Somebody who was erased is found nowhere: not in a table, a page of a file, an index, or the archive."""

from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import select, update

from cases.erasing import Person
from ingest.voice.provider import Sound
from ingest.voice.recordings import Recordings
from store import erasing as erasing_module
from store.archive import Archive
from store.archiving import archive
from store.dump import share, take
from store.engine import open_engine
from store.erasing import Erasing
from store.privacy import reapply
from store.scouring import rewrite
from store.tables import case, form_draft, metadata, outbound, recording
from store.tx import Store
from tests.desk.working import Work
from tests.ingest.voice.exchange import Exchange
from tests.ingest.voice.phone import CLOSED, Telephone
from tests.ingest.voice.test_dialling import promise
from tests.mails import mail

ADDRESS, PHONE, NAME = "perrine.zylberquist@example.org", "+32470551977", "Perrine Zylberquist"
MARKERS = ("zylberquist", "470551977", "470 55 19 77", "quxomarin", "vellichorion", "brindlewood")
"""Her name and address, her number, what she wrote, what a file of hers holds, what others wrote with her."""


@pytest.fixture(autouse=True)
def without_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing works beside these."""
    monkeypatch.setattr(erasing_module, "SHARE", 0)


def test_she_is_found_nowhere(store: Store, tmp_path: Path) -> None:
    work = filled(store)
    before = dump(store)
    assert all(marker in before for marker in MARKERS)
    [certificate] = erase(store, work)
    left = dump(store) + files(tmp_path)
    assert [marker for marker in MARKERS if marker in left] == []
    assert not any(marker in repr(certificate).lower() for marker in MARKERS)
    assert certificate["erased"]["cases"] == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_she_is_in_no_file_and_no_dump(store: Store, tmp_path: Path) -> None:
    """Once its files are rewritten, those of the tables, indexes and statistics. Of its write-ahead log the certificate
    says that it has to be recycled."""
    work = filled(store)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")
    assert all(marker in blocks(store) for marker in MARKERS)
    erase(store, work)
    with store.engine.connect() as connection:
        known = connection.exec_driver_sql("SELECT most_common_vals, histogram_bounds FROM pg_stats").all()
    assert not [marker for marker in MARKERS if marker in repr(known).lower()]
    kept = tmp_path / "dump"
    with store.engine.connect() as connection, connection.begin():
        take(store.engine.url, share(connection), kept)
    assert not [marker for marker in MARKERS if marker in files(tmp_path)]
    rewrite(store.engine)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    assert not [marker for marker in MARKERS if marker in blocks(store)]


def blocks(store: Store) -> str:
    """The bytes of every file of the database, as its server keeps them."""
    with store.engine.connect() as connection:
        where = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database"
        folder = connection.exec_driver_sql(f"{where} WHERE datname = current_database()").scalar_one()
    return files(Path(folder))


def filled(store: Store) -> Work:
    work = Work(store)
    hers = mail(
        "Bonjour,\n\nLe quxomarin est en panne. Mon numéro : 0470 55 19 77.\n",
        sender=f"{NAME} <{ADDRESS}>",
        subject="Quxomarin",
        message_id="<her-1@example.org>",
    )
    work.opened(hers)
    others = mail(
        f"Bonjour,\n\nVoir avec {NAME}, {ADDRESS} ou 0470/55.19.77 (+32470551977).\n\nBien à vous\n",
        message_id="<other@example.org>",
        Cc=f"{NAME} <{ADDRESS}>",
    )
    work.opened(others)
    answer = mail(
        "Bonjour, le vellichorion et le brindlewood vont bien.\n",
        sender=f"{NAME} <{ADDRESS}>",
        subject="Re: Question",
        message_id="<her-2@example.org>",
        In_Reply_To="<other@example.org>",
    )
    work.opened(answer)
    work.opened(mail("Rien à voir avec elle.\n", sender="Paul <paul@example.org>", message_id="<paul@example.org>"))
    return work


def test_she_is_found_nowhere_by_phone_nor_in_the_archive_nor_in_what_people_did(
    store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work = filled(store)
    phone = Telephone(store, work.profile)
    promise(phone, caller=PHONE)
    phone.now = CLOSED
    phone.ring(PHONE, sid="CA9")
    phone.keys("1 4 2", "CA9")
    phone.leaves_message(sid="CA9")
    phone.recording(sid="CA9")
    with store.transaction("test.rest") as tx:
        rest(tx, work)
    away = Archive(open_engine(f"sqlite:///{tmp_path}/archive.db"))
    store.archive = away
    close(store, work)
    assert archive(store, away, work.now + timedelta(days=1), lambda done: None)[0] > 0
    work.later(days=2)
    [certificate] = erase(store, work)
    left = dump(store) + files(tmp_path) + "".join(capfd.readouterr()).lower()
    assert [marker for marker in (*MARKERS, "oubliette") if marker in left] == []
    assert certificate["erased"]["calls"] >= 2
    assert certificate["erased"]["logged_calls"] == 1


def rest(tx: Any, work: Work) -> None:
    """What people of the house keep of her."""
    now, keys = work.now, sorted(who(work).keys)
    said = {"key": "k", "at": now, "agent": "marie", "minutes": None, "made_at": now, "lang": "fr", "outcome": "solved"}
    her = {
        "caller_name": NAME,
        "caller": PHONE,
        "motif": "x",
        "tool": "x",
        "reason": "L'oubliette",
        "person_key": keys[0],
    }
    tx.logged.add_once([said | her])
    tx.contacts.link(ADDRESS, keys[0], now)
    tx.connection.execute(
        form_draft.insert(),
        {"digest": "f", "fields": {"email": ADDRESS, "text": "oubliette"}, "files": [], "saved_at": now},
    )
    note = {"case_id": work.road.rows([2])[0].case_id, "kind": "note", "at": now, "actor": "marie", "data": {}}
    tx.cases.add_entries([note | {"text": f"{NAME} a rappelé du 0470/55 19 77.", "person_key": None}])


def close(store: Store, work: Work) -> None:
    with store.transaction("test.close") as tx:
        tx.connection.execute(update(case).values(status="closed", closed_at=work.now))
        tx.connection.execute(update(outbound).values(state="done"))


def erase(store: Store, work: Work, elsewhere: Any = lambda person, copies: []) -> list[dict[str, Any]]:
    erasing = Erasing(store=store, digest=work.road.signer.tombstone, clock=lambda: work.now, elsewhere=elsewhere)
    erasing.begin(who(work), "thomas", "asked on paper")
    return erasing.resume()


def who(work: Work) -> Person:
    keys = frozenset(map(work.road.signer.person_key, (ADDRESS, PHONE)))
    return Person(addresses=frozenset({ADDRESS}), phones=frozenset({PHONE}), keys=keys)


def dump(store: Store) -> str:
    """Everything that the tables hold, as text; bytes decoded as far as they are letters."""
    with store.engine.connect() as connection:
        rows = [connection.execute(select(table)).all() for table in metadata.sorted_tables]
    return "\n".join(plain(value) for each in rows for row in each for value in row).lower()


def plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def files(folder: Path) -> str:
    """The bytes of every file, the write-ahead log and the archive included."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()).lower()


def test_she_goes_from_bytes_that_only_name_her(store: Store, tmp_path: Path) -> None:
    """In headers, in a file packed in base64 or quoted-printable, in a document; other people's words stay readable."""
    work = Work(store)
    document = BytesIO()
    with ZipFile(document, "w", ZIP_DEFLATED) as place:
        place.writestr("word/document.xml", f"<w:t>{ADDRESS[:9]}</w:t><w:t>{ADDRESS[9:]}</w:t>")
    named = {
        "base64": b64encode(b"A list of people, the first of them " + ADDRESS.encode()),
        "base64 too": b64encode(document.getvalue()),
        "quoted-printable": b"Zylberquist: perrine.zylb=\r\nerquist=40example.org",
    }
    for n, (encoding, body) in enumerate(named.items()):
        work.opened(attached(body, encoding.removesuffix(" too"), f"<file{n}@example.org>"))
    work.opened(mail("Merci.\n", message_id="<header@example.org>", Reply_To=f"<{ADDRESS}>"))
    work.opened(mail("Sans elle.\n", message_id="<other@example.org>"))
    erase(store, work)
    raws = [row.sha256 for row in work.road.rows(range(1, 6))]
    with store.reading() as tx:
        sizes = [tx.outbound.sizes([one])[one] for one in raws]
        texts = [row.content["text"].strip() for row in work.road.rows(range(1, 6))]
    assert [size > 0 for size in sizes] == [False, False, False, False, True]
    assert texts == ["Voir la liste.", "Voir la liste.", "Voir la liste.", "Merci.", "Sans elle."]
    assert "zylberquist" not in (dump(store) + files(tmp_path))


def attached(body: bytes, encoding: str, message_id: str) -> bytes:
    head = (
        "From: Jeanne <jeanne@example.org>\r\nTo: assistance@monpermis.example.be\r\nSubject: Liste\r\n"
        f"Message-ID: {message_id}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nVoir la liste.\r\n"
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=liste.bin\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n--b--\r\n"


def test_what_another_is_still_to_be_sent_leaves_whole(store: Store) -> None:
    """A mail that was written for somebody else and waits is written anew without her, and not sent empty."""
    work = filled(store)
    [other] = work.road.rows([2])
    with store.transaction("test.written") as tx:
        [waits] = [row for row in tx.cases.outbound(other.case_id) if row.recipient != ADDRESS][:1]
        tx.connection.execute(update(outbound).where(outbound.c.id == waits.id).values(lease="me", state="pending"))
        tx.outbound.keep("me", [(waits.id, "f" * 64, b"Bonjour, voir avec Perrine")], work.now)
    erase(store, work)
    with store.reading() as tx:
        kept = tx.outbound.get(waits.id)
        assert (kept.state, kept.sha256) == ("pending", None)
    with store.transaction("test.again") as tx:
        tx.outbound.keep("me", [(waits.id, "f" * 64, b"Bonjour")], work.now)
        assert tx.outbound.bodies(["f" * 64]) == {"f" * 64: b"Bonjour"}


def test_what_nobody_has_read_yet_stays_and_is_told_of(store: Store) -> None:
    work = filled(store)
    [waits] = work.road.receive(mail(f"{NAME}, {ADDRESS}\n", message_id="<waits@example.org>"))
    [certificate] = erase(store, work)
    assert {"what": "unread", "messages": [waits]} in certificate["remains"]
    with store.reading() as tx:
        assert ADDRESS.encode() in tx.bodies.received(waits)


def test_what_comes_while_she_is_erased_is_hers_anew(store: Store) -> None:
    work = filled(store)
    erasing = Erasing(
        store=store, digest=work.road.signer.tombstone, clock=lambda: work.now, elsewhere=lambda person, copies: []
    )
    erasing.begin(who(work), "thomas", "asked on paper")
    work.later(minutes=1)
    [new] = work.road.take_in(mail("Encore moi.\n", sender=f"{NAME} <{ADDRESS}>", message_id="<her-9@example.org>"))
    erasing.resume()
    [row] = work.road.rows([new.id])
    assert (row.sender, work.road.case(row).requester) == (ADDRESS, ADDRESS)
    with store.reading() as tx:
        assert b"Encore moi" in tx.bodies.received(row.id)


def test_a_sound_that_was_not_fetched_yet_is_deleted_where_it_lies(store: Store) -> None:
    work = filled(store)
    phone = Telephone(store, work.profile)
    phone.now = CLOSED
    phone.ring(PHONE, sid="CA9")
    phone.keys("1 4 2", "CA9")
    phone.leaves_message(sid="CA9")
    phone.recording(sid="CA9")
    work.later(days=2000)
    erase(store, work)
    there = Exchange()
    there.sounds["RECA9"] = Sound(body=b"hers", content_type="audio/x-wav")
    found = Recordings(store=store, provider=there, clock=lambda: work.now, classify=lambda said: [])
    assert found.process() == 1
    with store.reading() as tx:
        [done] = tx.connection.execute(select(recording)).all()
    assert (done.state, done.sha256, done.person_key, done.deleted_at) == ("done", None, None, work.now)
    assert there.forgotten == ["RECA9"]


def test_the_same_mail_stays_erased_and_a_new_one_is_taken(store: Store) -> None:
    work = filled(store)
    with store.reading() as tx:
        raw = next(body for row in tx.inbound.get([1]) for body in [tx.bodies.received(row.id)])
    erase(store, work)
    work.later(hours=1)
    [again] = work.road.take_in(raw, external_id="2:1")
    [other_way] = work.road.take_in(
        b"Received: by mx.example.net\r\n" + raw, source=work.profile.mailboxes[1].name, external_id="2:1"
    )
    for row in (again, other_way):
        assert (row.disposition, row.case_id, row.sender, row.subject) == ("duplicate", None, None, None)
    assert not [marker for marker in MARKERS if marker in dump(store)]
    [new] = work.road.take_in(mail("Encore moi.\n", sender=f"{NAME} <{ADDRESS}>", message_id="<her-9@example.org>"))
    assert new.disposition == "case"
    assert work.road.case(new).requester == ADDRESS


def test_cut_short_anywhere_it_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    work = filled(store)
    erasing = Erasing(
        store=store, digest=work.road.signer.tombstone, clock=lambda: work.now, elsewhere=lambda person, copies: []
    )
    erasing.begin(who(work), "thomas", "asked on paper")
    left, run = [0], Store.run

    def cut(self: Store, name: str, change: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return run(self, name, change)

    monkeypatch.setattr(Store, "run", cut)
    cuts, found = 0, []
    while not found:
        left[0] = cuts
        try:
            found = erasing.resume()
        except KeyboardInterrupt:
            cuts += 1
    [certificate] = found
    assert cuts > 2
    assert certificate["erased"]["cases"] == 1
    assert not [marker for marker in MARKERS if marker in dump(store)]
    assert erasing.resume() == []


def test_a_backup_from_before_is_erased_again_and_what_came_later_stays(store: Store) -> None:
    work = filled(store)
    with store.transaction("test.bury") as tx:
        tx.privacy.bury([{"key": key, "kind": "person", "at": work.now.isoformat()} for key in who(work).keys])
    work.later(hours=1)
    work.opened(mail("Encore moi.\n", sender=f"{NAME} <{ADDRESS}>", message_id="<her-9@example.org>"))
    with store.transaction("test.reapply") as tx:
        gone = reapply(tx)
    assert gone.counts["cases"] == 1
    left = dump(store)
    assert not [marker for marker in ("quxomarin", "vellichorion", "brindlewood") if marker in left]
    assert "encore moi" in left
    assert ADDRESS in left, "whoever wrote after it can be answered"
