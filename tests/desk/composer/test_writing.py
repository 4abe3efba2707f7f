"""Answers and notes written on a page: what leaves, what is kept, what is refused, and that nothing typed is lost."""

import html
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from cases import actions, amending
from cases.secondlevel import Role
from desk.posted import LARGEST_FIELD
from store.tables import case
from store.tx import Store
from tests.desk.composer.conftest import PDF, Sheet
from tests.desk.signed import browsing
from tests.desk.test_routes import said
from tests.desk.working import Work
from tests.mails import mail


def replies(work: Work, number: str) -> list[Any]:
    return [row for row in work.queued(number) if row.kind == "reply"]


def test_an_answer_goes_to_whom_the_page_says(sheet: Sheet, work: Work) -> None:
    page = sheet.read()
    assert "assistance@monpermis.example.be" in page
    assert "jeanne@example.org" in page
    answer = sheet.write("Bonjour,\r\n\r\nC'est réparé.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{sheet.address}?done=sent")
    [row] = replies(work, sheet.number)
    assert (row.recipient, row.lang, row.context["by"]) == ("jeanne@example.org", "fr", "marie")
    assert row.context["text"] == "Bonjour,\n\nC'est réparé."
    assert "Réponse en route." in sheet.read("?done=sent")


def test_the_copy_is_seen_with_its_reason(sheet: Sheet, work: Work) -> None:
    work.do(sheet.number, amending.requester, "jan@example.org", "Jan")
    assert "sans recevoir de copie" in sheet.read()
    work.do(sheet.number, amending.copy, on=True)
    assert "a écrit pour le demandeur" in sheet.read()
    sheet.write()
    assert [row.recipient for row in replies(work, sheet.number)] == ["jan@example.org", "jeanne@example.org"]


@pytest.mark.parametrize(
    ("then", "status", "done"), [("wait", "waiting", "sent_waiting"), ("close", "closed", "sent_closed")]
)
def test_an_answer_can_wait_or_close(sheet: Sheet, work: Work, then: str, status: str, done: str) -> None:
    assert sheet.write(then=then).headers["location"].endswith(f"?done={done}")
    assert work.desk.read(sheet.number).status == status


def test_an_answer_is_in_the_language_that_was_chosen(sheet: Sheet, work: Work) -> None:
    sheet.write("Guten Tag", lang="de")
    assert [row.lang for row in replies(work, sheet.number)] == ["de"]
    assert work.desk.read(sheet.number).lang == "fr"


def test_a_language_that_nobody_offers_is_the_case_s(sheet: Sheet, work: Work) -> None:
    sheet.write(lang="xx")
    assert [row.lang for row in replies(work, sheet.number)] == ["fr"]


def test_a_note_stays_in_the_team(sheet: Sheet, work: Work) -> None:
    before = len(work.queued(sheet.number))
    assert sheet.write("À surveiller.", kind="note").headers["location"].endswith("?done=noted")
    assert len(work.queued(sheet.number)) == before
    assert "À surveiller." in sheet.read()


def test_an_answer_without_a_word_is_refused_beside_its_field(sheet: Sheet, work: Work) -> None:
    answer = sheet.write("   ")
    assert answer.status_code == 422
    assert 'aria-describedby="fault"' in answer.text
    assert not replies(work, sheet.number)


def test_an_answer_to_nobody_is_refused_and_kept(sheet: Sheet, work: Work, sqlite_store: Store) -> None:
    with sqlite_store.transaction("tests") as tx:
        tx.connection.execute(update(case).values(requester="", submitter=""))
    answer = sheet.write("Un texte long.")
    assert answer.status_code == 422
    assert "Un texte long." in answer.text
    assert "Aucune adresse" in answer.text


class TestFiles:
    def test_they_go_along_and_are_seen(self, sheet: Sheet, work: Work) -> None:
        sheet.write(files=[("mode d'emploi.pdf", PDF), ("notes.txt", b"Un deux")])
        [row] = replies(work, sheet.number)
        assert [one["filename"] for one in row.context["files"]] == ["mode d'emploi.pdf", "notes.txt"]
        with work.store.reading() as tx:
            bodies = tx.outbound.bodies([one["sha256"] for one in row.context["files"]])
        assert sorted(bodies.values()) == sorted([PDF, b"Un deux"])
        assert "mode d&#39;emploi.pdf, notes.txt" in sheet.read()

    @pytest.mark.parametrize(
        ("name", "body", "words"),
        [
            ("jeu.exe", b"MZ", "un programme ne s'envoie pas"),
            ("budget.xlsm", b"PK\x03\x04", "il contient des macros"),
            ("photo.png", PDF, "son contenu ne correspond pas"),
            ("rien.pdf", b"", "le fichier est vide"),
            ("gros.pdf", PDF + bytes(10_000_001), "le fichier est trop lourd"),
        ],
    )
    def test_what_is_refused_keeps_all_the_rest(
        self, sheet: Sheet, work: Work, name: str, body: bytes, words: str
    ) -> None:
        answer = sheet.write("Voici.", files=[("bon.pdf", PDF), (name, body)])
        assert answer.status_code == 422
        assert f"{name}</bdi> n'est pas joint" in html.unescape(answer.text)
        assert words in html.unescape(answer.text)
        assert ">bon.pdf<" in answer.text
        assert "Voici.</textarea>" in answer.text
        assert not replies(work, sheet.number)

    def test_those_of_the_draft_go_along_unless_they_are_unticked(self, sheet: Sheet, work: Work) -> None:
        sheet.write("Voici.", then="save", files=[("un.pdf", PDF), ("deux.pdf", PDF)])
        keys = [part.partition('"')[0] for part in sheet.read().split('name="keep:')[1:]]
        assert len(keys) == 2
        sheet.write("Voici.", **{f"keep:{keys[1]}": "on"})
        [row] = replies(work, sheet.number)
        assert [one["filename"] for one in row.context["files"]] == ["deux.pdf"]

    def test_nobody_takes_along_what_is_not_in_their_draft(self, sheet: Sheet, paul: Sheet, work: Work) -> None:
        sheet.write("Voici.", then="save", files=[("un.pdf", PDF)])
        [key] = [part.partition('"')[0] for part in sheet.read().split('name="keep:')[1:]]
        paul.write("Voici.", **{f"keep:{key}": "on"})
        [row] = replies(work, sheet.number)
        assert "files" not in row.context

    def test_they_wait_where_a_note_comes_first(self, sheet: Sheet) -> None:
        sheet.write("Je vérifie.", kind="note", files=[("un.pdf", PDF)])
        assert ">un.pdf<" in sheet.read()


class TestPrepared:
    def test_one_is_put_in_filled_and_shown_first(self, sheet: Sheet, work: Work) -> None:
        answer = sheet.write("J'ai bien lu.", then="insert", template="en_cours")
        assert answer.headers["location"] == f"{sheet.address}?template=en_cours#composer"
        page = html.unescape(sheet.read("?template=en_cours"))
        assert "J'ai bien lu.\n\nBonjour Jeanne Dupont,\n\nVotre demande " + sheet.number in page
        assert not replies(work, sheet.number)

    def test_one_is_in_the_language_that_is_written_in(self, sheet: Sheet) -> None:
        sheet.write("", then="insert", template="en_cours", lang="nl")
        sheet.write("Dag,", then="save", lang="nl")
        assert "Dag Jeanne Dupont," in sheet.read("?template=en_cours")

    def test_a_page_of_help_is_put_in_by_its_link(self, sheet: Sheet) -> None:
        assert "https://permis.example.be/aide/mandat</textarea>" in sheet.read("?insert=mandat_fr")

    def test_what_was_typed_is_kept_where_a_page_of_help_is_put_in(self, sheet: Sheet, work: Work) -> None:
        answer = sheet.write("J'ai bien lu.", then="", insert="mandat_fr")
        assert answer.headers["location"] == f"{sheet.address}?insert=mandat_fr#composer"
        assert "J'ai bien lu." in html.unescape(sheet.read("?insert=mandat_fr"))
        assert not replies(work, sheet.number)

    @pytest.mark.parametrize("query", ["?template=nothing", "?insert=nothing", "?template="])
    def test_what_nobody_prepared_is_nothing(self, sheet: Sheet, query: str) -> None:
        assert "\n</textarea>" in sheet.read(query)


class TestStale:
    def test_both_texts_are_shown_and_nothing_left(self, sheet: Sheet, work: Work) -> None:
        before = sheet.fields()
        work.opened(mail("Finalement, cela marche !", message_id="<m2@example.org>", References="<m1@example.org>"))
        answer = sheet.write("Voici comment faire.", **before)
        assert answer.status_code == 409
        notice = answer.text.partition('class="stale"')[2].partition("<form")[0]
        assert "Finalement, cela marche !" in notice
        assert "Comment ajouter un document" not in notice
        assert "Voici comment faire.</textarea>" in answer.text
        assert "Envoyer quand même" in answer.text
        assert not replies(work, sheet.number)

    def test_sending_anyway_sends(self, sheet: Sheet, work: Work) -> None:
        before = sheet.fields()
        work.do(sheet.number, actions.note, "Vu.", by="paul")
        assert sheet.write("Voici.", **before).status_code == 409
        assert sheet.write("Voici.").status_code == 303
        assert len(replies(work, sheet.number)) == 1

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
    def test_no_version_is_never_taken_for_the_last_one(self, sheet: Sheet, work: Work, version: str) -> None:
        assert sheet.write(version=version).status_code == 409
        assert not replies(work, sheet.number)

    def test_a_small_form_says_so_too(self, sheet: Sheet, work: Work) -> None:
        before = sheet.fields()["version"]
        work.do(sheet.number, actions.note, "Vu.", by="paul")
        assert sheet.step("close", version=before, told="mail").status_code == 409
        assert work.desk.read(sheet.number).status != "closed"


class TestDrafts:
    def test_one_is_kept_while_somebody_writes_and_found_again(self, sheet: Sheet, paul: Sheet) -> None:
        answer = sheet.write("Bonj", path="/draft")
        assert (answer.status_code, answer.text) == (200, "Brouillon gardé à 11:05")
        assert "Bonj</textarea>" in sheet.read()
        assert "Brouillon du" in sheet.read()
        assert "Bonj</textarea>" not in paul.read()

    def test_one_is_gone_once_it_is_sent(self, sheet: Sheet) -> None:
        sheet.write("Bonj", path="/draft")
        sheet.write("Bonjour")
        assert "\n</textarea>" in sheet.read()

    def test_where_one_cannot_be_forgotten_nothing_is_sent(self, sheet: Sheet, work: Work) -> None:
        sheet.write("Bonj", path="/draft")
        with work.store.transaction("tests") as tx:
            kept = "CREATE TRIGGER kept BEFORE DELETE ON draft BEGIN SELECT RAISE(ABORT, 'kept'); END"
            tx.connection.exec_driver_sql(kept)
        with pytest.raises(IntegrityError):
            sheet.write("Bonjour")
        assert not replies(work, sheet.number)
        assert "Bonjour</textarea>" in sheet.read()

    def test_one_can_be_discarded(self, sheet: Sheet) -> None:
        sheet.write("Bonj", then="save")
        assert sheet.write(path="/discard").headers["location"].endswith("?done=discarded")
        assert "Bonj</textarea>" not in sheet.read()

    def test_an_empty_one_is_none(self, sheet: Sheet) -> None:
        sheet.write("Bonj", path="/draft")
        assert sheet.write("", path="/draft").text == ""
        assert "Brouillon du" not in sheet.read()

    def test_without_a_button_that_is_known_it_is_only_kept(self, sheet: Sheet, work: Work) -> None:
        sheet.write("Bonj", then="")
        assert "Bonj</textarea>" in sheet.read()
        assert not replies(work, sheet.number)


def test_an_auditor_reads_and_finds_nowhere_to_write(pages: Any, sqlite_store: Store, number: str) -> None:
    with browsing(pages, sqlite_store, "alice", Role.AUDITOR) as browser:
        auditor = Sheet(browser, number)
        assert 'id="composer"' not in auditor.read()
        assert auditor.write().status_code == 403


@pytest.mark.parametrize("path", ["", "/draft", "/discard", "/looking", "/close", "/wait", "/resume", "/reopen"])
def test_a_case_that_is_not_there_is_said_in_words(sheet: Sheet, path: str) -> None:
    nowhere = Sheet(sheet.browser, "MPA-26-99999")
    data = {"then": "send", "text": "x"}
    answer = nowhere.browser.post(nowhere.address + path, data=data, headers={"origin": "http://127.0.0.1:8080"})
    assert answer.status_code == 404


def test_a_form_that_cannot_be_read_costs_no_draft(sheet: Sheet) -> None:
    sheet.write("Un début de réponse.", then="save")
    for path in ("", "/draft"):
        answer = sheet.write("x" * (LARGEST_FIELD + 1), path=path, files=[("a.pdf", PDF)])
        assert answer.status_code == 400
        assert "Un début de réponse." in sheet.read()


def test_too_many_files_cost_no_word(sheet: Sheet) -> None:
    answer = sheet.write("Mes trente photos.", files=[(f"{n}.pdf", PDF) for n in range(31)])
    assert answer.status_code == 422
    assert said("composer.refused.many") in answer.text
    assert "Mes trente photos." in answer.text


class TestWarnings:
    def test_a_mail_that_came_back_is_said_where_the_next_is_written(self, sheet: Sheet, work: Work) -> None:
        assert said("composer.warning.bounced") not in sheet.read()
        with work.store.transaction("tests") as tx:
            [receipt] = [row for row in work.queued(sheet.number) if row.recipient == "jeanne@example.org"]
            tx.outbound.undelivered(receipt.id, {})
        assert said("composer.warning.bounced") in sheet.read()

    @pytest.mark.parametrize(
        ("flag", "word"),
        [("requester_proposed", "unconfirmed"), ("spoof_suspected", "spoofed"), ("dmarc_failed", "spoofed")],
    )
    def test_a_requester_who_may_be_another_is_said(self, sheet: Sheet, work: Work, flag: str, word: str) -> None:
        with work.store.transaction("tests") as tx:
            tx.connection.execute(update(case).values(flags=[flag]))
        assert said(f"composer.warning.{word}") in sheet.read()
