"""What a mail's case begins with: priority, queue, clocks, own fields; the receipt's facts; what a rule escalates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.case import EntryKind
from cases.event import SenderKind
from cases.policy import OutboundKind
from cases.profile import KnownSender, OwnField
from cases.receipt import Answer, Article, ReceiptRule, Wanted
from cases.routing import Queue, Routing, Rule
from tests.ingest.conftest import Road
from tests.mails import mail

FAULT = {"category": "incident", "motif": "incident", "tool": "notice"}
RECEIPTS = (OutboundKind.ACKNOWLEDGEMENT, OutboundKind.REDIRECT, OutboundKind.RETIRED)
LONG_AGO = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def routed(road: Road, row: Any) -> Any:
    [line] = [one for one in road.entries(row) if one.kind == EntryKind.ROUTED]
    return line.data


def receipt(road: Road, row: Any) -> Any:
    [one] = road.outbound(row, *RECEIPTS)
    return one


def test_a_case_begins_with_its_priority_its_queue_and_its_clocks(road: Road) -> None:
    road.tags = replace(road.tags, urgency=2)
    [row] = road.take_in(mail())
    case = road.case(row)
    assert (case.impact, case.urgency, case.priority, case.queue, case.status) == (3, 2, "P3", "line1", "new")
    assert case.assessment == {"reasons": ["text_urgency"], "corrected_by": ""}
    assert (case.routing["why"], case.routing["rule"]) == ("rule", routed(road, row)["rule"])
    assert (routed(road, row)["priority"], routed(road, row)["queue"]) == ("P3", "line1")
    assert road.now < case.alarm_at < case.response_due_at < case.resolution_due_at
    assert case.n2_due_at is None
    assert receipt(road, row).context["expected_at"] == case.response_due_at.isoformat()


def test_a_deadline_in_the_text_counts_from_the_day_on_which_it_came(road: Road) -> None:
    [row] = road.take_in(mail("Il me faut une réponse avant le 25 mars.\n"))
    assert (road.case(row).urgency, road.case(row).assessment["reasons"]) == (1, ["deadline"])
    assert receipt(road, row).context["deadline"] == "2026-03-25"
    old = mail("Il me faut une réponse avant vendredi.\n", message_id="<l@example.org>")
    [late] = road.take_in(old, received_at=LONG_AGO)
    assert road.case(late).urgency == 3


def test_fields_of_the_service_s_own_are_found_and_routed_by(road: Road) -> None:
    labels = dict.fromkeys(road.profile.languages, "Dossier")
    file = OwnField(id="file", labels=labels, pattern=r"P-(\d{6})")
    rule = Rule(name="one file", when={"field.file": ("123456",)}, queue=Queue.LINE_2)
    agents = road.profile.routing.agents
    road.with_profile(fields=(file,), routing=Routing(rules=(rule,), agents=agents))
    [row] = road.take_in(mail("Mon dossier P-123456.\n"))
    assert (road.case(row).fields, road.case(row).queue) == ({"file": "123456"}, "line2")
    assert road.outbound(row, "notice")[0].context["fields"] == {"file": "123456"}


def test_who_sent_it_is_believed_unless_it_is_forged(road: Road) -> None:
    staff = KnownSender(match="@commune.example.be", kind=SenderKind.STAFF)
    road.with_profile(senders=(staff,))
    forged = b"Authentication-Results: mx.monpermis.example.be; dmarc=fail header.from=commune.example.be\r\n"
    [real] = road.take_in(mail(sender="a@commune.example.be"))
    [false] = road.take_in(forged + mail("?\n", sender="a@commune.example.be", message_id="<f@example.org>"))
    assert (road.case(real).impact, road.case(false).impact) == (2, 3)


def test_a_relay_is_kept_with_its_case(road: Road) -> None:
    [row] = road.take_in(mail(sender="agent@1718.example.be"))
    [other] = road.take_in(mail("?\n", message_id="<m2@example.org>"))
    assert (road.case(row).relay, road.case(row).submitter) == ("1718", "agent@1718.example.be")
    assert road.case(other).relay == ""


@pytest.mark.parametrize("kind", ["spam", "backfill"])
def test_nobody_waits_for_an_answer_to_spam_or_history(road: Road, kind: str) -> None:
    road.tags = replace(road.tags, **FAULT)
    verdict = b"X-Spam-Flag: YES\r\nAuthentication-Results: mx.monpermis.example.be; spf=pass\r\n"
    raw = verdict + mail() if kind == "spam" else mail()
    [row] = road.take_in(raw, backfill=kind == "backfill")
    case = road.case(row)
    assert [case.response_due_at, case.resolution_due_at, case.n2_due_at, case.alarm_at] == [None] * 4
    assert (case.queue, case.status, road.outbound(row)) == ("supervisor", "new", [])
    road.take_in(mail("Vieux.\n", message_id="<h@example.org>", References="<m1@example.org>"), backfill=True)
    assert road.case(row).alarm_at is None


def test_a_live_reply_starts_the_clocks_of_history(road: Road) -> None:
    [row] = road.take_in(mail(), backfill=True)
    road.take_in(mail("Et alors ?\n", message_id="<h@example.org>", References="<m1@example.org>"))
    assert road.case(row).alarm_at is not None


def test_history_that_is_read_in_stops_no_clock(road: Road) -> None:
    [row] = road.take_in(mail())
    road.take_in(mail("Vieux.\n", message_id="<h@example.org>", References="<m1@example.org>"), backfill=True)
    assert road.case(row).alarm_at is not None


def test_a_rule_escalates_at_once_and_completely(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    text = "Rien ne marche depuis hier. Numéro national 85.07.30-033.28.\n"
    [row] = road.take_in(mail(text, subject="NOTICe en panne"))
    case, [stay] = road.case(row), road.read(lambda tx: tx.escalations.of_case(row.case_id))
    assert (case.status, case.queue, case.routing["why"]) == ("escalated", "n2", "rule")
    assert (stay.n2, stay.actor, stay.rule) == ("digital", "rule", "panne sûre : second niveau")
    assert (stay.wording, stay.ended_at, stay.ticket) == ("NOTICe en panne", None, None)
    assert case.n2_due_at is not None
    assert [one.kind for one in road.entries(row)] == ["routed", "escalated"]
    assert road.entries(row)[1].data["n2"] == "digital"


def test_two_mails_leave_on_escalation_and_no_notice(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    [row] = road.take_in(mail("Rien ne marche.\n", subject="NOTICe en panne"))
    receipt_, to_n2, confirmation = road.outbound(row)
    [stay] = road.read(lambda tx: tx.escalations.of_case(row.case_id))
    assert receipt_.kind == "acknowledgement"
    assert (to_n2.key, to_n2.recipient) == (f"escalation:{stay.id}", "support@digital.example.be")
    assert (to_n2.escalation_id, to_n2.automatic) == (stay.id, True)
    assert road.signer.thread_of(to_n2.message_id) == row.case_id
    assert (to_n2.context["text"], to_n2.context["requester"]) == ("Rien ne marche.", "")
    assert (confirmation.key, confirmation.recipient) == (f"escalated:{stay.id}", "equipe@spw.example.be")
    assert (confirmation.escalation_id, confirmation.context["n2"]) == (None, "Digital, centre de services")
    assert road.signer.case_of(confirmation.message_id) == row.case_id


def test_a_mail_without_a_subject_is_worded_by_its_first_line(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    [row] = road.take_in(mail("\nRien ne marche.\nDepuis hier.\n", subject=""))
    [stay] = road.read(lambda tx: tx.escalations.of_case(row.case_id))
    assert stay.wording == "Rien ne marche."


def test_the_notice_leaves_too_where_the_profile_says_so(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    road.with_profile(escalations=replace(road.profile.escalations, notify_team=True))
    [row] = road.take_in(mail())
    assert [one.kind for one in road.outbound(row)] == ["acknowledgement", "notice", "escalation", "escalated"]


def test_what_no_second_level_is_asked_about_is_the_supervisor_s(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    road.with_profile(second_level=tuple(one for one in road.profile.second_level if "notice" not in one.tools))
    [row] = road.take_in(mail())
    assert (road.case(row).queue, road.case(row).status) == ("supervisor", "new")
    assert (routed(road, row)["why"], routed(road, row)["rule"]) == ("no_second_level", "panne sûre : second niveau")
    assert [one.kind for one in road.outbound(row)] == ["acknowledgement", "notice"]


def test_one_sender_does_not_flood_the_second_level(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    budget = road.profile.automatic_mail.budget
    rows = road.take_in(*(mail(f"{n}\n", message_id=f"<n{n}@example.org>") for n in range(budget + 2)))
    assert [road.case(row).status for row in rows] == ["escalated"] * budget + ["new"] * 2
    for row in rows[budget:]:
        case, said = road.case(row), routed(road, row)
        assert (said["queue"], said["why"], said["rule"]) == ("supervisor", "too_many", "panne sûre : second niveau")
        assert row.acknowledgement == "budget_for_this_address"
        assert case.response_due_at
        assert case.n2_due_at is None
        assert road.read(lambda tx, row=row: tx.escalations.of_case(row.case_id)) == []
        assert [one.kind for one in road.outbound(row)] == ["notice"]
    [other] = road.take_in(mail("!\n", sender="paul@example.org", message_id="<p@example.org>"))
    assert road.case(other).status == "escalated"


def test_a_mailbox_that_sent_too_much_escalates_nothing_by_rule(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    road.with_profile(automatic_mail=replace(road.profile.automatic_mail, mailbox_per_hour=0))
    [row] = road.take_in(mail())
    assert (row.acknowledgement, road.case(row).status, routed(road, row)["why"]) == (
        "mailbox_breaker",
        "new",
        "too_many",
    )


def test_a_batch_escalates_each_case_under_its_own_key(road: Road) -> None:
    road.tags = replace(road.tags, **FAULT)
    rows = road.take_in(
        *(mail(f"{n}\n", sender=f"u{n}@example.org", message_id=f"<n{n}@example.org>") for n in range(5))
    )
    stays = [road.read(lambda tx, row=row: tx.escalations.of_case(row.case_id))[0].id for row in rows]
    assert [road.outbound(row, "escalation")[0].key for row in rows] == [f"escalation:{one}" for one in stays]
    assert [road.outbound(row, "escalation")[0].context["text"] for row in rows] == [str(n) for n in range(5)]


def test_a_form_for_faults_goes_straight_to_the_second_level(road: Road) -> None:
    form = KnownSender(match="form@www.example.be", kind=SenderKind.FORM)
    rule = Rule(name="form", when={"sender": ("form",)}, queue=Queue.N2)
    road.tags = replace(road.tags, tool="notice")
    road.with_profile(senders=(form,), routing=replace(road.profile.routing, rules=(rule,)))
    [row] = road.take_in(mail(sender="form@www.example.be", Reply_To="jeanne@example.org"))
    assert (road.case(row).queue, road.case(row).requester) == ("n2", "jeanne@example.org")


def test_a_retired_mailbox_answers_with_the_form(road: Road) -> None:
    boxes = tuple(replace(box, retired=box.name == "assistance") for box in road.profile.mailboxes)
    road.with_profile(mailboxes=boxes)
    [row] = road.take_in(mail())
    assert (receipt(road, row).kind, receipt(road, row).key) == ("retired", f"acknowledgement:{row.case_id}")
    assert (row.acknowledgement, row.content["receipt"]["answer"]) == ("new_case", "retired")


def test_what_is_surely_not_ours_is_redirected(road: Road) -> None:
    scope = next(iter(road.profile.contacts))
    road.tags = replace(road.tags, scope=scope)
    [row] = road.take_in(mail())
    assert (receipt(road, row).kind, receipt(road, row).context["scope"]) == ("redirect", scope)


def test_a_rule_that_answers_nothing_is_named(road: Road) -> None:
    rule = ReceiptRule(name="no word", when={"motif": ("demande_information",)}, answer=Answer.NOTHING)
    road.with_profile(receipts=(rule,))
    [row] = road.take_in(mail())
    assert (row.acknowledgement, row.reason) == ("withheld_by_rule", "withheld_by_rule: no word")
    assert row.content["receipt"] == {"answer": "nothing", "rule": "no word"}
    assert [one.kind for one in road.outbound(row)] == ["notice"]


def test_policy_comes_before_the_rules_of_receipts(road: Road) -> None:
    rule = ReceiptRule(name="no word", when={}, answer=Answer.NOTHING)
    road.with_profile(receipts=(rule,))
    assert road.take_in(mail(), backfill=True)[0].acknowledgement == "backfill"


def test_the_receipt_asks_for_what_is_missing_and_offers_articles(road: Road) -> None:
    labels = dict.fromkeys(road.profile.languages, "x")
    wanted = (
        Wanted(id="file", labels=labels, pattern=r"P-\d{6}"),
        Wanted(id="screenshot", labels=labels, files=("image/*",)),
    )
    when = {"motif": ("demande_information",)}
    title = "Trouver le numéro du dossier"
    article = Article(id="a", title=title, link="https://example.org/a", lang="fr", when=when, approved=True)
    road.with_profile(wanted=wanted, articles=(article,))
    [row] = road.take_in(mail("Où trouver le numéro du dossier ? C'est P-123456.\n"))
    context = receipt(road, row).context
    assert (context["missing"], context["articles"]) == (
        ["screenshot"],
        [{"title": title, "link": "https://example.org/a"}],
    )


@pytest.mark.parametrize(
    ("tools", "line", "told"),
    [
        (["notice"], "", True),
        (["twice"], "", False),
        (None, "", True),
        (None, "1718", False),
        (["notice"], "1718", True),
    ],
)
def test_the_receipt_tells_of_a_running_incident_that_concerns_it(
    road: Road, tools: list[str] | None, line: str, told: bool
) -> None:
    road.tags = replace(road.tags, tool="notice", category="requete")
    texts = {"fr": "NOTICe est en panne.", "nl": "NOTICe ligt plat."}
    with road.store.transaction("test.banner") as tx:
        start = {"line": line, "texts": texts, "starts_at": LONG_AGO, "ends_at": None, "tools": tools}
        tx.banners.start(start | {"made_at": LONG_AGO, "made_by": "nora"})
    [row] = road.take_in(mail())
    assert receipt(road, row).context["incident"] == (texts["fr"] if told else "")


def test_an_incident_that_is_over_is_not_told(road: Road) -> None:
    with road.store.transaction("test.banner") as tx:
        ended = {"starts_at": LONG_AGO, "ends_at": road.now - timedelta(minutes=1), "made_at": LONG_AGO}
        tx.banners.start({"line": "", "texts": {"fr": "Panne."}, "made_by": "nora", **ended})
    [row] = road.take_in(mail())
    assert receipt(road, row).context["incident"] == ""
