"""A batch of raw mails becomes cases: once, in the right one, with the reason for each receipt sent or not sent."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from cases.case import Status
from cases.errors import PermanentError
from store.work import LEASE, MAX_ATTEMPTS, MAX_DEATHS, State
from tests.mails import bounce_of, mail


def test_a_mail_becomes_one_case_with_its_tags_a_receipt_and_a_notice(road: Any) -> None:
    [row] = road.take_in(mail(subject="Ajouter un document"))
    case = road.read(lambda tx: tx.cases.find(row.case_id))
    outgoing = road.read(lambda tx: tx.cases.outbound(row.case_id))
    assert (row.state, row.disposition, row.acknowledgement) == (State.DONE, "case", "new_case")
    assert (case.number, case.status, case.subject) == ("MPA-26-00001", "new", "Ajouter un document")
    assert (case.requester, case.motif, case.tool) == ("jeanne@example.org", "demande_information", "aucun")
    assert [(one.kind, one.recipient) for one in outgoing] == [
        ("acknowledgement", "jeanne@example.org"),
        ("notice", "equipe@spw.example.be"),
    ]


def test_the_same_delivery_twice_is_one_row(road: Any) -> None:
    first = road.receive(mail(), external_id="7:1")
    again = road.receive(mail(), external_id="7:1")
    assert (len(first), again) == (1, [])


def test_the_same_mail_in_two_mailboxes_is_one_case_and_one_receipt(road: Any) -> None:
    trace = b"Received: from a.example.net by b.example.net; Tue, 24 Mar 2026 09:00:00 +0000\r\n"
    [one] = road.take_in(mail())
    [two] = road.take_in(trace + mail(), source="beistand", external_id="9:1")
    assert (two.disposition, two.case_id) == ("duplicate", one.case_id)
    assert len(road.read(lambda tx: tx.cases.outbound(one.case_id))) == 2


def test_two_copies_in_one_batch_are_one_case(road: Any) -> None:
    rows = road.take_in(mail(), mail(), mail(message_id="<m2@example.org>", subject="Autre"))
    assert [row.disposition for row in rows] == ["case", "duplicate", "case"]


def test_a_reused_message_id_with_other_content_is_another_message_flagged(road: Any) -> None:
    first, second = road.take_in(mail("Un.\n"), mail("Deux.\n", subject="Colis"))
    case = road.read(lambda tx: tx.cases.find(second.case_id))
    assert second.disposition == "case"
    assert second.case_id != first.case_id
    assert "message_id_reused" in case.flags


def test_an_answer_to_our_receipt_joins_its_case(road: Any) -> None:
    [opened] = road.take_in(mail())
    receipt = road.read(lambda tx: tx.cases.outbound(opened.case_id))[0]
    answer = mail("Merci.\n", subject="Re: Question", message_id="<m2@example.org>", In_Reply_To=receipt.message_id)
    [row] = road.take_in(answer)
    assert (row.disposition, row.case_id, row.reason) == ("reply", opened.case_id, "joined_by_token")
    assert row.acknowledgement == "not_a_new_case"


def test_an_answer_in_the_same_batch_as_its_question_joins(road: Any) -> None:
    answer = mail("Encore ceci.\n", message_id="<m2@example.org>", References="<m1@example.org>")
    first, second = road.take_in(mail(), answer)
    assert (second.disposition, second.case_id) == ("reply", first.case_id)


def test_a_stranger_who_refers_to_a_case_opens_another_with_the_link_proposed(road: Any) -> None:
    [opened] = road.take_in(mail())
    stranger = mail(sender="paul@example.com", message_id="<p1@example.com>", References="<m1@example.org>")
    [row] = road.take_in(stranger)
    case = road.read(lambda tx: tx.cases.find(row.case_id))
    assert row.disposition == "case"
    assert case.linked_case_id == opened.case_id
    assert [one.kind for one in road.read(lambda tx: tx.cases.entries(row.case_id))] == ["link_proposed", "routed"]


@pytest.mark.parametrize(("sender", "disposition"), [("jeanne@example.org", "reply"), ("paul@example.com", "case")])
def test_a_quoted_number_is_enough_for_a_participant_only(road: Any, sender: str, disposition: str) -> None:
    road.take_in(mail())
    quoting = mail("?\n", sender=sender, subject="Dossier MPA-26-00001", message_id="<q1@example.com>")
    assert road.take_in(quoting)[0].disposition == disposition


def test_a_colleague_in_copy_may_answer_all(road: Any) -> None:
    [opened] = road.take_in(mail(Cc="paul@example.com"))
    answer = mail(
        "Je précise.\n", sender="paul@example.com", message_id="<p@example.com>", References="<m1@example.org>"
    )
    assert road.take_in(answer)[0].case_id == opened.case_id


def test_a_person_s_other_address_is_that_person_until_it_is_unlinked(road: Any) -> None:
    [opened] = road.take_in(mail())
    with road.store.transaction("test.link") as tx:
        tx.contacts.link("jeanne@work.example.com", road.signer.person_key("jeanne@example.org"), road.now)
    quoting = {"sender": "jeanne@work.example.com", "subject": "MPA-26-00001"}
    [joined] = road.take_in(mail("1\n", message_id="<w1@work.example.com>", **quoting))
    assert (joined.disposition, joined.case_id) == ("reply", opened.case_id)
    with road.store.transaction("test.unlink") as tx:
        assert tx.contacts.unlink("jeanne@work.example.com")
        assert not tx.contacts.unlink("jeanne@work.example.com")
    assert road.take_in(mail("2\n", message_id="<w2@work.example.com>", **quoting))[0].disposition == "case"


def test_who_was_in_copy_may_answer_once_the_address_is_linked_to_a_person(road: Any) -> None:
    [opened] = road.take_in(mail(Cc="paul@example.com"))
    with road.store.transaction("test.link") as tx:
        tx.contacts.link("paul@example.com", road.signer.person_key("paul@example.org"), road.now)
    answer = {"sender": "paul@example.com", "message_id": "<p@example.com>", "References": "<m1@example.org>"}
    assert road.take_in(mail("Je précise.\n", **answer))[0].case_id == opened.case_id


def test_a_reply_opens_a_closed_case_again(road: Any) -> None:
    [opened] = road.take_in(mail())
    with road.store.transaction("test.close") as tx:
        tx.cases.touch([{"case_id": opened.case_id, "read": "new", "status": Status.CLOSED, "touched_at": road.now}])
    road.take_in(
        mail("Toujours pas.\n", message_id="<m2@example.org>", References="<m1@example.org>"),
        mail("Vraiment pas.\n", message_id="<m3@example.org>", References="<m1@example.org>"),
    )
    case = road.read(lambda tx: tx.cases.find(opened.case_id))
    assert case.status == "open"
    assert [one.kind for one in road.read(lambda tx: tx.cases.entries(opened.case_id))] == [
        "routed",
        "reopened",
        "wrote",
    ]


def test_automatic_mail_is_recorded_on_its_case_and_never_acknowledged(road: Any) -> None:
    [opened] = road.take_in(mail())
    receipt = road.read(lambda tx: tx.cases.outbound(opened.case_id))[0]
    absent = mail(
        "Je suis absente.\n",
        subject="Réponse automatique",
        message_id="<a1@example.org>",
        In_Reply_To=receipt.message_id,
        Auto_Submitted="auto-replied",
    )
    [row] = road.take_in(absent)
    case = road.read(lambda tx: tx.cases.find(opened.case_id))
    assert (row.disposition, row.case_id, row.acknowledgement) == ("automatic", opened.case_id, "automatic_message")
    assert (case.status, len(road.read(lambda tx: tx.cases.outbound(opened.case_id)))) == ("new", 2)


def test_a_bounce_is_tied_to_the_mail_that_came_back(road: Any) -> None:
    [opened] = road.take_in(mail())
    receipt = road.read(lambda tx: tx.cases.outbound(opened.case_id))[0]
    [row] = road.take_in(bounce_of(receipt.message_id))
    after = road.read(lambda tx: tx.outbound.get(receipt.id))
    assert (row.disposition, row.case_id, after.outcome) == ("bounce", opened.case_id, "bounced")
    assert [one.kind for one in road.read(lambda tx: tx.cases.entries(opened.case_id))] == ["routed", "undelivered"]


def test_a_mail_that_is_only_late_is_not_undelivered(road: Any) -> None:
    [opened] = road.take_in(mail())
    receipt = road.read(lambda tx: tx.cases.outbound(opened.case_id))[0]
    late = bounce_of(receipt.message_id).replace(b"Action: failed", b"Action: delayed").replace(b"5.1.1", b"4.4.1")
    [row] = road.take_in(late)
    assert (row.disposition, row.case_id) == ("bounce", opened.case_id)
    assert road.read(lambda tx: tx.outbound.get(receipt.id)).outcome is None
    assert [one.kind for one in road.read(lambda tx: tx.cases.entries(opened.case_id))] == ["routed"]


def test_a_bounce_that_overtakes_the_server_s_answer_stays(road: Any) -> None:
    road.take_in(mail())
    with road.store.transaction("test.send") as tx:
        [receipt, _] = tx.outbound.claim("lease", 9, road.now)
    road.take_in(bounce_of(receipt.message_id))
    with road.store.transaction("test.answer") as tx:
        tx.outbound.answered("lease", receipt.id, "sent", "250 ok", road.now)
    sent = road.read(lambda tx: tx.outbound.get(receipt.id))
    assert (sent.state, sent.outcome, sent.smtp_reply) == (State.DONE, "bounced", "250 ok")


def test_a_forged_bounce_is_tied_to_nothing(road: Any) -> None:
    road.take_in(mail())
    [row] = road.take_in(bounce_of("<c1-000000000000.aaaaaaaaaaaaaaaa@monpermis.example.be>"))
    assert (row.disposition, row.case_id) == ("bounce", None)


def test_the_budget_of_one_address_holds_within_and_across_batches(road: Any) -> None:
    first = [mail(f"{n}\n", message_id=f"<n{n}@example.org>") for n in range(4)]
    then = [mail(f"{n}\n", message_id=f"<n{n}@example.org>") for n in range(4, 8)]
    verdicts = Counter(row.acknowledgement for row in [*road.take_in(*first), *road.take_in(*then)])
    assert verdicts == {"new_case": 5, "budget_for_this_address": 3}


def test_a_new_day_brings_a_new_budget(road: Any) -> None:
    road.take_in(*(mail(f"{n}\n", message_id=f"<n{n}@example.org>") for n in range(6)))
    road.now += timedelta(hours=25)
    assert road.take_in(mail("Demain.\n", message_id="<t@example.org>"))[0].acknowledgement == "new_case"


def test_the_breaker_of_a_mailbox_stops_receipts_but_no_case(road: Any) -> None:
    road.with_profile(automatic_mail=replace(road.profile.automatic_mail, mailbox_per_hour=4, budget=9))
    raws = [mail(f"{n}\n", sender=f"u{n}@example.org", message_id=f"<n{n}@example.org>") for n in range(4)]
    rows = road.take_in(*raws)
    assert [row.disposition for row in rows] == ["case"] * 4
    assert [row.acknowledgement for row in rows] == ["new_case", "new_case", "mailbox_breaker", "mailbox_breaker"]


def test_a_backlog_and_a_backfill_acknowledge_nobody(road: Any) -> None:
    [stale] = road.take_in(mail(), received_at=road.now - timedelta(days=4))
    [history] = road.take_in(mail("Vieux.\n", message_id="<h@example.org>"), backfill=True)
    assert (stale.acknowledgement, history.acknowledgement) == ("message_too_old", "backfill")
    assert road.read(lambda tx: tx.cases.outbound(history.case_id)) == []


def test_a_mail_of_ours_that_comes_back_starts_no_loop(road: Any) -> None:
    [opened] = road.take_in(mail())
    receipt = road.read(lambda tx: tx.cases.outbound(opened.case_id))[0]
    [row] = road.take_in(mail(sender="assistance@monpermis.example.be", message_id=receipt.message_id))
    assert (row.disposition, row.reason) == ("automatic", "own_message")


def test_nobody_is_acknowledged_at_an_address_of_ours(road: Any) -> None:
    [row] = road.take_in(mail(sender="assistance+x@monpermis.example.be"))
    assert (row.disposition, row.acknowledgement) == ("case", "own_address")


def test_a_relay_s_forward_proposes_the_person_inside(road: Any) -> None:
    inner = (
        "Pour suite utile.\n\n---------- Forwarded message ---------\nDe : Ali Modèle <ali@example.org>\n"
        "Date: lun. 23 mars 2026 à 10:00\nSubject: Permis\nTo: <info@1718.example.be>\n\nComment signer ?\n"
    )
    [row] = road.take_in(mail(inner, sender="agent@1718.example.be", subject="TR: Permis"))
    case = road.read(lambda tx: tx.cases.find(row.case_id))
    [entry, _] = road.read(lambda tx: tx.cases.entries(row.case_id))
    assert "requester_proposed" in case.flags
    assert (entry.kind, entry.data["address"]["address"]) == ("requester_proposed", "ali@example.org")


def test_a_message_that_breaks_its_reader_is_tried_again_then_held_and_stops_no_neighbour(road: Any) -> None:
    poison = mail("Poison.\n", message_id="<p@example.org>")
    breaking = replace(road.intake, normalise={"email": breaking_on(b"Poison", road._mail)})
    bad, good = road.receive(poison, mail())
    for _ in range(MAX_ATTEMPTS):
        while breaking.process():
            pass
        road.now += timedelta(hours=2)
    held, done = road.rows([bad, good])
    assert (held.state, held.disposition, held.attempts) == (State.HELD, "held", MAX_ATTEMPTS)
    assert "ValueError" in held.last_error
    assert (done.state, done.disposition) == (State.DONE, "case")


def breaking_on(marker: bytes, read: Any) -> Any:
    def normalise(delivery: Any) -> Any:
        if marker in delivery.raw:
            raise ValueError("this one breaks it")
        return read(delivery)

    return normalise


def test_a_message_that_breaks_the_classifier_stops_no_neighbour(road: Any) -> None:
    def breaking(messages: Any) -> Any:
        if any("Poison" in message.body for message in messages):
            raise KeyError("the model does not know this")
        return road.intake.classify(messages)

    bad, good = road.receive(mail("Poison.\n", message_id="<p@example.org>"), mail())
    replace(road.intake, classify=breaking).process()
    waiting, done = road.rows([bad, good])
    assert (waiting.state, waiting.last_error[:8], done.disposition) == (State.PENDING, "KeyError", "case")


def test_a_reason_that_no_database_could_keep_is_kept_without_it(road: Any) -> None:
    [identity] = road.receive(mail())
    replace(road.intake, normalise={"email": raising(PermanentError("a\x00b\ud800c\nd"))}).process()
    [row] = road.rows([identity])
    assert (row.state, row.reason) == (State.HELD, "PermanentError: a b c d")


def test_a_very_long_message_id_finds_its_case_too(road: Any) -> None:
    long = f"<{'m' * 800}@example.org>"
    [opened] = road.take_in(mail(message_id=long))
    [row] = road.take_in(mail("Suite.\n", message_id="<m2@example.org>", References=long))
    assert (row.disposition, row.case_id) == ("reply", opened.case_id)


def test_the_classifier_is_given_new_text_and_what_a_reply_answers_apart(road: Any) -> None:
    given: list[Any] = []

    def noting(messages: Any) -> Any:
        given.extend(messages)
        return road.intake.classify(messages)

    text = "Oui, merci.\n\nLe 12 mars 2026 à 10:02, Assistance a écrit :\n> Ouvrir NOTICe ?\n"
    road.receive(
        mail("Bonjour.\n\n-- \nJeanne\n"),
        mail(text, subject="Re: Question", message_id="<m2@example.org>", References="<m1@example.org>"),
    )
    replace(road.intake, classify=noting).process()
    assert [(one.body.strip(), "Ouvrir NOTICe ?" in one.quoted) for one in given] == [
        ("Bonjour.", False),
        ("Oui, merci.", True),
    ]
    assert given[0].quoted == ""


def test_a_held_message_is_replayed_to_a_case(road: Any) -> None:
    hopeless = replace(road.intake, normalise={"email": raising(PermanentError("cannot be read"))})
    [identity] = road.receive(mail())
    hopeless.process()
    assert road.rows([identity])[0].state == State.HELD
    with road.store.transaction("test.replay") as tx:
        assert tx.inbound.replay([identity], road.now) == 1
    road.intake.process()
    assert road.rows([identity])[0].disposition == "case"


def raising(error: Exception) -> Any:
    def normalise(_: Any) -> Any:
        raise error

    return normalise


def test_a_message_that_kills_the_process_is_worked_alone_and_held_at_last(road: Any) -> None:
    bad, good = road.receive(mail("Poison.\n"), mail("Bon.\n", message_id="<g@example.org>"))
    for _ in range(MAX_DEATHS):  # each claim is a process that died before it could finish
        with road.store.transaction("test.claim") as tx:
            assert tx.inbound.claim_batch("dead", road.now)[0].row.id == bad
        road.now += timedelta(hours=1)
    while road.intake.process():
        pass
    held, done = road.rows([bad, good])
    assert (held.state, done.disposition) == (State.HELD, "case")


def test_what_the_database_refuses_is_let_go_alone(road: Any) -> None:
    def odd(messages: Any) -> Any:
        tags = road.intake.classify(messages)
        return [
            replace(one, evidence=(object(),)) if "Odd" in m.body else one
            for m, one in zip(messages, tags, strict=True)
        ]

    mails = [mail(), mail("Odd.\n", message_id="<bad@example.org>"), mail("Autre.\n", message_id="<m3@example.org>")]
    identities = road.receive(*mails)
    replace(road.intake, classify=odd).process()
    assert [row.state for row in road.rows(identities)] == [State.DONE, State.PENDING, State.DONE]
    assert "JSON serializable" in road.rows(identities)[1].last_error


def test_a_worker_that_lost_its_lease_opens_no_case(road: Any) -> None:
    [identity] = road.receive(mail())

    def slow(messages: Any) -> Any:
        road.now += LEASE
        with road.store.transaction("test.claim") as tx:
            tx.inbound.claim_batch("another worker", road.now)
        return road.intake.classify(messages)

    replace(road.intake, classify=slow).process()
    assert road.read(lambda tx: tx.cases.latest()) == []
    road.now += LEASE
    road.intake.process()
    assert [case.id for case in road.read(lambda tx: tx.cases.latest())] == [road.rows([identity])[0].case_id]


CLAIM = 2
"""Statements of the claiming transaction: one that claims, one that reads the raw bytes."""


def test_the_statement_budget_of_a_batch_and_of_a_single_mail(road: Any) -> None:
    road.take_in(mail())
    new = [mail(f"{n}\n", sender=f"u{n}@example.org", message_id=f"<n{n}@example.org>") for n in range(49)]
    road.receive(*new, mail("Re\n", message_id="<r@example.org>", References="<m1@example.org>"))
    with counted(road) as batch:
        road.intake.process()
    road.receive(mail("Seul.\n", sender="seul@example.org", message_id="<s@example.org>"))
    with counted(road) as single:
        road.intake.process()
    # four of them: what a full batch takes along from other mailboxes, running incidents, timelines, the words
    assert len(batch) <= CLAIM + 12, batch
    assert len(single) <= CLAIM + 9, single  # three of them: running incidents, how it was routed, the words


@contextmanager
def counted(road: Any) -> Iterator[list[str]]:
    """The statements sent meanwhile, without those that begin, commit or lock."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SELECT pg_advisory")):
            statements.append(statement)

    event.listen(road.store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(road.store.engine, "before_cursor_execute", note)
