"""A major incident from the proposal to the last word, on rows that real mails made."""

from dataclasses import replace

import pytest

from cases.actions import close
from cases.amending import requester
from cases.case import EntryKind
from cases.joining import merge
from cases.major import Fault, Part, TextsError
from cases.refusal import Refusal, RefusedError
from cases.seconding import Wish
from store.tx import Store
from tests.desk.incidents.trouble import MAJOR, THOMAS, Trouble
from tests.desk.working import ALICE, MARIE


@pytest.fixture
def trouble(store: Store) -> Trouble:
    return Trouble(store)


def refused(act: object, *given: object, **named: object) -> Refusal:
    with pytest.raises(RefusedError) as caught:
        act(*given, **named)  # type: ignore[operator]
    return caught.value.refusal


def test_nothing_is_told_until_a_person_decides_it(trouble: Trouble) -> None:
    identity = trouble.proposed()
    trouble.tells()
    assert [row.state for row in trouble.rows()] == ["proposed"]
    assert {one.state for one in trouble.ties(identity)} == {"proposed"}
    assert trouble.sent("incident") == []
    with trouble.store.reading() as tx:
        assert tx.banners.running(trouble.now) == []


def test_one_act_tells_callers_receipts_each_person_and_the_second_level(trouble: Trouble) -> None:
    trouble.reported(2, sender="jeanne@example.org")
    trouble.reported(1, lang="de")
    identity = trouble.announced(4)
    told = trouble.sent("incident")
    assert len(told) == 6  # seven cases, of which one person has two
    assert {one.lang for one in told} == {"fr", "de"}
    assert {one.context["text"] for one in told} == {"panne message fr", "panne message de"}
    assert not any(one.automatic for one in told)
    [notice] = trouble.sent("incident_n2")
    assert (notice.recipient, notice.context["count"]) == (MAJOR, 7)
    with trouble.store.reading() as tx:
        [banner] = tx.banners.running(trouble.now)
    assert (banner.texts["fr"], banner.receipts["de"], banner.tools) == (
        "panne banner fr",
        "panne receipt de",
        ["mon_espace"],
    )
    assert [one.fate for one in trouble.ties(identity)].count("told_by_another_case") == 1


def test_who_writes_afterwards_has_it_in_the_receipt_and_gets_what_is_said_next(trouble: Trouble) -> None:
    identity = trouble.announced()
    [later] = trouble.reported()
    trouble.looks()
    receipt = next(one for one in trouble.queued(later.number) if one.kind == "acknowledgement")
    assert receipt.context["incident"] == "panne receipt fr"
    assert [one.state for one in trouble.ties(identity)][-1] == "proposed"
    assert trouble.acts.link(identity, MARIE) == 1
    trouble.tells()
    assert [one.kind for one in trouble.queued(later.number)].count("incident") == 0
    trouble.acts.update(identity, THOMAS, trouble.texts("suite"))
    trouble.tells()
    assert [one.context["text"] for one in trouble.sent("incident")][-7:] == ["suite message fr"] * 7
    with trouble.store.reading() as tx:
        assert [one.texts["fr"] for one in tx.banners.running(trouble.now)] == ["suite banner fr"]


def test_a_person_may_choose_that_later_cases_are_linked_by_themselves(trouble: Trouble) -> None:
    identity = trouble.proposed()
    trouble.acts.announce(identity, THOMAS, trouble.texts("panne"), automatic=True)
    trouble.reported(1)
    trouble.reported(1, signs=("map", "download"))
    trouble.looks()
    assert [one.state for one in trouble.ties(identity)] == ["linked"] * 7


def test_closing_ends_the_banner_and_closes_each_case_with_one_word_to_each_person(trouble: Trouble) -> None:
    trouble.reported(2, sender="jeanne@example.org")
    identity = trouble.announced(4)
    [gone] = trouble.ties(identity)[-1:]
    trouble.do(gone.number, close)
    trouble.acts.close(identity, THOMAS, trouble.texts("fini", (Part.MESSAGE,)))
    trouble.tells()
    assert {one.status for one in trouble.ties(identity)} == {"closed"}
    closings = [one for one in trouble.sent("closing") if one.context["text"] == "fini message fr"]
    assert len(closings) == 4
    assert len({one.recipient for one in closings}) == 4
    with trouble.store.reading() as tx:
        assert tx.banners.running(trouble.now) == []
    assert [one.context["what"] for one in trouble.sent("incident_n2")] == ["announced", "over"]
    assert refused(trouble.acts.close, identity, THOMAS, trouble.texts("x")) is Refusal.INCIDENT_NOT_RUNNING


def test_a_case_at_the_second_level_comes_back_solved(trouble: Trouble) -> None:
    identity = trouble.announced()
    number = trouble.ties(identity)[0].number
    trouble.desk.escalate(number, "marie", Wish(wording="La page reste blanche pour plusieurs personnes."))
    trouble.acts.close(identity, THOMAS, trouble.texts("fini", (Part.MESSAGE,)))
    trouble.tells()
    case = trouble.desk.read(number)
    assert case.status == "closed"
    assert case.stays[0].outcome == "solved"


def test_a_case_is_taken_out_and_put_back(trouble: Trouble) -> None:
    identity = trouble.announced()
    number = trouble.ties(identity)[0].number
    trouble.acts.unlink(identity, MARIE, number)
    assert refused(trouble.acts.unlink, identity, MARIE, number) is Refusal.INCIDENT_NOT_ITS_CASE
    assert trouble.acts.link(identity, MARIE, [number]) == 1
    trouble.tells()
    kinds = [line.kind for line in trouble.desk.read(number).timeline if line.kind.startswith("incident")]
    assert kinds == [
        EntryKind.INCIDENT_LINKED,
        EntryKind.INCIDENT_TOLD,
        EntryKind.INCIDENT_UNLINKED,
        EntryKind.INCIDENT_LINKED,
    ]
    assert [one.kind for one in trouble.queued(number)].count("incident") == 1


def test_one_that_is_over_is_not_found_again_in_its_own_cases(trouble: Trouble) -> None:
    identity = trouble.announced()
    trouble.acts.close(identity, THOMAS, trouble.texts("fini", (Part.MESSAGE,)))
    trouble.tells()
    trouble.reported(2)
    trouble.looks()
    assert [row.state for row in trouble.rows()] == ["over"]
    trouble.reported(4)
    trouble.looks()
    assert [row.state for row in trouble.rows()] == ["over", "proposed"]


def test_dismissed_it_stays_so_until_there_are_clearly_more(trouble: Trouble) -> None:
    identity = trouble.proposed()
    trouble.acts.dismiss(identity, THOMAS)
    trouble.reported(5)
    trouble.looks()
    assert [row.state for row in trouble.rows()] == ["dismissed"]
    trouble.reported(3)
    trouble.looks()
    assert [(row.id, row.state) for row in trouble.rows()] == [(identity, "proposed")]
    assert len(trouble.sent("wave")) == 2


def test_two_people_announce_at_once_and_one_of_them_is_told(trouble: Trouble) -> None:
    identity = trouble.proposed()
    trouble.acts.announce(identity, THOMAS, trouble.texts("panne"), version=1)
    second = replace(THOMAS, id="lea", name="Léa")
    assert refused(trouble.acts.announce, identity, second, trouble.texts("x")) is Refusal.INCIDENT_NOT_PROPOSED
    assert refused(trouble.acts.update, identity, second, trouble.texts("x"), version=1) is Refusal.INCIDENT_CHANGED
    trouble.tells()
    assert len(trouble.sent("incident")) == 6


def test_only_who_leads_decides_and_auditors_change_nothing(trouble: Trouble) -> None:
    identity = trouble.proposed()
    assert refused(trouble.acts.announce, identity, MARIE, trouble.texts("x")) is Refusal.INCIDENT_LEADS
    assert refused(trouble.acts.link, identity, ALICE) is Refusal.AUDITOR
    assert refused(trouble.acts.start, ALICE, ["MPA-26-00001"]) is Refusal.AUDITOR


def test_each_text_that_lacks_is_named(trouble: Trouble) -> None:
    identity = trouble.proposed()
    texts = {part: dict(said) for part, said in trouble.texts("panne").items()}
    texts[Part.MESSAGE]["de"] = "  "
    texts[Part.BANNER]["nl"] = "x" * 201
    texts[Part.RECEIPT]["fr"] = "deux\nlignes"
    with pytest.raises(TextsError) as caught:
        trouble.acts.announce(identity, THOMAS, texts)
    assert caught.value.faults == {
        (Part.BANNER, "nl"): Fault.TOO_LONG,
        (Part.RECEIPT, "fr"): Fault.NOT_SPOKEN,
        (Part.MESSAGE, "de"): Fault.MISSING,
    }


def test_a_person_starts_one_with_cases_that_were_chosen(trouble: Trouble) -> None:
    first, second = trouble.reported(2)
    identity = trouble.acts.start(MARIE, [second.number, first.number.lower()])
    incident, ties = trouble.acts.read(identity)
    assert (incident.tool, incident.since) == ("mon_espace", first.opened_at)
    assert incident.signs == {"error", "login", "screen"}
    assert [one.number for one in ties] == [first.number, second.number]
    assert refused(trouble.acts.start, MARIE, [first.number]) is Refusal.IN_INCIDENT_ALREADY
    assert refused(trouble.acts.start, MARIE, ["MPA-26-99999"]) is Refusal.NO_SUCH_CASE
    assert refused(trouble.acts.start, MARIE, [" "]) is Refusal.INCIDENT_NO_CASE
    assert refused(trouble.acts.read, 99) is Refusal.NO_SUCH_INCIDENT


def test_whoever_cannot_be_written_to_is_named_with_the_reason(trouble: Trouble) -> None:
    [robot] = trouble.reported(1)
    trouble.do(robot.number, requester, "noreply@example.org")
    identity = trouble.announced(5)
    assert [one.fate for one in trouble.ties(identity)] == ["robot_address", "", "", "", "", ""]


def test_who_wrote_before_an_update_gets_it_when_their_case_is_linked(trouble: Trouble) -> None:
    identity = trouble.announced()
    [later] = trouble.reported()
    trouble.acts.update(identity, THOMAS, trouble.texts("suite"))
    [after] = trouble.reported()
    trouble.acts.link(identity, MARIE, [later.number, after.number])
    trouble.tells()
    texts = [one.context["text"] for one in trouble.queued(later.number) if one.kind == "incident"]
    assert texts == ["suite message fr"]
    assert [one.kind for one in trouble.queued(after.number)].count("incident") == 0


def test_who_wrote_afterwards_about_another_tool_had_nothing_in_the_receipt_and_is_told(trouble: Trouble) -> None:
    identity = trouble.announced()
    [other] = trouble.reported(1, tool="notice")
    trouble.acts.link(identity, MARIE, [other.number])
    trouble.tells()
    assert [one.kind for one in trouble.queued(other.number)].count("incident") == 1


def test_cases_of_no_tool_are_an_incident_of_none(trouble: Trouble) -> None:
    first, second = trouble.reported(2, tool="aucun")
    [third] = trouble.reported(1, tool="notice")
    assert trouble.acts.read(trouble.acts.start(MARIE, [first.number, second.number]))[0].tool == ""
    assert trouble.acts.read(trouble.acts.start(MARIE, [third.number]))[0].tool == "notice"


def test_a_case_is_in_one_incident_at_a_time_and_goes_on_as_what_it_was_merged_into(trouble: Trouble) -> None:
    first, second, third = trouble.reported(3)
    one, other = (trouble.acts.start(THOMAS, [case.number]) for case in (first, second))
    trouble.acts.unlink(one, MARIE, first.number)
    trouble.acts.link(other, MARIE, [first.number])
    assert refused(trouble.acts.link, one, MARIE, [first.number]) is Refusal.IN_INCIDENT_ALREADY
    trouble.desk.join(third.number, MARIE, merge, second.number)
    assert refused(trouble.acts.link, one, MARIE, [third.number]) is Refusal.MERGED


def test_whose_case_was_merged_is_told_once(trouble: Trouble) -> None:
    identity = trouble.announced()
    first, second, third = trouble.ties(identity)[:3]
    trouble.desk.join(first.number, MARIE, merge, second.number)
    [outside] = trouble.reported(1, sender=third.requester, motif="demande_information")
    trouble.desk.join(third.number, MARIE, merge, outside.number)
    trouble.acts.close(identity, THOMAS, trouble.texts("fini", (Part.MESSAGE,)))
    trouble.tells()
    said = [one for one in (*trouble.sent("closing"), *trouble.sent("incident")) if "fini" in one.context["text"]]
    assert sorted(one.recipient for one in said) == sorted(one.requester for one in trouble.ties(identity))
    assert trouble.desk.read(second.number).status == "closed"
    assert trouble.desk.read(outside.number).status == "new"
