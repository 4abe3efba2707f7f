"""What a request says, whatever stands in its fields."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.calls import Message
from ingest.voice.event import Event, Keyed, LeftQueue, Recorded, Silence, Spoke, TransferEnded, Waits
from ingest.voice.provider import Outcome
from ingest.voice.twilio import requests


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"Digits": "1"}, Keyed("1")),
        ({"Digits": "#"}, Keyed("#")),
        ({"Digits": "*"}, Keyed("*")),
        ({"Digits": "0470001234"}, Keyed("0470001234")),
        ({"Digits": ""}, Silence()),
        ({}, Silence()),
        ({"Digits": "hangup"}, Silence()),
        ({"Digits": "1; DROP"}, Silence()),
        ({"Digits": "٣"}, Silence()),
        ({"Digits": "1", "SpeechResult": "deux"}, Keyed("1")),
        ({"SpeechResult": "NOTICe", "Confidence": "0.87"}, Spoke("NOTICe", 0.87)),
        ({"SpeechResult": "NOTICe"}, Spoke("NOTICe", None)),
        ({"SpeechResult": "NOTICe", "Confidence": "nan"}, Spoke("NOTICe", None)),
        ({"SpeechResult": "NOTICe", "Confidence": "high"}, Spoke("NOTICe", None)),
        ({"SpeechResult": "NOTICe", "Confidence": "7"}, Spoke("NOTICe", 1.0)),
        ({"SpeechResult": "  "}, Silence()),
        ({"SpeechResult": "x" * 5_000}, Spoke("x" * 1_000, None)),
    ],
)
def test_what_was_keyed_or_said(fields: dict[str, str], event: Event) -> None:
    assert requests.said(fields) == event


def test_who_waits_keys_something_or_goes_on_waiting() -> None:
    assert requests.waits({"Digits": "1", "QueueTime": "20"}) == Keyed("1")
    assert requests.waits({"SpeechResult": "allô"}) == requests.waits({}) == Waits()


@pytest.mark.parametrize(
    ("result", "answered"),
    [
        ("bridged", True),
        ("bridging-in-process", False),
        ("error", False),
        ("hangup", False),
        ("leave", False),
        ("redirected", False),
        ("queue-full", False),
        ("system-error", False),
        ("", False),
    ],
)
def test_how_a_caller_left_the_queue(result: str, answered: bool) -> None:
    assert requests.left_queue({"QueueResult": result}) == LeftQueue(answered=answered)


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"RecordingDuration": "12", "Digits": "#"}, Recorded(12)),
        ({"RecordingDuration": "12", "Digits": "hangup"}, Recorded(12, hung_up=True)),
        ({"RecordingDuration": "0"}, Recorded(0)),
        ({"RecordingDuration": "-1"}, Recorded(0)),
        ({"RecordingDuration": "9" * 30}, Recorded(0)),
        ({}, Recorded(0)),
    ],
)
def test_what_was_recorded(fields: dict[str, str], event: Recorded) -> None:
    assert requests.recorded(fields) == event


@pytest.mark.parametrize(
    ("status", "answered"), [("completed", True), ("answered", True), ("busy", False), ("", False)]
)
def test_whether_the_other_centre_answered(status: str, answered: bool) -> None:
    assert requests.transferred({"DialCallStatus": status}) == TransferEnded(answered=answered)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"RecordingStatus": "completed", "RecordingDuration": "12"}, ("RE1", "completed", 12)),
        ({"RecordingStatus": "completed"}, ("RE1", "completed", -1)),
        ({"RecordingStatus": "absent", "RecordingDuration": "3"}, ("RE1", "absent", 0)),
        ({"RecordingStatus": "failed"}, ("RE1", "absent", 0)),
    ],
)
def test_what_is_told_of_a_recording(fields: dict[str, str], told: tuple[str, str, int]) -> None:
    message: Message = requests.message({"RecordingSid": "RE1"} | fields)
    assert (message.recording_sid, message.status, message.seconds) == told


def test_ids_are_ids() -> None:
    for text in ("", "RE1/../x", "RE 1", "x" * 65, "é"):
        with pytest.raises(ValueError, match="no id"):
            requests.message({"RecordingSid": text})


def test_only_an_end_is_an_outcome() -> None:
    assert requests.outcome({"CallStatus": "no-answer"}) is Outcome.NO_ANSWER
    for status in ("in-progress", "ringing", "queued", "COMPLETED", ""):
        assert requests.outcome({"CallStatus": status}) is None


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "CallSid",
            "To",
            "From",
            "Digits",
            "SpeechResult",
            "Confidence",
            "QueueTime",
            "RecordingDuration",
            "CallDuration",
        ]
    ),
    st.text(max_size=40),
)


@given(FIELDS, st.integers(0, 2**63), st.integers(0, 2**63))
def test_nothing_that_is_signed_is_too_much(fields: dict[str, str], step: int, rounds: int) -> None:
    kept = requests.storable(fields | {"CallSid": "CA1", "RecordingSid": "RE1"})
    assert len(requests.wait_key(step, rounds, kept)) <= 80
    assert requests.call_seconds(kept) >= 0
    for reading in (requests.ring, requests.said, requests.waits, requests.recorded, requests.message):
        assert "\x00" not in repr(astuple(reading(kept))).replace("\\x00", "\x00")
