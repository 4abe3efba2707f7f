"""What is older than its period goes, in small steps that begin where the last one ended; figures stay."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from cases.retention import Kept, Retention
from store.purging import WALKS, Purging
from store.tables import audit, blob, case, contact_address, entry, inbound, outbound, purge, recording
from store.tx import Store
from tests.desk.working import Work
from tests.mails import mail
from tests.store.test_erasing import dump

RETENTION = Retention()


def purged(work: Work, retention: Retention = RETENTION, most: int = 1_000) -> int:
    """The rows that were passed."""
    total = 0
    for _ in range(most):
        with work.store.transaction("test.purge") as tx:
            count, _ = Purging(tx.connection, retention, work.now).step()
        total += count
        if not count:
            return total
    return total


def closed(work: Work, text: str = "Le quxomarin.\n", **fields: Any) -> int:
    """The id of a case that is closed."""
    number = work.opened(mail(text, **fields))
    with work.store.transaction("test.close") as tx:
        of = update(case).where(case.c.number == number)
        tx.connection.execute(of.values(status="closed", closed_at=work.now, alarm_at=None))
    return work.desk.read(number).id


def value(store: Store, column: Any, *where: Any) -> Any:
    with store.reading() as tx:
        return tx.connection.execute(select(column).where(*where)).scalar()


def test_raw_mail_goes_after_its_days_and_what_can_be_read_stays(store: Store) -> None:
    work = Work(store)
    one = closed(work)
    work.later(days=364)
    assert purged(work) == 0
    work.later(days=2)
    assert purged(work) > 0
    [row] = work.road.rows([1])
    assert row.content["erased"] == {"at": work.now.isoformat(), "days": 365}
    assert "quxomarin" in row.content["text"]
    assert value(store, blob.c.size, blob.c.sha256 == row.sha256) == 0
    assert value(store, case.c.requester, case.c.id == one) == "jeanne@example.org"
    assert purged(work) == 0


def test_an_open_case_keeps_everything(store: Store) -> None:
    work = Work(store)
    work.opened(mail("Le quxomarin.\n"))
    work.later(days=5_000)
    purged(work)
    assert work.road.rows([1])[0].content.get("erased") is None


def test_what_was_merged_into_an_open_case_is_kept_with_it(store: Store) -> None:
    """A case is closed when it is merged; what came for it counts for the other one, which goes on."""
    work = Work(store)
    part, whole = (work.opened(mail("Le quxomarin.\n", message_id=f"<{n}@example.org>")) for n in range(2))
    into = work.desk.read(whole).id
    with work.store.transaction("test.merge") as tx:
        merged = {"status": "closed", "closed_at": work.now, "merged_into": into}
        tx.connection.execute(update(case).where(case.c.number == part).values(merged))
    work.later(days=2_000)
    purged(work)
    with store.reading() as tx:
        assert tx.bodies.received(1)
    assert work.road.rows([1])[0].content["text"]
    with work.store.transaction("test.close") as tx:
        tx.connection.execute(update(case).where(case.c.id == into).values(status="closed", closed_at=work.now))
    work.later(days=1_827)
    purged(work)
    assert "quxomarin" not in dump(store)


def test_what_was_said_in_an_open_case_is_kept_with_it(store: Store) -> None:
    work = Work(store)
    number = work.opened(mail("Appelez-moi.\n"))
    here = work.desk.read(number).id
    with work.store.transaction("test.said") as tx:
        said = {"provider": "p", "call_sid": "c", "seconds": 3, "status": "completed", "recorded_at": work.now}
        rest = {"state": "done", "due_at": work.now, "transcript": "quxomarin", "deleted_at": work.now}
        rows = [{**said, **rest, "recording_sid": sid, "case_id": of} for sid, of in (("r1", here), ("r2", None))]
        tx.connection.execute(recording.insert(), rows)
    texts = select(recording.c.transcript).order_by(recording.c.id)
    work.later(days=366)
    purged(work)
    with store.reading() as tx:
        assert list(tx.connection.execute(texts).scalars()) == ["quxomarin", None]
    with work.store.transaction("test.close") as tx:
        tx.connection.execute(update(case).values(status="closed", closed_at=work.now))
    work.later(days=366)
    purged(work)
    with store.reading() as tx:
        assert list(tx.connection.execute(texts).scalars()) == [None, None]


def test_a_mail_that_is_still_to_leave_keeps_its_bytes(store: Store) -> None:
    work = Work(store)
    one = closed(work)
    with work.store.transaction("test.waits") as tx:
        waits = tx.cases.outbound(one)[0]
        tx.connection.execute(update(outbound).where(outbound.c.id == waits.id).values(state="pending", lease="me"))
        tx.outbound.keep("me", [(waits.id, "e" * 64, b"Bonjour")], work.now)
        tx.connection.execute(update(outbound).where(outbound.c.id == waits.id).values(state="held", lease=None))
    work.later(days=366)
    purged(work)
    with store.reading() as tx:
        assert tx.outbound.bodies(["e" * 64]) == {"e" * 64: b"Bonjour"}
        assert tx.outbound.get(waits.id).sha256 == "e" * 64


def test_a_person_of_whom_no_case_is_left_is_no_contact_any_more(store: Store) -> None:
    work = Work(store)
    closed(work)
    with work.store.transaction("test.link") as tx:
        tx.contacts.link("jeanne@example.com", value(store, case.c.person_key), work.now)
        tx.contacts.link("paul@example.com", "p" * 32, work.now)
    work.later(days=1_827)
    purged(work)
    with store.reading() as tx:
        left = list(tx.connection.execute(select(contact_address.c.address)).scalars())
    assert left == ["paul@example.com"]


def test_a_case_goes_with_its_words_and_its_figures_stay(store: Store) -> None:
    work = Work(store)
    one = closed(work)
    before = moments(store, one)
    work.later(days=1_827)
    purged(work)
    assert not [marker for marker in ("quxomarin", "jeanne") if marker in dump(store)]
    assert moments(store, one) == before
    assert value(store, case.c.motif, case.c.id == one) == "demande_information"


def moments(store: Store, one: int) -> list[Any]:
    with store.reading() as tx:
        lines = tx.connection.execute(
            select(entry.c.kind, entry.c.at).where(entry.c.case_id == one).order_by(entry.c.id)
        )
        return [*map(tuple, lines), tx.connection.execute(select(case.c.opened_at, case.c.closed_at)).one()]


def test_a_mail_that_comes_again_after_its_case_went_is_known(store: Store) -> None:
    work = Work(store)
    closed(work)
    work.later(days=1_827)
    purged(work)
    [again] = work.road.take_in(mail("Le quxomarin.\n"), source=work.profile.mailboxes[1].name)
    assert (again.disposition, again.reason) == ("duplicate", "same_message")


def test_what_goes_is_told_beforehand_and_noted_once_without_content(store: Store) -> None:
    work = Work(store)
    for n in range(3):
        closed(work, message_id=f"<{n}@example.org>")
    work.later(days=400)
    with store.reading() as tx:
        due = {one.rows: one for one in Purging(tx.connection, RETENTION, work.now).due()}
    assert due["raw_mail"].count == 3
    assert (due["raw_mail"].size or 0) > 500
    assert due["cases"].count == 0
    purged(work)
    purged(work)
    with store.reading() as tx:
        [line] = tx.connection.execute(select(audit).where(audit.c.action == "purged")).all()
    assert line.data["kind"] == "raw_mail"
    assert line.data["count"] == len(work.road.rows([1, 2, 3])) + mails(store)
    assert value(store, purge.c.count, purge.c.walk == "raw_mail") == 0


def mails(store: Store) -> int:
    with store.reading() as tx:
        return len(tx.connection.execute(select(outbound.c.id)).all())


def test_bytes_that_another_mail_has_too_stay(store: Store) -> None:
    work = Work(store)
    closed(work)
    with store.transaction("test.again") as tx:
        shared = tx.connection.execute(select(inbound.c.sha256)).scalar_one()
    work.later(days=366)
    work.road.receive(mail("Le quxomarin.\n"), external_id="9:9")
    purged(work)
    assert value(store, blob.c.size, blob.c.sha256 == shared) > 0


@pytest.mark.parametrize("walk", WALKS, ids=lambda one: one.name)
def test_a_walk_asks_by_index(sqlite_store: Store, walk: Any) -> None:
    with sqlite_store.reading() as tx:
        asked = walk.next(Work(sqlite_store).now - timedelta(days=365), None)
        compiled = asked.compile(sqlite_store.engine, compile_kwargs={"literal_binds": True})
        plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    assert "TEMP B-TREE" not in str(plan)
    assert "ix_case_closed_at" in str(plan) or "PRIMARY KEY" in str(plan)


def test_every_kind_has_a_walk() -> None:
    assert {walk.kind for walk in WALKS} == set(Kept) - {Kept.AUDIO}


def test_files_go_before_the_rest_where_their_days_are_fewer(store: Store) -> None:
    work = Work(store)
    closed(work)
    closed(work, FILES, message_id="<f@example.org>", Content_Type='multipart/mixed; boundary="b"')
    work.later(days=31)
    purged(work, replace(RETENTION, attachments=30))
    assert ["erased" in row.content for row in work.road.rows([1, 2])] == [False, True]


FILES = (
    "--b\nContent-Type: text/plain\n\nVoici.\n--b\nContent-Type: application/pdf\n"
    'Content-Disposition: attachment; filename="plan.pdf"\n\nquxomarin\n--b--\n'
)
