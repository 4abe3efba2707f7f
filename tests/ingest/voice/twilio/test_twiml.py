"""What the menu says becomes documents that the provider accepts; the telephone's own reader judges them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.telephone.grammar import ALL, WAITING
from app.demo.telephone.twiml import Verb, read
from cases.phone import Phone, Prompt
from cases.profile import Profile
from ingest.voice.calls import Reply
from ingest.voice.event import (
    Action,
    HangUp,
    LeaveQueue,
    Listen,
    Pause,
    PutThrough,
    Read,
    Record,
    Speak,
    Wait,
)
from ingest.voice.legs import Asked, Bridge, Reach
from ingest.voice.twilio.addresses import AGAIN, Addresses
from ingest.voice.twilio.twiml import Documents

PUBLIC = "https://phone.example.org"
AT = f"{PUBLIC}/voice/twilio"
CALL = "CA01"
PROMPTS = {
    "hello": {"fr": Prompt("Bonjour."), "de": Prompt("Guten Tag."), "nl": Prompt("Dag."), "en": Prompt("Hello.")},
    "round": {"fr": Prompt("Vous êtes numéro {position}.", recording="round.wav")},
    "seat_confirm": {"nl": Prompt("Druk op 1.")},
    "notice": {"fr": Prompt("Votre message est enregistré.", recording="notice 1.wav")},
}
PROFILE = Profile(
    name="p",
    case_prefix="P",
    service={},
    mail_domain="example.be",
    categories=(),
    motifs=(),
    tools=(),
    mailboxes=(),
    phone=Phone(voices={"nl": "Polly.Laura-Neural"}, recognition={"nl": "nl-NL"}),
    prompts=PROMPTS,
)
DOCUMENTS = Documents(PROFILE, Addresses(PUBLIC + "/"))
HELLO = Speak("hello", "fr")


def accepted(document: str, allowed: frozenset[str] = ALL) -> tuple[Verb, ...]:
    return read(document.encode(), "text/xml; charset=utf-8", allowed)


def reply(*actions: Action) -> tuple[Verb, ...]:
    return accepted(DOCUMENTS.reply(Reply(actions, 7), CALL))


def waiting(*actions: Action, rounds: int = 2) -> tuple[Verb, ...]:
    return accepted(DOCUMENTS.waiting(Reply(actions, 7), rounds), WAITING)


def test_each_language_has_its_voice_and_that_voice_its_language() -> None:
    said = reply(*(Speak("hello", lang) for lang in ("fr", "de", "nl", "en")), HangUp())
    assert [(verb.text, verb.get("voice"), verb.get("language")) for verb in said[:-1]] == [
        ("Bonjour.", "Polly.Isabelle-Neural", "fr-BE"),
        ("Guten Tag.", "Polly.Vicki-Neural", "de-DE"),
        ("Dag.", "Polly.Laura-Neural", "nl-NL"),
        ("Hello.", "Polly.Amy-Neural", "en-GB"),
    ]


def test_a_recorded_prompt_is_played_unless_it_has_fields_to_fill_in() -> None:
    played, read_aloud, _ = reply(Speak("notice", "fr"), Speak("round", "fr", {"position": "3"}), HangUp())
    assert (played.name, played.text) == ("Play", f"{PUBLIC}/voice/prompts/fr/notice%201.wav")
    assert (read_aloud.name, read_aloud.text) == ("Say", "Vous êtes numéro 3.")


def test_a_menu_of_single_keys_hears_the_hash_and_the_star() -> None:
    (gather,) = reply(Listen(prompts=(HELLO, Pause(1), Read("Panne.", "fr")), lang="fr", seconds=4))
    assert gather.attributes == {
        "input": "dtmf",
        "action": f"{AT}/step/7",
        "timeout": "4",
        "numDigits": "1",
        "finishOnKey": "",
        "actionOnEmptyResult": "true",
    }
    assert [verb.name for verb in gather.children] == ["Say", "Pause", "Say"]


def test_an_entry_is_ended_by_its_key() -> None:
    (gather,) = reply(Listen(lang="fr", digits=10, ended_by="#"))
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("10", "#")


@pytest.mark.parametrize(("lang", "tag"), [("fr", "fr-FR"), ("de", "de-DE"), ("nl", "nl-NL"), ("en", "en-GB")])
def test_speech_is_recognised_in_a_language_that_there_is(lang: str, tag: str) -> None:
    (gather,) = reply(Listen(lang=lang, speech=True, hints=("NOTICe", "Ges, Per", "x" * 101, " ")))
    assert (gather.get("input"), gather.get("language"), gather.get("speechTimeout")) == ("dtmf speech", tag, "auto")
    assert gather.get("hints") == "NOTICe, Ges  Per"


def test_hints_are_no_more_than_the_recogniser_takes() -> None:
    (gather,) = reply(Listen(lang="fr", speech=True, hints=tuple(f"mot{n}" for n in range(900))))
    assert len(gather.get("hints").split(",")) == 500


@pytest.mark.parametrize("actions", [(), (HELLO,), (HELLO, Pause(2))])
def test_what_has_no_end_comes_back_instead_of_hanging_up(actions: tuple[Action, ...]) -> None:
    last = reply(*actions)[-1]
    assert (last.name, last.text) == ("Redirect", f"{AT}/step/7")


def test_each_caller_waits_in_a_queue_of_his_own() -> None:
    (queue,) = reply(Wait())
    assert (queue.name, queue.text) == ("Enqueue", CALL)
    assert (queue.get("waitUrl"), queue.get("action")) == (f"{AT}/wait/7?round=0", f"{AT}/queue/7")


def test_a_message_is_recorded_until_the_hash_and_an_empty_one_does_not_end_the_call() -> None:
    record, after = reply(Record(120, "fr"))
    assert record.attributes == {
        "action": f"{AT}/record/7",
        "timeout": "10",
        "maxLength": "120",
        "finishOnKey": "1234567890*#",
        "playBeep": "true",
        "recordingStatusCallback": f"{AT}/recording{AGAIN}",
        "recordingStatusCallbackEvent": "completed absent",
    }
    assert (after.name, after.text) == ("Redirect", f"{AT}/record/7")


def test_a_transfer_comes_back_when_it_is_over() -> None:
    (dial,) = reply(PutThrough("+3222000000"))
    assert (dial.name, dial.text, dial.get("action")) == ("Dial", "+3222000000", f"{AT}/transfer/7")


def test_a_round_in_the_queue_takes_time_and_asks_for_the_next() -> None:
    gather, following = waiting(Listen(prompts=(HELLO, Pause(20)), lang="fr", seconds=2))
    assert gather.get("action") == following.text == f"{AT}/wait/7?round=3"
    assert "actionOnEmptyResult" not in gather.attributes


@pytest.mark.parametrize("actions", [(), (HELLO,), (Wait(),), (Read("", "fr"),)])
def test_no_round_is_over_at_once(actions: tuple[Action, ...]) -> None:
    *_, pause, following = waiting(*actions)
    assert (pause.name, following.name) == ("Pause", "Redirect")


def test_a_caller_is_taken_out_of_the_queue() -> None:
    assert [verb.name for verb in waiting(HELLO, LeaveQueue())] == ["Say", "Leave"]
    assert [verb.name for verb in waiting(HangUp())] == ["Hangup"]


@pytest.mark.parametrize("action", [Record(10, "fr"), PutThrough("+3222000000")])
def test_what_is_not_allowed_in_the_queue_is_refused(action: Action) -> None:
    with pytest.raises(ValueError, match="queue"):
        waiting(action)
    with pytest.raises(ValueError, match="queue"):
        reply(LeaveQueue())


def test_a_seat_is_joined_to_the_one_caller_in_that_queue_and_the_moment_is_told() -> None:
    dial, hangup = accepted(DOCUMENTS.joined(Bridge(5, CALL), 9))
    (queue,) = dial.children
    assert (queue.name, queue.text, queue.get("url")) == ("Queue", CALL, f"{AT}/answered/9")
    assert (dial.get("action"), hangup.name) == ("", "Hangup")


def test_a_seat_is_joined_to_a_person_who_was_promised_a_call() -> None:
    dial, _ = accepted(DOCUMENTS.joined(Reach(number="+32470001234", line_number="+3281001718"), 9))
    (number,) = dial.children
    assert (dial.get("callerId"), dial.get("timeout"), number.text) == ("+3281001718", "25", "+32470001234")
    assert (number.get("statusCallback"), number.get("statusCallbackEvent")) == (f"{AT}/reached/9{AGAIN}", "completed")


def test_a_seat_that_is_asked_hears_it_twice_and_is_hung_up_on_where_no_key_comes() -> None:
    gather, hangup = accepted(DOCUMENTS.joined(Asked("nl"), 9))
    first, pause, second = gather.children
    assert (gather.get("action"), gather.get("numDigits"), gather.get("input")) == (f"{AT}/confirmed/9", "1", "dtmf")
    assert (first.text, first.get("language"), pause.name) == (second.text, "nl-NL", "Pause")
    assert "1" in first.text
    assert hangup.name == "Hangup"


def test_a_seat_hears_nothing_where_the_person_is_gone() -> None:
    assert [verb.name for verb in accepted(DOCUMENTS.joined(None, 9))] == ["Hangup"]


def test_markup_is_text_and_what_no_document_may_hold_is_left_out() -> None:
    said, _ = reply(Read("</Say><Dial>+32470001234</Dial> & \x00\x0b\ud800\ufffe]]> é", "fr"), HangUp())
    assert said.text == "</Say><Dial>+32470001234</Dial> & ]]> é"


def test_a_long_text_is_said_in_parts() -> None:
    said = reply(Read("Panne. " * 1_500, "fr"), HangUp())[:-1]
    assert len(said) == 3
    assert " ".join(verb.text for verb in said).split() == ["Panne."] * 1_500


def test_a_document_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        reply(Read("é" * 40_000, "fr"), HangUp())


def test_a_prompt_that_is_missing_is_an_error_and_not_silence() -> None:
    with pytest.raises(KeyError):
        reply(Speak("none", "fr"))


LANG = st.sampled_from(["fr", "de", "nl", "en"])
TEXT = st.text(max_size=60)
SAID = st.one_of(
    st.builds(Speak, st.just("hello"), LANG),
    st.builds(Speak, st.just("said"), LANG, st.fixed_dictionaries({"value": TEXT})),
    st.builds(Read, TEXT, LANG),
    st.builds(Pause, st.integers(1, 60)),
)
LISTEN = st.builds(
    Listen,
    prompts=st.lists(SAID, max_size=4).map(tuple),
    lang=LANG,
    digits=st.integers(1, 20),
    ended_by=st.sampled_from(["", "#", "*"]),
    speech=st.booleans(),
    hints=st.lists(TEXT, max_size=5).map(tuple),
    seconds=st.integers(1, 30),
)
ENDS = st.one_of(
    LISTEN, st.just(Wait()), st.builds(Record, st.integers(1, 300), LANG), st.just(PutThrough("+3222000000"))
)
ANY = Documents(
    replace(PROFILE, prompts=PROMPTS | {"said": {lang: Prompt("{value}.") for lang in ("fr", "de", "nl", "en")}}),
    Addresses(PUBLIC),
)


@given(st.lists(SAID, max_size=5), st.one_of(ENDS, st.just(HangUp()), st.none()))
def test_every_answer_is_accepted(said: list[Action], end: Action | None) -> None:
    actions = (*said, *([end] if end else []))
    accepted(ANY.reply(Reply(actions, 1), CALL))


@given(st.lists(st.one_of(SAID, LISTEN), max_size=5), st.one_of(st.just(LeaveQueue()), st.just(HangUp()), st.none()))
def test_every_answer_to_a_waiting_caller_is_accepted_there(said: list[Action], end: Action | None) -> None:
    actions = (*said, *([end] if end else []))
    accepted(ANY.waiting(Reply(actions, 1), 0), WAITING)
