"""The menu of the shipped profile as a table: what a caller does, what is heard, where the call stands."""

import re
from dataclasses import replace
from typing import Any

import pytest

from cases.phone import Goodbye, Menu, Say, Transfer
from ingest.voice.event import (
    Event,
    Facts,
    HangUp,
    Keyed,
    LeftQueue,
    Listen,
    PutThrough,
    Read,
    Record,
    Recorded,
    Silence,
    Speak,
    Spoke,
    Standing,
    Started,
    TransferEnded,
    Waits,
)
from ingest.voice.menu import LONGEST_PATH, begin, hung_up, step
from tests.ingest.voice.walks import CLOSED, HIDDEN, OPEN, Walk, profile

QUIET = Silence()
LEFT = LeftQueue(answered=False)
ROUND = "listen queue_round queue_callback"
FIRST_ROUND = "listen queue_entered queue_round queue_callback"
INTO_QUEUE = "wait"
OURS = replace(CLOSED, own_numbers=frozenset({"+3281001718", "+3281001801"}))


def keys(*digits: str) -> list[Event]:
    return [Keyed(one) for one in digits]


def stands(status: str = "", **more: Any) -> Facts:
    """Open, and somebody looked up the code that is keyed."""
    return replace(OPEN, standing=Standing(status=status, **more))


CODE = keys("1", "#", "51234567")


@pytest.mark.parametrize(
    ("facts", "events", "heard"),
    [
        # the language
        (OPEN, [], "listen language"),
        (OPEN, [QUIET], "listen language"),
        (OPEN, [QUIET, QUIET], "listen tool"),
        (OPEN, keys("*"), "listen language"),
        (OPEN, keys("9"), "listen language"),
        (OPEN, keys("0"), INTO_QUEUE),
        (CLOSED, keys("1"), "listen closed tool"),
        (CLOSED, keys("0"), "listen closed after_hours"),
        # the tool
        (OPEN, keys("1", "1"), INTO_QUEUE),
        (OPEN, keys("1", "4"), INTO_QUEUE),
        (OPEN, keys("1", "0"), INTO_QUEUE),
        (OPEN, keys("1", "*"), "listen tool"),
        (OPEN, keys("1", "9"), "listen not_understood tool"),
        (OPEN, keys("1", "9", "9"), INTO_QUEUE),
        (OPEN, [*keys("1"), QUIET], "listen tool"),
        (OPEN, [*keys("1"), QUIET, QUIET], INTO_QUEUE),
        (OPEN, [*keys("1"), Spoke("c'est pour NOTICe")], INTO_QUEUE),
        (OPEN, [*keys("1"), Spoke("mes impôts")], "say tax; hangup"),
        (OPEN, [*keys("1"), Spoke("NOTICe", 0.3)], "listen not_understood tool"),
        (CLOSED, keys("1", "2"), "listen after_hours"),
        (CLOSED, [*keys("1"), QUIET, QUIET], "listen after_hours"),
        # the case number
        (OPEN, keys("1", "#"), "listen case_number"),
        (OPEN, keys("1", "#", "2600412"), "listen identified tool"),
        (OPEN, keys("1", "#", "26"), "listen not_understood case_number"),
        (OPEN, keys("1", "#", "26", "", ""), "listen not_understood tool"),
        (OPEN, [*keys("1", "#"), QUIET, QUIET, QUIET], "listen not_understood tool"),
        # the code of a receipt
        (stands("open"), CODE, "listen status_open tool"),
        (stands("new", due_at=OPEN.now), CODE, "listen status_new status_by tool"),
        (stands(), CODE, "listen status_unknown case_number"),
        (stands(), [*CODE, *keys("51234567", "51234567")], "listen status_unknown tool"),
        (stands(limited=True), CODE, "listen status_not_now tool"),
        # the queue
        (OPEN, [*keys("1", "1"), Waits()], FIRST_ROUND),
        (OPEN, [*keys("1", "1"), Waits(), QUIET], "listen queue_callback"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("0")], "listen queue_callback"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("*")], "listen queue_callback"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("1")], "leavequeue"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("1"), LEFT], "listen callback_confirm"),
        (OPEN, [*keys("1", "1"), LeftQueue(answered=True)], "say queue_talked; hangup"),
        (OPEN, [*keys("1", "1"), LEFT], "listen queue_failed"),
        (OPEN, [*keys("1", "1"), LEFT, QUIET], "say voicemail; record"),
        (OPEN, [*keys("1", "1"), LEFT, *keys("1")], "listen callback_confirm"),
        (OPEN, [*keys("1", "1"), LEFT, Spoke("un message")], "say voicemail; record"),
        # when closed
        (CLOSED, keys("1", "2", "1"), "listen callback_confirm"),
        (CLOSED, keys("1", "2", "0"), "listen callback_confirm"),
        (CLOSED, keys("1", "2", "2"), "say voicemail; record"),
        (CLOSED, [*keys("1", "2"), QUIET, QUIET], "say voicemail; record"),
        (CLOSED, [*keys("1", "2"), Spoke("rappelez-moi")], "listen callback_confirm"),
        # the voicemail
        (CLOSED, [*keys("1", "2", "2"), Recorded(12)], "say voicemail_kept; hangup"),
        (CLOSED, [*keys("1", "2", "2"), Recorded(12, hung_up=True)], "say voicemail_kept; hangup"),
        (CLOSED, [*keys("1", "2", "2"), Recorded(0)], "say empty_message; record"),
        (CLOSED, [*keys("1", "2", "2"), Recorded(0, hung_up=True)], "say no_message; hangup"),
        (CLOSED, [*keys("1", "2", "2"), QUIET], "say empty_message; record"),
        (CLOSED, [*keys("1", "2", "2"), Recorded(0), Recorded(0)], "say no_message; hangup"),
        # the callback
        (CLOSED, keys("1", "2", "1", "1"), "listen callback_slot"),
        (CLOSED, [*keys("1", "2", "1"), Spoke("oui")], "listen callback_slot"),
        (CLOSED, keys("1", "2", "1", "1", "2"), "say callback_agreed; hangup"),
        (CLOSED, [*keys("1", "2", "1"), QUIET], "listen callback_confirm"),
        (CLOSED, [*keys("1", "2", "1"), QUIET, QUIET], "listen callback_slot"),
        (CLOSED, keys("1", "2", "1", "2"), "listen callback_number"),
        (CLOSED, keys("1", "2", "1", "2", "081001234"), "listen callback_confirm"),
        (CLOSED, keys("1", "2", "1", "2", "1718"), "listen callback_bad_number callback_number"),
        (CLOSED, keys("1", "2", "1", "2", "1718", "112"), "listen callback_slot"),
        (OURS, keys("1", "2", "1", "2", "081001718"), "listen callback_own_number callback_number"),
        (OURS, keys("1", "2", "1", "2", "081001801", "081001234"), "listen callback_confirm"),
        (replace(OURS, caller="+3281001801"), keys("1", "2", "1"), "listen callback_number"),
        (HIDDEN, keys("1", "2", "1"), "listen callback_number"),
        (HIDDEN, keys("1", "2", "1", "0470001234"), "listen callback_confirm"),
        (HIDDEN, keys("1", "2", "1", "0470001234", "2"), "listen callback_number"),
        (HIDDEN, keys("1", "2", "1", "090012345"), "listen callback_bad_number callback_number"),
        (HIDDEN, keys("1", "2", "1", "090012345", ""), "say voicemail; record"),
        (HIDDEN, [*keys("1", "2", "1"), QUIET, QUIET], "say voicemail; record"),
        # what does not belong there is answered with what the call was told
        (OPEN, [*keys("1"), Recorded(3)], "listen tool"),
        (OPEN, [*keys("1", "#"), Waits()], "listen case_number"),
        (CLOSED, [*keys("1", "2", "2"), Waits()], "say voicemail; record"),
        (CLOSED, [*keys("1", "2", "1"), LEFT], "listen callback_confirm"),
        (CLOSED, [*keys("1", "2", "1", "1"), LEFT], "listen callback_slot"),
        (HIDDEN, [*keys("1", "2", "1"), LEFT], "listen callback_number"),
        (CLOSED, [*keys("1", "2", "1", "1", "1"), QUIET], "hangup"),
    ],
)
def test_what_the_caller_hears(facts: Facts, events: list[Event], heard: str) -> None:
    assert Walk(facts).tell(*events).heard == heard


def test_the_languages_are_offered_each_in_its_own() -> None:
    assert Walk().actions == (
        Listen(
            prompts=tuple(Speak("language", lang) for lang in ("fr", "de", "nl", "en")),
            lang="fr",
            speech=True,
            hints=(
                "français",
                "en français",
                "allemand",
                "en allemand",
                "néerlandais",
                "flamand",
                "anglais",
                "en anglais",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("event", "lang"),
    [
        *zip(keys("1", "2", "3", "4"), ("fr", "de", "nl", "en"), strict=True),
        (Spoke("Deutsch, bitte!"), "de"),
        (Spoke("drei"), "nl"),
        (Spoke("English"), "en"),
        (Spoke("en allemand"), "de"),
    ],
)
def test_the_language_is_chosen_by_key_or_word(event: Event, lang: str) -> None:
    walk = Walk().tell(event)
    assert (walk.state.node, walk.state.lang) == ("tool", lang)
    assert {said.lang for said in walk.spoken} == {lang}


def test_who_chooses_no_language_hears_the_first() -> None:
    assert Walk().tell(QUIET, QUIET).state.lang == "fr"
    assert Walk().tell(Keyed("0"), Waits()).spoken[0] == Speak("queue_entered", "fr")


def test_the_german_line_does_not_ask_for_the_language() -> None:
    walk = Walk(language="de")
    assert walk.heard == "listen welcome tool"
    assert walk.spoken == [Speak("welcome", "de"), Speak("tool", "de")]


@pytest.mark.parametrize(
    ("event", "tools"),
    [
        (Keyed("1"), ("mon_espace", "declarations")),
        (Keyed("2"), ("notice",)),
        (Keyed("3"), ("twice", "gesper")),
        (Keyed("4"), ()),
        (Spoke("TWICE"), ("twice",)),
        (Spoke("GesPer s'il vous plaît"), ("gesper",)),
        (Spoke("c'est pour une déclaration de classe trois"), ("declarations",)),
    ],
)
def test_a_choice_leaves_candidates_and_a_name_leaves_one(event: Event, tools: tuple[str, ...]) -> None:
    state = Walk().tell(Keyed("1"), event).state
    assert (state.tools, state.chosen, state.queued) == (tools, True, True)


def test_the_same_keys_choose_when_closed() -> None:
    state = Walk(CLOSED).tell(*keys("1", "3")).state
    assert (state.tools, state.chosen, state.closed, state.queued) == (("twice", "gesper"), True, True, False)


def test_who_asks_for_a_person_first_hears_of_the_incident_all_the_same() -> None:
    walk = Walk(replace(OPEN, banner={"fr": "Panne."})).tell(*keys("0"))
    assert walk.heard == "read Panne.; wait"
    assert walk.state.banner_heard


@pytest.mark.parametrize("language", ["1", "2", "3", "4"])
def test_the_question_for_a_case_number_shows_what_to_key(language: str) -> None:
    walk = Walk().tell(*keys(language, "#"))
    [question] = walk.spoken
    shown = re.search(r"(?:\d )+\d", profile().prompts[question.prompt][question.lang].text)
    assert shown
    assert walk.tell(*keys(shown[0].replace(" ", ""))).state.keyed_case == "26-00412"


def test_who_asks_for_a_person_has_chosen_no_tool() -> None:
    assert not Walk().tell(*keys("1", "0")).state.chosen


def test_the_closed_message_names_the_next_opening() -> None:
    assert Walk(CLOSED).tell(Keyed("1")).value("closed", "opening") == "lundi à 8 h 30"
    assert Walk(CLOSED).tell(Keyed("2")).value("closed", "opening") == "am Montag um 8 Uhr 30"


@pytest.mark.parametrize(
    ("banner", "read"),
    [
        ({"fr": "Panne.", "de": "Störung."}, Read("Störung.", "de")),
        ({"fr": "Panne."}, Read("Panne.", "fr")),
    ],
)
def test_the_banner_is_read_in_the_callers_language_or_in_any(banner: dict[str, str], read: Read) -> None:
    walk = Walk(replace(OPEN, banner=banner)).tell(Keyed("2"))
    [question] = walk.actions
    assert isinstance(question, Listen)
    assert question.prompts[0] == read  # which a key interrupts
    assert walk.state.banner_heard


def test_a_case_number_is_read_back_digit_by_digit_and_kept() -> None:
    walk = Walk().tell(*keys("1", "#", "2600412"))
    assert walk.state.keyed_case == "26-00412"
    assert walk.value("identified", "number") == "2 6, 0 0 4 1 2"


def test_numbers_are_keyed_whole_and_ended_by_the_hash_key() -> None:
    (listen,) = Walk(HIDDEN).tell(*keys("1", "2", "1")).actions
    assert isinstance(listen, Listen)
    assert (listen.digits, listen.ended_by, listen.speech) == (18, "#", False)


def test_a_number_is_read_back_digit_by_digit_before_it_is_kept() -> None:
    walk = Walk(CLOSED).tell(*keys("1", "2", "1"))
    assert walk.value("callback_confirm", "number") == "0 4 7 0, 0 0, 1 2, 3 4"
    assert not walk.state.callback
    assert walk.tell(Keyed("1")).state.callback == "+32470001234"


@pytest.mark.parametrize(
    ("event", "slot"),
    [
        (Keyed("1"), "soon"),
        (Keyed("2"), "morning"),
        (Keyed("3"), "afternoon"),
        (Keyed("7"), "soon"),
        (QUIET, "soon"),
        (Spoke("plutôt l'après-midi"), "afternoon"),
    ],
)
def test_the_caller_says_when_to_be_called(event: Event, slot: str) -> None:
    assert Walk(CLOSED).tell(*keys("1", "2", "1", "1"), event).state.slot == slot


def test_a_number_abroad_that_may_not_be_called_is_asked_again() -> None:
    assert Walk(replace(CLOSED, caller="+393331234567")).tell(*keys("1", "2", "1")).heard == "listen callback_number"


@pytest.mark.parametrize(
    ("facts", "events", "callback"),
    [
        (CLOSED, keys("1", "2", "1"), "+32470001234"),
        (CLOSED, keys("1", "2", "1", "2"), "+32470001234"),
        (CLOSED, keys("1", "2", "1", "2", "081001234"), "+3281001234"),
        (CLOSED, keys("1", "2", "1", "1"), "+32470001234"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("1")], "+32470001234"),
        (OPEN, [*keys("1", "1"), Waits(), *keys("1"), LEFT], "+32470001234"),
        (OPEN, [*keys("1", "1"), Waits(), LEFT], ""),
        (HIDDEN, keys("1", "2", "1"), ""),
        (CLOSED, keys("1", "2"), ""),
        (OPEN, [], ""),
    ],
)
def test_who_hangs_up_over_the_number_is_called_back(facts: Facts, events: list[Event], callback: str) -> None:
    walk = Walk(facts).tell(*events)
    state = hung_up(walk.menu, walk.state)
    assert (state.callback, state.ended) == (callback, True)


def test_who_waits_is_told_the_place_and_the_wait() -> None:
    walk = Walk().tell(*keys("1", "1")).tell(Waits(), position=3, wait_seconds=170)
    assert (walk.value("queue_round", "position"), walk.value("queue_round", "wait")) == ("3", "environ 3 minutes")


def test_after_the_patience_a_callback_a_message_or_more_waiting_is_offered() -> None:
    walk = Walk().tell(*keys("1", "1")).tell(Waits(), waited_seconds=149)
    assert walk.heard == FIRST_ROUND
    assert walk.tell(Waits(), waited_seconds=150).heard == "leavequeue"
    assert walk.tell(Waits()).heard == "leavequeue"
    assert walk.tell(LEFT).heard == "listen queue_offer"
    assert walk.tell(Keyed("*")).heard == "listen queue_offer"
    assert walk.tell(QUIET).heard == INTO_QUEUE
    assert walk.tell(Waits(), waited_seconds=400).heard == ROUND
    assert walk.tell(Waits(), open=False).heard == "leavequeue"
    assert walk.tell(LEFT).heard == "listen queue_failed"
    assert walk.tell(QUIET).heard == "say voicemail; record"


def test_a_line_that_closes_during_the_offer_lets_nobody_wait_on() -> None:
    walk = Walk().tell(*keys("1", "1")).tell(Waits(), LEFT, waited_seconds=150)
    assert walk.tell(QUIET, open=False).heard == "say voicemail; record"


def test_who_is_answered_while_leaving_the_queue_has_been_answered() -> None:
    walk = Walk().tell(*keys("1", "1"), Waits(), Keyed("1"), LeftQueue(answered=True))
    assert (walk.heard, walk.state.ended, walk.state.callback) == ("say queue_talked; hangup", True, "")


def test_a_message_is_recorded_after_the_notice() -> None:
    walk = Walk(CLOSED).tell(*keys("2", "1", "2"))
    assert walk.actions == (Speak("voicemail", "de"), Record(120, "de"))
    assert not walk.state.recorded
    assert walk.tell(Recorded(8)).state.recorded


def test_a_referral_is_kept_as_one() -> None:
    state = Walk().tell(Keyed("1"), Spoke("mon dossier fiscal")).state
    assert (state.referred, state.ended) == (True, True)


def test_a_transfer_that_nobody_answers_goes_on() -> None:
    nodes = {
        "hello": Say(prompt="hello", next="there"),
        "there": Transfer(prompt="there", number="+3281001999", otherwise="sorry"),
        "sorry": Goodbye(prompt="sorry", referral=True),
    }
    menu = Menu("hello", "hello", nodes)
    state, actions = step(menu, begin(menu, "fr"), Started(), OPEN)
    assert actions == (Speak("hello", "fr"), Speak("there", "fr"), PutThrough("+3281001999"))
    answered, told = step(menu, state, TransferEnded(answered=True), OPEN)
    assert (answered.transferred, told) == (True, (HangUp(),))
    alone, told = step(menu, state, TransferEnded(answered=False), OPEN)
    assert (alone.transferred, told) == (False, (Speak("sorry", "fr"), HangUp()))
    assert step(menu, state, Silence(), OPEN)[1] == (Speak("there", "fr"), PutThrough("+3281001999"))


def test_the_path_of_a_call_that_never_ends_stays_short() -> None:
    walk = Walk().tell(Keyed("1"))
    for _ in range(100):
        walk.tell(*keys("#", "2600412"))
    assert len(walk.state.path) == LONGEST_PATH


def test_every_prompt_that_is_said_exists() -> None:
    walk = Walk(CLOSED).tell(Keyed("3"))
    assert all(said.lang in profile().prompts[said.prompt] for said in walk.spoken)
