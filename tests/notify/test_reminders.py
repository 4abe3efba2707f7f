"""The sweep over cases whose clocks have something to say, on both databases: each alarm once, and never too soon."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from cases.case import EntryKind, Status
from cases.profile import AutomaticMail
from cases.routing import Queue
from notify import reminders
from notify.compose import Composer
from store.tables import case, entry, outbound
from store.tx import Store
from tests.cases.values import CITIZEN, OURS, TEAM
from tests.notify import outbox
from tests.notify.sweeping import ANNA, DIGITAL, SERVICE, SIGNER, Floor, at, wall


@pytest.fixture
def floor(store: Store) -> Floor:
    return Floor(store)


def test_a_new_case_warns_is_overdue_and_then_silent(floor: Floor) -> None:
    one = floor.open("03-23 09:00")
    floor.walk("06-30 12:00")
    assert floor.said(one) == [
        ("03-23 12:00", "warning", "response"),
        ("03-23 13:00", "overdue", "response"),
        ("03-23 15:22", "warning", "resolution"),
        ("03-24 09:00", "overdue", "resolution"),
        ("04-07 09:00", "silence", "team"),
    ]
    assert floor.case(one).alarm_at is None
    assert [(mail.kind, mail.recipient, mail.context["alarm"], mail.context["clock"]) for mail in floor.mails()] == [
        ("alarm", TEAM, "warning", "response"),
        ("alarm", TEAM, "overdue", "response"),
        ("alarm", TEAM, "warning", "resolution"),
        ("alarm", TEAM, "overdue", "resolution"),
        ("alarm", TEAM, "silence", "team"),
    ]


def test_the_columns_beside_a_case_are_its_clocks(floor: Floor) -> None:
    found = floor.case(floor.open("03-23 09:00"))
    assert [wall(one) for one in (found.response_due_at, found.resolution_due_at, found.alarm_at)] == [
        "03-23 13:00",
        "03-24 09:00",
        "03-23 12:00",
    ]
    assert found.n2_due_at is None
    assert found.version == 1


def test_an_overdue_case_climbs_to_the_supervisor_and_no_further(floor: Floor) -> None:
    one = floor.open(
        "03-23 09:00", agent="anna", routing={"why": "rule", "rule": "x", "skills": ["x"], "agent": "anna"}
    )
    queues = []
    for moment in ("03-23 13:00", "03-24 09:00"):
        floor.walk(moment)
        queues.append(floor.case(one).queue)
    floor.happen(one, "03-24 10:00", EntryKind.CLOSED)
    for day in ("03-25", "03-26"):  # each time an answer is owed anew
        floor.happen(one, f"{day} 09:00", EntryKind.REOPENED)
        floor.walk(f"{day} 16:00")
        queues.append(floor.case(one).queue)
        floor.happen(one, f"{day} 16:30", EntryKind.CLOSED)
    assert queues == ["line2", "line3", "supervisor", "supervisor"]
    climbs = [line.data for line in floor.lines(one) if line.kind == EntryKind.ROUTED]
    assert [(data["before"], data["queue"], data["clock"], data["agent"]) for data in climbs] == [
        ("line1", "line2", "response", "anna"),
        ("line2", "line3", "resolution", ""),
        ("line3", "supervisor", "response", ""),
    ]


def test_whoever_had_an_overdue_case_is_told_and_has_it_no_more(floor: Floor) -> None:
    routed = {"why": "rule", "rule": "x", "skills": ["rare"], "agent": "anna"}
    one = floor.open("03-23 09:00", agent="anna", routing=routed)
    floor.walk("03-23 13:00")
    warned, overdue = floor.mails("alarm")
    assert (warned.recipient, overdue.recipient) == (TEAM, ANNA.address)  # she asked for the one and not for the other
    assert overdue.context["queue"] == Queue.LINE_2
    found = floor.case(one)
    assert (found.agent, found.queue) == (None, "line2")
    assert found.routing == {"why": "overdue", "rule": "", "skills": [], "agent": ""}


def test_skills_that_somebody_has_above_are_still_asked_for(floor: Floor) -> None:
    skilled = replace(ANNA, skills=("rare",))
    floor.profile = replace(SERVICE, routing=replace(SERVICE.routing, agents=(skilled,)))
    one = floor.open("03-23 09:00", routing={"why": "rule", "rule": "x", "skills": ["rare"], "agent": ""})
    floor.walk("03-23 13:00")
    assert floor.case(one).routing["skills"] == ["rare"]


def test_two_targets_missed_at_one_look_climb_as_far_as_at_two(floor: Floor) -> None:
    one = floor.open("03-23 09:00")
    floor.sweep("03-24 12:00")
    assert floor.case(one).queue == "line3"
    assert [line.kind for line in floor.lines(one)] == ["overdue", "routed", "overdue", "routed"]


def test_fifteen_days_of_silence_remind_the_requester_once(floor: Floor) -> None:
    one = floor.open("03-02 09:00", status=Status.OPEN)
    floor.happen(one, "03-02 10:00", EntryKind.ANSWERED, "Which file is it?\n" + "x" * 600)
    asked = floor.lines(one)[-1]
    floor.happen(one, "03-02 10:00", EntryKind.WAITING)
    floor.walk("06-30 12:00")
    assert floor.said(one) == [("03-17 10:00", "silence", "requester")]
    [mail] = floor.mails()
    assert (mail.kind, mail.recipient, mail.lang, mail.automatic) == ("reminder", CITIZEN, "fr", True)
    assert mail.context["since"] == at("03-02 10:00").isoformat()
    assert mail.context["question"] == asked.text[:500]
    assert mail.context["in_reply_to"] == SIGNER.message_id(one, f"reply:{one}:{asked.id}", SERVICE.mail_domain)
    assert mail.key.startswith(f"reminder:{one}:")


def test_a_reminder_quotes_nothing_that_somebody_else_was_told(floor: Floor) -> None:
    one = floor.open("03-02 09:00", status=Status.OPEN)
    floor.happen(one, "03-02 10:00", EntryKind.ANSWERED, "Your file is blocked. Who are you?")
    floor.happen(one, "03-02 10:00", EntryKind.WAITING)
    floor.happen(one, "03-02 11:00", EntryKind.REQUESTER_SET, before="relay@example.org", address=CITIZEN)
    floor.walk("04-30 12:00")
    [mail] = floor.mails()
    assert (mail.kind, mail.context["question"], "in_reply_to" in mail.context) == ("reminder", "", False)


def test_a_silence_is_broken_in_opening_hours_alone(floor: Floor) -> None:
    one = floor.open("03-06 15:00")
    floor.happen(one, "03-06 16:00", EntryKind.WAITING)  # the fifteenth day is a Saturday
    assert wall(floor.case(one).alarm_at) == "03-23 08:30"
    floor.sweep("03-23 21:00")  # the service was down all day
    assert floor.said(one) == []
    assert wall(floor.case(one).alarm_at) == "03-24 08:30"
    floor.walk("03-24 12:00")
    assert floor.said(one) == [("03-24 08:30", "silence", "requester")]


def test_the_second_level_is_reminded_in_its_own_thread(floor: Floor) -> None:
    one = floor.open("03-24 09:00", priority="P2")
    floor.happen(one, "03-24 09:30", EntryKind.ANSWERED)
    stay = floor.escalate(one, "03-24 10:00", ticket="DIG-7")
    floor.walk("03-24 14:00")
    assert floor.said(one) == [("03-24 13:00", "warning", "n2"), ("03-24 14:00", "overdue", "n2")]
    mails = floor.mails()
    assert {(mail.kind, mail.recipient, mail.lang, mail.escalation_id) for mail in mails} == {
        ("n2_reminder", DIGITAL.address, "fr", stay)
    }
    context = mails[-1].context
    assert {name: context[name] for name in ("n2", "ticket", "priority")} == {
        "n2": "Digital",
        "ticket": "DIG-7",
        "priority": "P2",
    }
    assert context["since"] == at("03-24 10:00").isoformat()
    assert context["due"] == at("03-24 14:00").isoformat()
    escalation = SIGNER.thread_message_id(one, f"escalation:{stay}", SERVICE.mail_domain)
    assert context["in_reply_to"] == escalation
    assert all(SIGNER.thread_of(mail.message_id) == one and not SIGNER.case_of(mail.message_id) for mail in mails)
    assert floor.case(one).queue == "line1"  # what the second level owes is no reason to climb


def test_a_silence_of_the_second_level_reminds_it(floor: Floor) -> None:
    one = floor.open("03-24 09:00", priority="P4", queue="supervisor")
    stay = floor.escalate(one, "03-24 10:00")
    floor.walk("04-08 12:00")
    assert floor.said(one)[-1] == ("04-08 10:00", "silence", "n2")
    silent = floor.mails("n2_reminder")[-1]
    assert (silent.escalation_id, silent.context["due"]) == (stay, "")


def test_a_second_level_that_the_profile_has_no_more_leaves_it_to_the_team(floor: Floor) -> None:
    one = floor.open("03-24 09:00")
    floor.escalate(one, "03-24 10:00", n2="gone")
    floor.walk("03-25 12:00")
    assert ("overdue", "n2") in {(kind, about) for _, kind, about in floor.said(one)}
    assert floor.mails("n2_reminder") == []
    assert {mail.recipient for mail in floor.mails()} == {TEAM}


def test_a_case_that_waits_over_a_weekend_is_not_held_to_it(floor: Floor) -> None:
    one = floor.open("03-27 09:00", priority="P3")
    floor.happen(one, "03-27 10:00", EntryKind.WAITING)
    floor.happen(one, "03-30 08:00", EntryKind.RESUMED)
    floor.walk("04-02 12:00")
    assert floor.said(one) == [("03-31 11:45", "warning", "resolution"), ("03-31 16:00", "overdue", "resolution")]


@pytest.mark.parametrize(("friday", "monday"), [("03-27", "03-30"), ("10-23", "10-26")])
def test_the_hour_that_the_clocks_skip_or_repeat_costs_nobody_anything(floor: Floor, friday: str, monday: str) -> None:
    one = floor.open(f"{friday} 15:00")
    floor.walk(f"{monday} 10:30")
    assert floor.said(one)[:2] == [
        (f"{monday} 09:30", "warning", "response"),
        (f"{monday} 10:30", "overdue", "response"),
    ]


def test_a_closed_case_says_nothing_more(floor: Floor) -> None:
    one = floor.open("03-24 09:00")
    with floor.store.transaction("test.close") as tx:  # by somebody who wrote no line
        tx.connection.execute(update(case).values(status=Status.CLOSED))
    floor.walk("06-30 12:00")
    assert floor.said(one) == []
    found = floor.case(one)
    assert (found.response_due_at, found.resolution_due_at, found.n2_due_at, found.alarm_at) == (None,) * 4


def test_a_hidden_case_is_left_alone(floor: Floor) -> None:
    one = floor.open("03-24 09:00", hidden=True)
    floor.sweep("03-30 12:00")
    assert (floor.said(one), floor.case(one).alarm_at) == ([], at("03-24 09:00"))


def test_a_reminder_that_goes_beyond_the_budget_says_why_it_does_not_leave(floor: Floor) -> None:
    cases = [floor.open("03-02 09:00", status=Status.WAITING) for _ in range(3)]
    for one in cases:
        floor.happen(one, "03-02 10:00", EntryKind.WAITING)
    floor.walk("03-20 12:00")
    assert len(floor.mails("reminder")) == SERVICE.automatic_mail.budget == 2
    withheld = [line.data.get("withheld") for one in cases for line in floor.lines(one) if line.kind == "silence"]
    assert withheld == [None, None, "budget_for_this_address"]
    floor.walk("06-30 12:00")
    assert len(floor.mails("reminder")) == 2  # nor later


@pytest.mark.parametrize(
    ("requester", "reason"),
    [("", "no_usable_address"), (OURS, "own_address"), ("noreply@example.com", "robot_address")],
)
def test_nobody_is_reminded_at_such_an_address(floor: Floor, requester: str, reason: str) -> None:
    one = floor.open("03-02 09:00", requester=requester)
    floor.happen(one, "03-02 10:00", EntryKind.WAITING)
    floor.walk("03-20 12:00")
    assert floor.mails() == []
    assert floor.lines(one)[-1].data["withheld"] == reason


def test_a_team_s_budget_bounds_what_it_is_told(floor: Floor) -> None:
    floor.profile = replace(SERVICE, automatic_mail=AutomaticMail(staff_budget=3))
    for _ in range(4):
        floor.open("03-23 09:00")
    floor.walk("03-23 13:00")
    withheld = [line.data.get("withheld") for one in range(4) for line in floor.lines(202600000001 + one)]
    assert len(floor.mails("alarm")) == 3
    assert withheld.count("budget_for_this_address") == 5


def test_one_case_that_cannot_be_looked_at_stops_no_other(floor: Floor) -> None:
    broken, sound = floor.open("03-23 09:00"), floor.open("03-23 09:00")
    with floor.store.transaction("test.break") as tx:
        tx.connection.execute(update(case).where(case.c.id == broken).values(priority="P9"))
    floor.sweep("03-23 12:00")
    assert (floor.said(broken), len(floor.said(sound))) == ([], 1)
    assert wall(floor.case(broken).alarm_at) == "03-23 13:00"


def test_the_words_of_a_crash_are_not_said_twice(floor: Floor) -> None:
    """The mail's key is made from the alarm's: even where the line was lost, one mail leaves."""
    one = floor.open("03-23 09:00")
    floor.sweep("03-23 12:00")
    with floor.store.transaction("test.lose") as tx:
        tx.connection.execute(delete(entry))
        tx.connection.execute(update(case).values(alarm_at=floor.now))
    floor.sweep()
    assert len(floor.said(one)) == len(floor.mails()) == 1


def test_many_workers_say_each_alarm_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 4)
    floor = Floor(store)
    cases = [floor.open("03-23 09:00") for _ in range(40)]
    floor.now = at("03-23 13:00")
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        floor.sweep()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    floor.sweep()
    assert [floor.said(one) for one in cases] == [[("03-23 13:00", "overdue", "response")]] * 40
    assert {floor.case(one).queue for one in cases} == {"line2"}


def test_what_an_agent_does_at_the_same_moment_stands(floor: Floor) -> None:
    """A sweep changes no version: who read the case before it may still write."""
    one = floor.open("03-23 09:00", agent="anna")
    read = floor.case(one)
    floor.walk("03-23 13:00")
    with floor.store.transaction("test.act") as tx:
        assert tx.cases.write(one, read.version, {"agent": "anna"}, floor.now)
    assert floor.case(one).agent == "anna"


@pytest.mark.parametrize("lang", ["fr", "de", "nl", "en"])
def test_every_mail_of_the_sweep_can_be_written_from_what_its_row_holds(sqlite_store: Store, lang: str) -> None:
    service = replace(outbox.profile(language=lang), second_level=(replace(DIGITAL, language=lang, hours=""),))
    floor = Floor(sqlite_store, service)
    silent, technical = (floor.open("03-02 09:00", source="assistance", lang=lang) for _ in range(2))
    floor.happen(silent, "03-02 10:00", EntryKind.ANSWERED, "Which file is it?")
    floor.happen(silent, "03-02 10:00", EntryKind.WAITING)
    floor.escalate(technical, "03-02 10:00", ticket="DIG-7")
    floor.walk("05-01 12:00")
    composer = Composer(service, SIGNER, outbox.PUBLIC_URL)
    written = {mail.kind: composer.compose(mail, probed=False) for mail in floor.mails()}
    assert set(written) == {"alarm", "reminder", "n2_reminder"}
    assert b"Which file is it?" in written["reminder"]
    assert b"DIG-7" in written["n2_reminder"]


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 30),
        st.sampled_from(("wrote", "answered", "waiting", "resumed", "escalated", "returned", "closed", "reopened")),
    ),
    max_size=5,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.lists(st.integers(0, 60 * 24 * 60), max_size=30))
def test_however_often_it_runs_each_alarm_is_said_once_and_none_too_soon(
    sqlite_store: Store, happened: list[tuple[int, str]], instants: list[int]
) -> None:
    with sqlite_store.transaction("test.empty") as tx:
        for table in (entry, outbound, case):
            tx.connection.execute(delete(table))
    floor = Floor(sqlite_store)
    one = floor.open("03-23 09:00")
    steps = sorted([(minutes, kind) for minutes, kind in happened] + [(minutes, "") for minutes in instants])
    for minutes, kind in steps:
        moment = at("03-23 09:00") + timedelta(minutes=minutes)
        if kind:
            floor.happen(one, wall(moment), EntryKind(kind))
        for _ in range(2):
            floor.sweep(moment)
    keys = [line.data["key"] for line in floor.lines(one) if line.actor == reminders.ACTOR and "key" in line.data]
    assert len(keys) == len(set(keys))
    overdue = [line for line in floor.lines(one) if line.kind == EntryKind.OVERDUE]
    assert all(line.at >= datetime.fromisoformat(line.data["due"]) for line in overdue if "due" in line.data)
    assert len(floor.mails()) <= len(keys)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 60 * 24 * 25), min_size=1, max_size=20))
def test_an_alarm_is_said_at_the_first_look_at_which_its_time_has_come(sqlite_store: Store, looks: list[int]) -> None:
    with sqlite_store.transaction("test.empty") as tx:
        for table in (entry, outbound, case):
            tx.connection.execute(delete(table))
    floor = Floor(sqlite_store)
    one = floor.open("03-23 09:00")
    moments = sorted(at("03-23 09:00") + timedelta(minutes=minutes) for minutes in looks)
    for moment in moments:
        floor.sweep(moment)
    rings = {
        ("warning", "response"): at("03-23 12:00"),
        ("overdue", "response"): at("03-23 13:00"),
        ("warning", "resolution"): at("03-23 15:22") + timedelta(seconds=30),
        ("overdue", "resolution"): at("03-24 09:00"),
        ("silence", "team"): at("04-07 09:00"),
    }
    first = {name: next((look for look in moments if look >= ring), None) for name, ring in rings.items()}
    for about in ("response", "resolution"):
        if first["warning", about] == first["overdue", about]:
            first["warning", about] = None  # nobody is warned of what is overdue
    opening = floor.reminders.looker.calendars.of("help")
    silence = [look for look in moments if look >= rings["silence", "team"] and opening.is_open(look)]
    first["silence", "team"] = silence[0] if silence else None
    expected = {(wall(look), *name) for name, look in first.items() if look}
    assert set(floor.said(one)) == expected
