"""What is done in Jira comes back: by webhooks, late, twice and lost ones, and by the poll; through one fold."""

from dataclasses import replace

import pytest

from cases import actions
from cases.case import EntryKind, Status
from cases.ticket import Closing, Owner
from cases.ticket_fold import Comment
from desk.jira.looking import Looking
from desk.jira.office import Office
from notify.jira.client import Access, Client
from store.wiping import Wiping
from tests.desk.jira.conftest import JIRA, JiraWork
from tests.desk.jira.test_pushing import WISH
from tests.mails import mail
from tests.servers.jira import TOKEN

SECRET_WORDS = "Le serveur de la maison a brûlé, n'en dites rien."


def opened(work: JiraWork) -> str:
    number = work.opened(mail())
    work.turn()
    return number


def test_a_comment_stands_in_the_private_thread_once_and_is_mailed_to_nobody(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    key = jira_work.issue(number).key
    jira_work.server.comments(key, SECRET_WORDS)
    body, headers = jira_work.server.webhook("comment_created", key)
    assert jira_work.hears(body, headers)
    assert not jira_work.hears(body, headers)
    jira_work.turn()
    late = jira_work.server.webhook("comment_created", key)
    assert jira_work.hears(*late)
    jira_work.turn()
    jira_work.minutes(61)
    jira_work.turn()
    [line] = jira_work.lines(number, EntryKind.TICKET_WROTE)
    assert (line.text, line.actor, line.data["public"]) == (SECRET_WORDS, "jira", False)
    jira_work.do(number, actions.reply, "Nous regardons.")
    jira_work.turn()
    assert "brûlé" not in "".join(str(row.context) for row in jira_work.queued(number))


def test_what_no_webhook_told_is_found_by_the_poll(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    key = jira_work.issue(number).key
    jira_work.server.comments(key, "Réparé.")
    jira_work.server.moves(key, "En cours", told=False)
    jira_work.turn()
    assert jira_work.desk.read(number).status is Status.NEW
    jira_work.minutes(61)
    jira_work.turn()
    assert jira_work.desk.read(number).status is Status.OPEN
    assert len(jira_work.lines(number, EntryKind.TICKET_WROTE)) == 1


def test_our_own_comments_and_webhooks_are_no_news(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.turn()
    asked = len(jira_work.server.asked)
    jira_work.hears(*jira_work.server.webhook("comment_created", jira_work.issue(number).key, "712020:ours"))
    jira_work.turn()
    assert len(jira_work.server.asked) == asked
    jira_work.minutes(61)
    jira_work.turn()
    assert jira_work.lines(number, EntryKind.TICKET_WROTE) == []


def test_a_second_level_that_answers_there_is_heard_and_its_end_brings_the_case_back(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    jira_work.desk.escalate(number, "marie", WISH)
    jira_work.turn()
    key = jira_work.issue(number).key
    jira_work.server.moves(key, "En cours", told=False)
    jira_work.server.comments(key, "Nous regardons.")
    jira_work.minutes(61)
    jira_work.turn()
    assert jira_work.desk.read(number).status is Status.ESCALATED
    with jira_work.store.reading() as tx:
        [stay] = tx.escalations.of_case(jira_work.desk.read(number).id)
    assert (stay.ticket, stay.answered_at) == (key, jira_work.now)
    jira_work.server.moves(key, "Terminé", told=False)
    jira_work.minutes(61)
    jira_work.turn()
    case = jira_work.desk.read(number)
    assert (case.status, case.stay, case.stays[0].outcome, case.agent) == (Status.OPEN, None, "solved", "marie")
    assert jira_work.issue(number).status == "Terminé"


def test_a_ticket_that_is_closed_closes_its_case_where_the_profile_says_so(jira_work: JiraWork) -> None:
    jira_work.use(replace(JIRA, closing=Closing.CLOSES))
    number = opened(jira_work)
    jira_work.desk.escalate(number, "marie", WISH)
    jira_work.turn()
    jira_work.server.moves(jira_work.issue(number).key, "Terminé", told=False)
    jira_work.minutes(61)
    jira_work.turn()
    assert jira_work.desk.read(number).status is Status.CLOSED
    assert [row.kind for row in jira_work.queued(number)][-1] == "closing"
    assert jira_work.ticket(number).look_at is None


@pytest.mark.parametrize(
    ("owner", "ours", "theirs"), [(Owner.HERE, "waiting", "En attente"), (Owner.JIRA, "open", "En cours")]
)
def test_where_both_changed_the_owner_s_stands_and_a_line_says_who_lost(
    jira_work: JiraWork, owner: Owner, ours: str, theirs: str
) -> None:
    jira_work.use(replace(JIRA, status_owner=owner))
    number = opened(jira_work)
    jira_work.server.moves(jira_work.issue(number).key, "En cours", told=False)
    jira_work.do(number, actions.wait)
    jira_work.turn()
    assert (jira_work.desk.read(number).status, jira_work.issue(number).status) == (ours, theirs)
    lost = [line.data["lost"] for line in jira_work.lines(number, EntryKind.TICKET_MOVED) if "lost" in line.data]
    assert lost == ["jira" if owner is Owner.HERE else "here"]
    asked = len(jira_work.server.asked)
    jira_work.turn()
    assert len(jira_work.server.asked) == asked


def test_a_status_that_means_nothing_here_is_noted_and_changes_nothing(jira_work: JiraWork) -> None:
    jira_work.server.workflow["Chez le fournisseur"] = ("En cours", "Terminé")
    number = opened(jira_work)
    jira_work.server.moves(jira_work.issue(number).key, "Chez le fournisseur", told=False)
    jira_work.minutes(61)
    jira_work.turn()
    [line] = jira_work.lines(number, EntryKind.TICKET_MOVED)
    assert line.data["status"] == "Chez le fournisseur"
    assert jira_work.desk.read(number).status is Status.NEW


def test_a_ticket_that_is_gone_is_said_and_looked_for_at_the_poll_s_pace(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    del jira_work.server.issues["DIG-1"]
    jira_work.minutes(61)
    jira_work.turn()
    assert "no longer exists" in jira_work.ticket(number).last_error


def looked(work: JiraWork) -> None:
    """The hourly look at everything."""
    work.minutes(61)
    work.turn()


def texts(work: JiraWork, number: str) -> list[tuple[str, bool]]:
    """Each comment of theirs that was taken in, and whether it was edited."""
    return [(line.text, "edited" in line.data) for line in work.lines(number, EntryKind.TICKET_WROTE)]


def test_a_comment_that_is_edited_or_deleted_there_is_said_so_once(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    key = jira_work.issue(number).key
    identity = jira_work.server.comments(key, "Réparé.")
    looked(jira_work)
    jira_work.server.edits(key, identity, "Pas encore réparé.")
    looked(jira_work)
    looked(jira_work)
    assert texts(jira_work, number) == [("Réparé.", False), ("Pas encore réparé.", True)]
    jira_work.server.deletes(key, identity)
    looked(jira_work)
    looked(jira_work)
    [gone] = jira_work.lines(number, EntryKind.TICKET_UNSAID)
    assert (gone.data["comment"], gone.data["name"], gone.data["ours"]) == (identity, "Robin Exemple", False)
    assert len(texts(jira_work, number)) == 2


def test_a_comment_of_ours_that_is_deleted_there_is_said_so_once(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.turn()
    [ours] = jira_work.issue(number).comments
    jira_work.server.deletes(jira_work.issue(number).key, ours["id"])
    looked(jira_work)
    looked(jira_work)
    [gone] = jira_work.lines(number, EntryKind.TICKET_UNSAID)
    assert gone.data["ours"]
    assert texts(jira_work, number) == []


def test_who_quotes_our_words_and_our_mark_is_heard_all_the_same(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    jira_work.do(number, actions.reply, "Voici.")
    jira_work.turn()
    [ours] = jira_work.issue(number).words
    jira_work.server.comments(jira_work.issue(number).key, f"C'est faux, voyez [{number}] :\n> {ours}")
    looked(jira_work)
    assert [text.partition(",")[0] for text, _ in texts(jira_work, number)] == ["C'est faux"]


def test_a_status_that_means_nothing_here_stands_where_jira_owns_it(jira_work: JiraWork) -> None:
    jira_work.use(replace(JIRA, status_owner=Owner.JIRA))
    jira_work.server.workflow["Chez le fournisseur"] = ("En cours", "En attente")
    number = opened(jira_work)
    jira_work.server.moves(jira_work.issue(number).key, "Chez le fournisseur", told=False)
    jira_work.do(number, actions.wait)
    jira_work.turn()
    looked(jira_work)
    assert jira_work.issue(number).status == "Chez le fournisseur"
    [line] = jira_work.lines(number, EntryKind.TICKET_MOVED)
    assert line.data["lost"] == "here"


def test_what_was_erased_here_is_not_taken_in_again(jira_work: JiraWork) -> None:
    number = opened(jira_work)
    key = jira_work.issue(number).key
    identity = jira_work.server.comments(key, "Jeanne Exemple, 0470 00 12 34.")
    looked(jira_work)
    with jira_work.store.transaction("test") as tx:
        Wiping(tx.connection, jira_work.now).cases([jira_work.desk.read(number).id])
    jira_work.server.edits(key, identity, "Jeanne Exemple, 0470 00 12 35.")
    with jira_work.store.transaction("test") as tx:
        tx.tickets.look_soon([jira_work.desk.read(number).id], jira_work.now)
    jira_work.turn()
    assert texts(jira_work, number) == [("", False)]


def test_what_comes_in_while_a_ticket_is_looked_at_is_looked_at_again(
    jira_work: JiraWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker's webhook, and another worker's push, in the middle of a look."""
    number = opened(jira_work)
    client = jira_work.office.client
    asked = client.comments

    def meanwhile(key: str, own: str) -> tuple[Comment, ...]:
        found = asked(key, own)
        monkeypatch.setattr(client, "comments", asked)
        jira_work.server.comments(key, "Réparé.")
        jira_work.hears(*jira_work.server.webhook("comment_created", key))
        Looking(office=another_office(jira_work)).process()
        return found

    monkeypatch.setattr(client, "comments", meanwhile)
    looked(jira_work)
    assert texts(jira_work, number) == [("Réparé.", False)]


def another_office(work: JiraWork) -> Office:
    """Another worker's."""
    office = work.office
    client = Client(Access(url=work.server.url, token=TOKEN, flavour=work.profile.jira.flavour))
    return Office(store=office.store, profile=office.profile, client=client, desk=office.desk, clock=office.clock)
