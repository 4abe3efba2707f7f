"""What of cases is done in Jira, once each, in order, whatever Jira does meanwhile. Both databases, Cloud and Data
Center; every request and answer is held against tests/contracts/jsm.yaml."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from cases import actions, seconding
from cases.acting import Acting, Effect
from cases.amending import Cut
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.joining import merge, unmerge
from cases.recalling import held_back, recall
from cases.seconding import Wish
from cases.secondlevel import Outcome, Via
from cases.ticket import Pushed
from notify.jira import client
from store.tables import entry
from tests.desk.jira.conftest import JIRA, JiraWork
from tests.desk.test_escalations import PICTURE, with_file
from tests.mails import mail
from tests.servers.jira import Jira, Trouble
from tests.servers.process import wait_until

WISH = Wish(wording="NOTICe shows a blank page since Monday.", since="Monday", affected="two people")
CREATED, COMMENTED = ("post", "/rest/servicedeskapi/request"), "/comment"


def bodies(work: JiraWork, number: str) -> list[str]:
    return work.issue(number).words


def test_every_case_has_its_ticket_made_by_our_own_account(jira_work: JiraWork) -> None:
    number = jira_work.opened(mail("Mon numéro est 0470 00 12 34, ma page est blanche.", subject="Page blanche"))
    jira_work.turn()
    issue, ticket = jira_work.issue(number), jira_work.ticket(number)
    assert issue.fields["summary"] == f"[{number}] Page blanche"
    assert "ma page est blanche" in issue.fields["description"]
    assert "[phone]" in issue.fields["description"]
    assert "jeanne@example.org" not in str(issue.fields)
    assert issue.fields["priority"]["id"] in ("1", "2", "3", "4")
    assert (ticket.key, ticket.status, ticket.agreed) == (issue.key, "Ouvert", Status.NEW)
    [line] = jira_work.lines(number, EntryKind.TICKET_MADE)
    assert line.data["key"] == issue.key


def test_what_is_read_in_as_history_or_hidden_as_spam_has_none(jira_work: JiraWork) -> None:
    jira_work.road.take_in(mail("Vieux", message_id="<old@example.org>"), backfill=True)
    jira_work.turn()
    assert jira_work.server.issues == {}


def test_replies_and_answers_follow_and_notes_never_do(jira_work: JiraWork) -> None:
    number = jira_work.opened(mail())
    jira_work.do(number, actions.note, "Ne dites rien de cette note.")
    jira_work.do(number, actions.reply, "Cliquez sur Ajouter.")
    sent = jira_work.queued(number)[-1]
    jira_work.road.take_in(
        mail("Merci, mais rien ne change.\n", message_id="<m2@example.org>", In_Reply_To=sent.message_id)
    )
    jira_work.turn()
    said = bodies(jira_work, number)
    assert [text.partition("\n")[0] for text in said] == ["Réponse au demandeur :", "Le demandeur a écrit :"]
    assert "Cliquez sur Ajouter." in said[0]
    assert "rien ne change" in said[1]
    assert not any(one["public"] for one in jira_work.issue(number).comments)
    assert "cette note" not in str(jira_work.issue(number))
    assert jira_work.issue(number).status == "En cours"


def test_an_answer_that_is_taken_back_is_never_said(jira_work: JiraWork) -> None:
    jira_work.use(JIRA, undo_seconds=30)
    number = jira_work.opened(mail())
    wait = timedelta(seconds=30)

    def later(case: Dossier, acting: Acting) -> Effect:
        return held_back(actions.reply(case, acting, "Trop vite."), case, wait)

    jira_work.do(number, later)
    jira_work.turn()
    assert [row.kind for row in jira_work.waiting(number)] == ["comment", "status"]
    jira_work.do(number, recall)
    jira_work.minutes(1)
    jira_work.turn()
    assert bodies(jira_work, number) == []
    assert (jira_work.waiting(number), jira_work.issue(number).status) == ([], "Ouvert")


def test_an_escalation_is_told_there_with_its_files_and_not_by_mail(jira_work: JiraWork) -> None:
    number = with_file(jira_work)
    done = jira_work.desk.escalate(number, "marie", WISH, [1])
    jira_work.do(number, seconding.tell, "Toujours rien ?")
    jira_work.turn()
    issue = jira_work.issue(number)
    assert {one.kind for one in done.mails} == {"escalated"}
    assert issue.status == "Escaladé"
    assert list(issue.files.values()) == [PICTURE]
    first, second = bodies(jira_work, number)
    assert first.startswith("Escalade :")
    assert "Depuis: Monday" in first
    assert second.startswith("Message de l'assistance :")
    assert jira_work.desk.read(number).stays[0].ticket == issue.key
    jira_work.do(number, seconding.returned, Outcome.WITHDRAWN, "C'était nous.")
    jira_work.turn()
    assert bodies(jira_work, number)[2].startswith("Le dossier est retiré")
    assert "C'était nous" not in str(issue.comments)
    assert issue.status == "En cours"


def test_what_is_said_to_the_second_level_is_never_shown_on_the_portal(jira_work: JiraWork) -> None:
    jira_work.use(replace(JIRA, public=True))
    number = with_file(jira_work)
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.desk.escalate(number, "marie", WISH, [1])
    jira_work.do(number, seconding.tell, "Toujours rien ?")
    jira_work.turn()
    shown = [one["body"].partition("\n")[0] for one in jira_work.issue(number).comments if one["public"]]
    assert shown == ["Réponse au demandeur :"]
    assert len(jira_work.issue(number).comments) == 4


def test_only_escalations_are_pushed_where_the_profile_says_so(jira_work: JiraWork) -> None:
    jira_work.use(replace(JIRA, push=Pushed.ESCALATIONS))
    quiet, number = jira_work.opened(mail()), jira_work.opened(mail(message_id="<m9@example.org>", subject="Autre"))
    jira_work.desk.escalate(number, "marie", WISH)
    jira_work.turn()
    assert jira_work.ticket(quiet) is None
    assert len(jira_work.server.issues) == 1
    assert jira_work.issue(number).status == "Escaladé"


def test_a_second_level_that_is_asked_by_mail_is_no_business_of_jira(jira_work: JiraWork) -> None:
    jira_work.use(JIRA, via=Via.MAIL)
    number = jira_work.opened(mail())
    done = jira_work.desk.escalate(number, "marie", WISH)
    jira_work.turn()
    assert {one.kind for one in done.mails} == {"escalation", "escalated"}
    assert bodies(jira_work, number) == []
    assert jira_work.issue(number).status == "Escaladé"


def test_both_parts_of_a_split_have_their_tickets(jira_work: JiraWork) -> None:
    number = jira_work.opened(mail("Une chose. Et une autre chose, tout autre."))
    cut = Cut(chosen=[jira_work.desk.read(number).messages[0].id], passage="Et une autre chose, tout autre.")
    jira_work.desk.split(number, "marie", cut)
    jira_work.turn()
    assert len(jira_work.server.issues) == 2


def test_a_merge_and_its_undoing_are_said_in_the_ticket_that_is_closed_by_it(jira_work: JiraWork) -> None:
    number, into = jira_work.opened(mail()), jira_work.opened(mail(message_id="<m9@example.org>", subject="Autre"))
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.desk.join(number, "marie", merge, into)
    jira_work.turn()
    assert bodies(jira_work, number)[1].startswith(f"Dossier réuni avec {into}")
    assert (jira_work.issue(number).status, jira_work.issue(into).status) == ("Terminé", "Ouvert")
    jira_work.desk.join(number, "marie", unmerge, into)
    jira_work.turn()
    assert bodies(jira_work, number)[2].startswith(f"Dossier de nouveau à part de {into}")
    assert bodies(jira_work, into) == []
    assert jira_work.issue(number).status == "En cours"


@pytest.mark.parametrize("kind", ["drop", "wrong", 500, 504])
def test_what_may_have_been_made_is_looked_for_before_it_is_made_again(jira_work: JiraWork, kind: int | str) -> None:
    number = jira_work.opened(mail())
    jira_work.server.break_next(Trouble(kind, "post", CREATED[1], after=True))
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.turn()
    assert jira_work.ticket(number).key is None
    jira_work.minutes(2)
    jira_work.server.break_next(Trouble(kind, "post", COMMENTED, after=True))
    jira_work.turn()
    jira_work.minutes(2)
    jira_work.turn()
    assert Counter(jira_work.server.asked)[CREATED] == 1
    assert len(jira_work.server.issues) == 1
    assert len(bodies(jira_work, number)) == 1
    assert jira_work.waiting(number) == []


def test_a_jira_that_is_too_slow_made_it_all_the_same(jira_work: JiraWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.3)
    jira_work.begin_again()
    number = jira_work.opened(mail())
    jira_work.server.break_next(Trouble("slow", "post", CREATED[1], seconds=1.0))
    jira_work.turn()
    [row] = jira_work.waiting(number)
    assert (row.sending_at is not None, "ReadTimeout" in row.last_error) == (True, True)
    wait_until(lambda: jira_work.server.issues, "it was made after all")
    jira_work.minutes(2)
    jira_work.turn()
    assert (len(jira_work.server.issues), jira_work.ticket(number).key) == (1, "DIG-1")


def test_it_waits_until_the_index_shows_what_may_have_been_made(jira_work: JiraWork) -> None:
    number = jira_work.opened(mail())
    jira_work.server.indexing = False
    jira_work.server.break_next(Trouble("drop", "post", CREATED[1], after=True))
    jira_work.turn()
    [row] = jira_work.waiting(number)
    jira_work.road.now = row.due_at
    jira_work.turn()
    [row] = jira_work.waiting(number)
    assert "looked for" in row.last_error
    jira_work.server.reindex()
    jira_work.minutes(1)
    jira_work.turn()
    assert (len(jira_work.server.issues), jira_work.ticket(number).key) == (1, "DIG-1")


def test_a_file_that_was_left_too_long_is_left_again(jira_work: JiraWork) -> None:
    number = with_file(jira_work)
    jira_work.desk.escalate(number, "marie", WISH, [1])
    jira_work.server.dying = 1
    jira_work.server.break_next(Trouble("drop", "post", "/attachment", after=True))
    jira_work.turn()
    jira_work.minutes(2)
    jira_work.turn()
    assert [*jira_work.issue(number).files.values()] == [PICTURE]


@pytest.mark.parametrize(
    ("kind", "headers", "said"),
    [
        (401, {}, "refuses the token"),
        (409, {}, "409"),
        (429, {"Retry-After": "90", "RateLimit-Reason": "jira-burst-based"}, "jira-burst-based"),
        (503, {"Retry-After": "90"}, "503"),
        ("drop", {}, "did not answer"),
        ("wrong", {}, "no JSON"),
    ],
)
def test_a_jira_that_is_away_lets_rows_wait_that_say_why(
    jira_work: JiraWork, kind: int | str, headers: dict[str, str], said: str
) -> None:
    numbers = [jira_work.opened(mail(message_id=f"<m{n}@example.org>", subject=f"N° {n}")) for n in range(3)]
    jira_work.server.break_next(Trouble(kind, headers=headers))
    jira_work.turn()
    assert jira_work.server.issues == {}
    rows = [row for number in numbers for row in jira_work.waiting(number)]
    assert all(said in row.last_error for row in rows)
    asked = len(jira_work.server.asked)
    jira_work.turn()
    assert len(jira_work.server.asked) == asked
    jira_work.minutes(20)
    jira_work.turn()
    assert len(jira_work.server.issues) == 3


def test_a_field_that_changed_holds_the_ticket_with_its_name(jira_work: JiraWork) -> None:
    jira_work.turn()
    number = jira_work.opened(mail())
    jira_work.server.rename("Dossier", "Numéro du dossier")
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.turn()
    first, *rest = jira_work.waiting(number)
    assert (first.kind, first.state) == ("create", "held")
    assert "Dossier" in first.last_error
    assert {row.state for row in rest} == {"pending"}
    jira_work.use(replace(JIRA, reference="Numéro du dossier"))
    with jira_work.store.transaction("test") as tx:
        tx.tickets.pushes.replay([first.id], jira_work.now)
    jira_work.turn()
    assert jira_work.waiting(number) == []
    assert len(jira_work.server.issues) == 1


def test_a_field_that_changed_since_it_was_looked_up_is_named_by_jira(jira_work: JiraWork) -> None:
    jira_work.opened(mail())
    jira_work.turn()
    jira_work.server.rename("Dossier", "Numéro du dossier")
    number = jira_work.opened(mail(message_id="<m2@example.org>", subject="Autre"))
    jira_work.turn()
    [row] = jira_work.waiting(number)
    assert (row.state, "customfield_10050" in row.last_error) == ("held", True)


def test_what_breaks_its_reader_is_held_and_its_neighbours_are_done(jira_work: JiraWork) -> None:
    number = with_file(jira_work)
    jira_work.desk.escalate(number, "marie", WISH, [1])
    other = jira_work.opened(mail(message_id="<m7@example.org>", subject="Autre"))
    line = jira_work.desk.read(number).id
    with jira_work.store.transaction("test") as tx:
        broken = {"n2": "digital", "rule": "", "ticket": "", "files": ["no file"]}
        tx.connection.execute(
            update(entry).where(entry.c.case_id == line, entry.c.kind == "escalated").values(data=broken)
        )
    jira_work.turn()
    [row] = jira_work.waiting(number)
    assert (row.kind, row.state, row.last_error) == ("attach", "held", "could not be done (TypeError)")
    assert (jira_work.issue(number).status, jira_work.waiting(other)) == ("Escaladé", [])


def test_a_status_without_a_way_to_it_is_held_with_what_there_is(jira_work: JiraWork) -> None:
    jira_work.server.workflow["Ouvert"] = ("En cours",)
    number = jira_work.opened(mail())
    jira_work.do(number, actions.close, silent=True)
    jira_work.turn()
    [row] = jira_work.waiting(number)
    assert (row.kind, row.state) == ("status", "held")
    assert "no transition to 'Terminé'" in row.last_error


def test_nothing_is_read_or_written_for_it_where_the_profile_has_none(store: object, server: Jira) -> None:
    from sqlalchemy import event

    work = JiraWork(store, server)  # type: ignore[arg-type]
    work.use(replace(JIRA, push=Pushed.NOTHING), via=Via.MAIL)
    said: list[str] = []
    listen = partial(event.listen, work.store.engine, "before_cursor_execute")
    listen(lambda _c, _cursor, statement, *_: said.append(statement))
    number = work.opened(mail())
    work.do(number, actions.reply, "Voici.")
    assert said
    assert not [statement for statement in said if "ticket_" in statement or " ticket " in statement]
    assert work.store.follow is None
