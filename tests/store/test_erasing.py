"""Somebody who was erased is found nowhere: not in a table, a page of a file, an index, or the archive."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from cases.erasing import Person
from store.archive import Archive
from store.archiving import archive
from store.engine import open_engine
from store.erasing import Erasing
from store.privacy import reapply
from store.tables import case, form_draft, metadata, outbound
from store.tx import Store
from tests.desk.working import Work
from tests.ingest.voice.phone import CLOSED, Telephone
from tests.ingest.voice.test_dialling import promise
from tests.mails import mail

ADDRESS, PHONE, NAME = "perrine.zylberquist@example.org", "+32470551977", "Perrine Zylberquist"
MARKERS = ("zylberquist", "470551977", "470 55 19 77", "quxomarin", "vellichorion", "brindlewood")
"""Her name and address, her number, what she wrote, what a file of hers holds, what others wrote with her."""


def test_she_is_found_nowhere(store: Store, tmp_path: Path) -> None:
    work = filled(store)
    before = dump(store)
    assert all(marker in before for marker in MARKERS)
    [certificate] = erase(store, work)
    left = dump(store) + files(tmp_path)
    assert [marker for marker in MARKERS if marker in left] == []
    assert not any(marker in repr(certificate).lower() for marker in MARKERS)
    assert certificate["erased"]["cases"] == 1


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
        left[0] = 3 * cuts
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
