"""The figures of the phone, each definition by small examples."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.figures import AGAIN_WITHIN, FATES, CallRecord, Figure, Promise, Try, Window, balance, promised, report
from cases.phone import Phone

T = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
WINDOW = Window(T - timedelta(hours=9), T + timedelta(hours=15), T + timedelta(days=30))
RULES = Phone()


def at(seconds: float) -> datetime:
    return T + timedelta(seconds=seconds)


ANSWERED = CallRecord(
    line="1718",
    started_at=T,
    person="p",
    topic="notice",
    offered_at=at(10),
    queued_at=at(10),
    answered_at=at(30),
    ended_at=at(200),
    fate="answered",
)
MISSED = replace(ANSWERED, answered_at=None, ended_at=at(100), fate="missed", person="q")
ASKED = replace(
    MISSED,
    person="r",
    fate="callback",
    callback="+32470001234",
    asked_at=at(60),
    promised_by=at(3600),
)


def figures(*calls: CallRecord, window: Window = WINDOW) -> dict[str, float | None]:
    return {one.name: one.value for one in report(calls, window, RULES)}


def only(found: dict[str, Any], *names: str) -> list[Any]:
    return [found[name] for name in names]


def test_no_call_gives_counts_of_none_and_no_shares() -> None:
    found = figures()
    assert found["offered"] == 0
    assert only(found, "answer_rate", "mean_wait", "p90_wait", "within_charter", "callbacks_on_time") == [None] * 5
    assert found["first_contact_resolution"] is None


def test_the_answer_rate_is_answered_of_offered() -> None:
    rest = [replace(MISSED, fate=fate) for fate in ("abandoned", "voicemail", "missed")]
    found = figures(ANSWERED, *rest)
    assert only(found, "offered", "answered", "voicemail", "missed", "abandoned") == [4, 1, 1, 1, 1]
    assert found["answer_rate"] == 0.25


@pytest.mark.parametrize(
    "changed",
    [
        {"closed": True},
        {"offered_at": None},
        {"fate": "transferred"},
        {"fate": "deflected"},
        {"fate": ""},
        {"ended_at": at(19)},
    ],
    ids=["closed", "not chosen", "transferred", "deflected", "running", "short"],
)
def test_what_the_team_had_not_to_answer_is_not_offered(changed: dict[str, Any]) -> None:
    found = figures(replace(MISSED, **changed))
    assert only(found, "received", "offered", "answer_rate") == [1, 0, None]


def test_a_call_is_short_under_ten_seconds_and_reported_apart() -> None:
    nearly, long = replace(MISSED, ended_at=at(19.9)), replace(MISSED, ended_at=at(20))
    assert only(figures(nearly, long), "short_abandons", "offered", "missed") == [1, 1, 1]
    voicemail = replace(nearly, fate="voicemail")
    assert only(figures(voicemail), "short_abandons", "offered") == [0, 1]


def test_deflected_transferred_and_closed_calls_are_counted_apart() -> None:
    calls = [replace(MISSED, fate="deflected"), replace(MISSED, fate="transferred"), replace(MISSED, closed=True)]
    assert only(figures(*calls), "deflected", "transferred", "outside_hours", "offered") == [1, 1, 1, 0]


def test_waits_are_from_the_queue_to_the_moment_of_joining() -> None:
    calls = [replace(ANSWERED, answered_at=at(10 + wait), person=str(wait)) for wait in range(1, 11)]
    late = replace(ANSWERED, answered_at=at(10 + 151), person="late")
    unknown = replace(ANSWERED, answered_at=None, person="unknown")
    found = figures(*calls, late, unknown)
    assert found["mean_wait"] == pytest.approx((55 + 151) / 11)
    assert found["p90_wait"] == 10  # the tenth of eleven
    assert found["within_charter"] == pytest.approx(10 / 12)


def test_service_levels_are_told_with_their_goal() -> None:
    by_name = {one.name: one for one in report([ANSWERED, MISSED], WINDOW, RULES)}
    assert by_name["answer_rate"] == Figure("answer_rate", by_name["answer_rate"].unit, 0.5, 0.6, False)
    assert (by_name["mean_wait"].goal, by_name["mean_wait"].met) == (30, True)
    assert (by_name["offered"].goal, by_name["offered"].met) == (None, None)


def test_a_callback_counts_in_neither_until_the_person_was_reached() -> None:
    assert only(figures(ANSWERED, ASKED), "offered", "answered", "answer_rate") == [1, 1, 1.0]
    rung = replace(ASKED, tries=(Try(at(1000), reached=False),))
    assert only(figures(MISSED, rung), "offered", "answered") == [1, 0]
    reached = replace(ASKED, tries=(Try(at(1000), reached=True),))
    assert only(figures(MISSED, reached), "offered", "answered", "answer_rate") == [2, 1, 0.5]


@pytest.mark.parametrize(
    ("tries", "now", "counts"),
    [
        ((), at(3600), [1, 0, 0, None]),
        ((), at(3601), [1, 1, 0, 0.0]),
        ((Try(at(3600), reached=False),), at(3600), [1, 1, 1, 1.0]),
        ((Try(at(3601), reached=True),), at(4000), [1, 1, 0, 0.0]),
    ],
    ids=["not due yet", "forgotten", "in time", "late"],
)
def test_a_callback_is_kept_where_the_person_was_rung_in_time(
    tries: tuple[Try, ...], now: datetime, counts: list[Any]
) -> None:
    found = figures(replace(ASKED, tries=tries), window=replace(WINDOW, now=now))
    assert only(found, "callbacks", "callbacks_due", "callbacks_kept", "callbacks_on_time") == counts


def test_asking_again_makes_no_second_callback_while_one_is_open() -> None:
    again = replace(ASKED, started_at=at(600), asked_at=at(660), promised_by=at(9999))
    reached = replace(ASKED, tries=(Try(at(700), reached=True),))
    assert promised([again, ASKED]) == [Promise(ASKED, at(3600), ())]
    assert figures(reached, again)["callbacks"] == 1
    later = replace(again, asked_at=at(701))
    assert len(promised([reached, later])) == 2
    other = replace(again, topic="twice")
    assert len(promised([ASKED, other])) == 2


def test_three_tries_end_a_callback() -> None:
    tries = tuple(Try(at(100 * n), reached=False) for n in (1, 2, 3))
    given_up = replace(ASKED, tries=tries)
    assert promised([given_up])[0].closed_at == at(300)
    assert len(promised([given_up, replace(ASKED, asked_at=at(301))])) == 2


def test_who_does_not_call_again_was_helped_at_once() -> None:
    other = replace(ANSWERED, person="z", started_at=at(5))
    again = replace(MISSED, person="p", started_at=T + AGAIN_WITHIN)
    found = figures(ANSWERED, other, again)
    assert only(found, "first_contacts", "first_contacts_resolved", "first_contact_resolution") == [2, 1, 0.5]
    too_late = replace(again, started_at=T + AGAIN_WITHIN + timedelta(seconds=1))
    assert figures(ANSWERED, too_late)["first_contacts_resolved"] == 1


@pytest.mark.parametrize("changed", [{"person": ""}, {"fate": "missed"}], ids=["hidden", "not answered"])
def test_only_answered_calls_of_known_callers_are_first_contacts(changed: dict[str, Any]) -> None:
    assert figures(replace(ANSWERED, **changed))["first_contacts"] == 0


def test_a_second_contact_is_no_first_one_even_across_the_window() -> None:
    before = replace(MISSED, person="p", started_at=T - timedelta(days=6))
    assert figures(before, ANSWERED)["first_contacts"] == 0
    about_else = replace(before, topic="twice")
    assert figures(about_else, ANSWERED)["first_contacts"] == 1


def test_contacts_whose_week_is_not_over_are_said_to_be_open() -> None:
    now = T + AGAIN_WITHIN
    assert figures(ANSWERED, window=replace(WINDOW, now=now))["first_contacts_open"] == 0
    assert figures(ANSWERED, window=replace(WINDOW, now=now - timedelta(seconds=1)))["first_contacts_open"] == 1


def test_every_call_is_in_the_balance_once() -> None:
    calls = [replace(MISSED, fate=fate) for fate in (*FATES, "")] + [replace(ANSWERED, line="1719")]
    found = balance(calls)
    assert found["1718"] == dict.fromkeys((*FATES, ""), 1)
    assert found["1719"].total() == 1


def test_the_same_records_give_the_same_figures() -> None:
    calls = [ANSWERED, MISSED, ASKED]
    assert report(calls, WINDOW, RULES) == report(calls[::-1], WINDOW, RULES)


def test_who_calls_again_and_is_answered_was_reached() -> None:
    again = replace(ANSWERED, started_at=at(600), answered_at=at(700), settles="+32470001234", person="r")
    found = figures(ASKED, again)
    assert only(found, "callbacks", "callbacks_kept", "callbacks_reached") == [1, 1, 1]
    late = replace(again, started_at=at(7000), answered_at=at(7100))
    assert only(figures(ASKED, late), "callbacks_kept", "callbacks_reached") == [0, 1]
    other = replace(again, settles="+32470009999")
    assert only(figures(ASKED, other), "callbacks_reached") == [0]
