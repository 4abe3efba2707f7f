"""A case that was merged into another: what comes for it comes to that one, through the real intake."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cases import actions, assigning
from cases.acting import Acting, Effect, StaleError
from cases.amending import Cut, requester
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.event import SenderKind
from cases.joining import link, linked, merge, unlink, unmerge
from cases.profile import KnownSender
from cases.refusal import RefusedError
from cases.seconding import Wish, returned
from cases.secondlevel import Outcome, Role
from desk.incidents.acts import Incidents
from store.tables import case as case_table
from store.tables.base import metadata
from store.tx import Store
from tests.desk.working import DIGITAL, MARIE, Work
from tests.mails import bounce_of, mail


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


def two(work: Work) -> tuple[str, str]:
    """Jeanne's case, and Paul's about the same."""
    first = work.opened(mail(subject="Panne", message_id="<a@example.org>"))
    paul = {"sender": "paul@example.com", "message_id": "<b@example.com>"}
    return first, work.opened(mail("La même panne.\n", subject="Encore", **paul))


def join(work: Work, action: Any, number: str, other: str = "") -> None:
    work.desk.join(number, "marie", action, other)


def merged(work: Work) -> tuple[str, str]:
    """The same, Jeanne's merged into Paul's."""
    one, other = two(work)
    join(work, merge, one, other)
    return one, other


def receipt(work: Work, number: str) -> Any:
    return next(one for one in work.queued(number) if one.kind == "acknowledgement")


def came_to(work: Work, raw: bytes) -> tuple[str, str]:
    """The number of the case that a mail came to, and what it counts as."""
    [row] = work.road.take_in(raw)
    return work.desk.read(str(row.case_id)).number, row.disposition


def again(**fields: str) -> bytes:
    return mail("C'est encore arrivé.\n", message_id="<c@example.org>", **fields)


def test_what_answers_a_merged_case_comes_to_the_other(work: Work) -> None:
    one, other = merged(work)
    sent = receipt(work, one).message_id
    assert came_to(work, again(In_Reply_To=sent)) == (other, "reply")


def test_who_took_part_in_it_takes_part_in_the_other(work: Work) -> None:
    one, other = merged(work)
    assert came_to(work, again(References="<a@example.org>")) == (other, "reply")
    by_number = mail("Et toujours.\n", subject=f"Dossier {one}", message_id="<d@example.org>")
    assert came_to(work, by_number) == (other, "reply")


def test_a_stranger_is_only_proposed(work: Work) -> None:
    one, other = merged(work)
    stranger = again(sender="zoe@example.net", References="<a@example.org>")
    new, disposition = came_to(work, stranger)
    assert disposition == "case"
    assert new not in (one, other)
    assert work.desk.read(new).proposed == work.desk.read(other).id


def test_two_answers_in_one_batch_open_a_closed_case_once(work: Work) -> None:
    one, other = merged(work)
    work.do(other, actions.close, silent=True)
    sent = receipt(work, one).message_id
    work.road.take_in(again(In_Reply_To=sent), mail("Encore ?\n", message_id="<e@example.org>", In_Reply_To=sent))
    kinds = [line.kind for line in work.desk.read(other).timeline]
    assert kinds.count(EntryKind.REOPENED) == 1


def test_a_mail_of_it_that_comes_back_is_noted_on_the_other(work: Work) -> None:
    one, other = merged(work)
    assert came_to(work, bounce_of(receipt(work, one).message_id)) == (other, "bounce")
    assert EntryKind.UNDELIVERED in [line.kind for line in work.desk.read(other).timeline]


def test_what_its_second_level_writes_late_stays_private(work: Work) -> None:
    one, other = two(work)
    work.desk.escalate(one, "marie", Wish(wording="NOTICe répond par une erreur 500.", to="digital"))
    asked = next(mail for mail in work.queued(one) if mail.kind == "escalation")
    with pytest.raises(RefusedError, match="second level"):
        join(work, merge, one, other)
    work.do(one, returned, Outcome.REFUSED)
    join(work, merge, one, other)
    late = again(sender=DIGITAL.address, In_Reply_To=asked.message_id)
    assert came_to(work, late) == (other, "reply")
    assert [message.private for message in work.desk.read(other).messages if message.text.startswith("C'est")] == [True]


def test_the_other_case_has_its_messages_and_answers_the_last(work: Work) -> None:
    one, other = merged(work)
    case = work.desk.read(other)
    assert [message.merged for message in case.messages] == [True, False]
    assert case.thread.in_reply_to == "<b@example.com>"
    work.later(hours=1)
    work.road.take_in(again(References="<a@example.org>"))
    assert work.desk.read(other).thread.in_reply_to == "<c@example.org>"
    with pytest.raises(RefusedError, match="has no message"):
        work.desk.split(other, "marie", Cut(chosen=[work.desk.read(one).messages[0].id]))


def test_a_merge_that_is_taken_back_is_as_if_it_had_not_been(work: Work) -> None:
    one, other = two(work)
    before = work.desk.read(one)
    join(work, merge, one, other)
    assert work.desk.read(one).status == "closed"
    with work.store.reading() as tx:
        assert tx.cases.find_number(one).response_due_at is None  # type: ignore[union-attr]
    join(work, unmerge, one)
    after = work.desk.read(one)
    assert (after.status, after.merged_into, after.messages) == (before.status, None, before.messages)
    with work.store.reading() as tx:
        assert tx.cases.find_number(one).response_due_at is not None  # type: ignore[union-attr]
    assert came_to(work, again(In_Reply_To=receipt(work, one).message_id)) == (one, "reply")
    assert work.desk.read(other).merged == ()


def rows(work: Work, number: str) -> dict[str, list[dict[str, Any]]]:
    """All that is kept of a case, table by table; what says only that somebody was there is left out."""
    identity = work.desk.read(number).id
    owned = {name: table.c.case_id for name, table in metadata.tables.items() if "case_id" in table.c}
    found: dict[str, list[dict[str, Any]]] = {}
    with work.store.reading() as tx:
        for name, owner in {**owned, "case": case_table.c.id}.items():
            kept = tx.connection.execute(owner.table.select().where(owner == identity)).mappings()
            found[name] = [{key: one[key] for key in one.keys() - {"version", "touched_at"}} for one in kept]
    return found


def new(work: Work, number: str) -> None:
    """Nobody has touched it."""


def taken(work: Work, number: str) -> None:
    work.do(number, assigning.take)


def waiting(work: Work, number: str) -> None:
    work.do(number, actions.reply, "Quelle est l'adresse du bien ?", wait=True)


def urgent(work: Work, number: str) -> None:
    work.do(number, assigning.prioritise, 1, 1)


def back_from_n2(work: Work, number: str) -> None:
    work.desk.escalate(number, "marie", Wish(wording="NOTICe répond par une erreur 500.", to="digital"))
    work.do(number, returned, Outcome.REFUSED)


def in_an_incident(work: Work, number: str) -> None:
    Incidents(work.desk).start(replace(MARIE, role=Role.SUPERVISOR), [number])


@pytest.mark.parametrize("state", [new, taken, waiting, urgent, back_from_n2, in_an_incident])
def test_nothing_but_four_lines_is_left_of_a_merge_that_was_taken_back(
    work: Work, state: Callable[[Work, str], None]
) -> None:
    one, other = two(work)
    state(work, one)
    before = rows(work, one), rows(work, other)
    work.later(hours=3)
    join(work, merge, one, other)
    work.later(days=1)
    join(work, unmerge, one)
    for number, was, said in zip((one, other), before, (("merged", "unmerged"), ("joined", "parted")), strict=True):
        left = rows(work, number)
        lines = left.pop("entry")
        assert lines[:-2] == was.pop("entry")
        assert tuple(line["kind"] for line in lines[-2:]) == said
        assert left == was


def test_the_clocks_of_intake_are_those_of_the_action(work: Work) -> None:
    one, other = two(work)
    join(work, merge, one, other)
    join(work, unmerge, one)
    work.later(hours=2)
    with work.store.reading() as tx:
        due = tx.cases.find_number(one).resolution_due_at  # type: ignore[union-attr]
    work.road.take_in(again(References="<a@example.org>"))
    with work.store.reading() as tx:
        assert tx.cases.find_number(one).resolution_due_at == due  # type: ignore[union-attr]


def test_no_mail_leaves_and_both_timelines_say_it(work: Work) -> None:
    one, other = two(work)
    mails = len(work.queued(one)) + len(work.queued(other))
    for action in (link, unlink, merge):
        join(work, action, one, other)
    join(work, unmerge, one)
    ours = [line.kind for line in work.desk.read(one).timeline if line.actor == "marie"]
    theirs = [line.kind for line in work.desk.read(other).timeline if line.actor == "marie"]
    assert ours == [EntryKind.LINKED, EntryKind.UNLINKED, EntryKind.MERGED, EntryKind.UNMERGED]
    assert theirs == [EntryKind.LINKED, EntryKind.UNLINKED, EntryKind.JOINED, EntryKind.PARTED]
    sent = {mail.id for number in (one, other) for mail in work.queued(number)}
    assert len(sent) == mails


def test_a_proposal_is_settled_by_a_link(work: Work) -> None:
    one = work.opened(mail(message_id="<a@example.org>"))
    other = work.opened(again(sender="zoe@example.net", References="<a@example.org>"))
    assert work.desk.read(other).proposed
    join(work, link, one, other)
    case = work.desk.read(other)
    assert (case.proposed, linked(case)) == (None, (one,))


def test_a_stale_page_joins_nothing(work: Work) -> None:
    one, other = two(work)
    work.do(one, requester, "jan@example.org")
    with pytest.raises(StaleError):
        work.desk.join(one, "marie", merge, other, version=1)
    assert work.desk.read(one).merged_into is None


@pytest.mark.servers("postgres")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_what_comes_to_the_other_case_meanwhile_is_not_written_over(work: Work) -> None:
    one, other = two(work)
    there = work.desk.read(other)

    def slowly(case: Dossier, acting: Acting, into: Dossier) -> Effect:
        with work.store.transaction("tests") as tx:
            tx.cases.stir(there.id, work.now)
        return link(case, acting, into)

    with pytest.raises(StaleError, match=other):
        join(work, slowly, one, other)
    assert not linked(work.desk.read(one))
    assert work.desk.read(other).version == there.version + 1


def test_the_relay_of_a_merged_case_is_told_when_the_other_closes(work: Work) -> None:
    work.road.profile = replace(
        work.profile, senders=(KnownSender(match="relais@example.org", kind=SenderKind.RELAY, label="1718"),)
    )
    relayed = work.opened(mail(sender="relais@example.org", message_id="<r@example.org>"))
    work.do(relayed, requester, "jeanne@example.org")
    other = work.opened(mail(sender="paul@example.com", message_id="<b@example.com>"))
    join(work, merge, relayed, other)
    closed = work.do(other, actions.close, "C'est réparé.")
    told = [(one.kind, one.recipient, one.context["number"]) for one in closed.mails]
    assert told == [("closing", "paul@example.com", other), ("relay_closing", "relais@example.org", relayed)]
    assert closed.lines[-1].data[f"relay {relayed}"] == "sent"
    work.do(other, actions.reopen)
    join(work, unmerge, relayed)
    again = work.do(other, actions.close, "C'est réparé.")
    assert [one.kind for one in again.mails] == ["closing"]
    own = work.do(relayed, actions.close, silent=True)
    assert [(one.kind, one.context["number"]) for one in own.mails] == [("relay_closing", relayed)]
