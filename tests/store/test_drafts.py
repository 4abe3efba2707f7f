"""Drafts, and who has which case open; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.composer.forgetting import DraftFiles
from store.drafts import FRESH
from store.tx import Store
from tests.desk.signed import enter
from tests.desk.working import Work
from tests.mails import mail

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def case_id(store: Store) -> int:
    work = Work(store)
    return work.desk.read(work.opened(mail())).id


def test_the_last_draft_is_the_one_that_is_found(store: Store) -> None:
    enter(store)
    with store.transaction("tests") as tx:
        tx.drafts.save("thomas", "case:1", {"text": "Bon"}, NOW)
        tx.drafts.save("thomas", "case:1", {"text": "Bonjour"}, NOW + timedelta(seconds=5))
    with store.reading() as tx:
        found = tx.drafts.find("thomas", "case:1")
        assert found is not None
        assert (found.body, found.saved_at) == ({"text": "Bonjour"}, NOW + timedelta(seconds=5))
        assert tx.drafts.find("thomas", "case:2") is None
    with store.transaction("tests") as tx:
        tx.drafts.remove("thomas", "case:1")
        assert tx.drafts.find("thomas", "case:1") is None


def test_one_sees_who_else_is_there(store: Store, case_id: int) -> None:
    for name in ("thomas", "nora", "anke"):
        enter(store, name)
    with store.transaction("tests") as tx:
        tx.looking.note(case_id, "thomas", NOW, writing=False)
        tx.looking.note(case_id, "nora", NOW, writing=False)
        tx.looking.note(case_id, "nora", NOW, writing=True)
        tx.looking.note(case_id, "anke", NOW, writing=False)
        tx.looking.gone(case_id, "anke")
        assert [tuple(row) for row in tx.looking.others(case_id, "thomas", NOW)] == [("Nora Delvaux", True)]
        assert [row.name for row in tx.looking.others(case_id, "nora", NOW)] == ["Thomas Gérard"]


def test_who_was_not_heard_of_is_there_no_longer(store: Store, case_id: int) -> None:
    enter(store, "nora")
    enter(store, "thomas")
    with store.transaction("tests") as tx:
        tx.looking.note(case_id, "nora", NOW, writing=True)
    with store.transaction("tests") as tx:
        assert tx.looking.others(case_id, "thomas", NOW + FRESH) == []
        tx.looking.note(case_id, "thomas", NOW + FRESH, writing=False)
        assert tx.looking.others(case_id, "thomas", NOW) == []


class TestFiles:
    def test_those_that_no_draft_names_are_forgotten_after_a_day(self, store: Store) -> None:
        enter(store)
        with store.transaction("tests") as tx:
            tx.drafts.keep_files({"kept": b"1", "lost": b"2", "sent": b"3", "back": b"4"}, NOW)
            tx.drafts.save("thomas", "case:1", {"text": "", "files": [{"key": "kept"}, {"key": "back"}]}, NOW)
            tx.drafts.save("thomas", "other page", {"fields": {}}, NOW)
            tx.drafts.sent(["sent", "back"])
            tx.escalations.keep_files({"asked": b"5"}, NOW)
        assert forgotten(store, NOW + timedelta(hours=23)) == 0
        assert forgotten(store, NOW + timedelta(hours=25)) == 1
        with store.transaction("tests") as tx:
            assert tx.outbound.bodies(["kept", "lost", "sent", "back", "asked"]).keys() == {
                "kept",
                "sent",
                "back",
                "asked",
            }

    def test_one_that_is_taken_back_meanwhile_stays(self, store: Store) -> None:
        enter(store)
        later = NOW + timedelta(days=2)
        with store.transaction("tests") as tx:
            tx.drafts.keep_files({"back": b"4"}, NOW)
            tx.drafts.sent(["back"])
        with store.transaction("tests") as tx:
            tx.drafts.taken_back(["back"], later)
        assert forgotten(store, later + timedelta(hours=1)) == 0


def forgotten(store: Store, now: datetime) -> int:
    return DraftFiles(store, lambda: now).forget_unnamed()
