"""What the provider refuses, and that it refuses nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.telephone.grammar import RULES, WAITING
from app.demo.telephone.twiml import RefusedError, read

XML = "text/xml; charset=utf-8"


def parsed(inner: str) -> str:
    """The names of the verbs, or why the document is refused."""
    try:
        return " ".join(verb.name for verb in read(f"<Response>{inner}</Response>".encode(), XML))
    except RefusedError as error:
        return str(error)


@pytest.mark.parametrize(
    "inner",
    [
        '<Say language="fr-BE" voice="Polly.Isabelle-Neural">Bonjour</Say>',
        '<Say language="de-DE">Guten <break time="1s"/> Tag</Say>',
        '<Say>un <say-as interpret-as="telephone">0470</say-as> deux</Say>',
        "<Play>https://example.com/a.wav</Play>",
        '<Gather input="dtmf speech" finishOnKey="" action="/a" language="nl-BE"><Say>Hallo</Say></Gather>',
        '<Record action="/r" maxLength="120" recordingStatusCallbackEvent="completed absent"/>',
        '<Enqueue waitUrl="/w" action="/a">call-17</Enqueue>',
        '<Dial action="/d"><Queue url="/q">call-17</Queue></Dial>',
        '<Dial callerId="+3281001718" answerOnBridge="true"><Number>+3281009999</Number></Dial>',
        "<Dial>+3281009999</Dial>",
        '<Pause length="2"/><Redirect method="POST">/next</Redirect>',
        "<Reject/>",
        "<Hangup/>",
    ],
)
def test_what_the_pages_describe_is_read(inner: str) -> None:
    assert not parsed(inner)[0].isdigit()


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<say>Bonjour</say>", "12200"),
        ("<Speak>Bonjour</Speak>", "12200"),
        ('<Say Voice="x">Bonjour</Say>', "12200"),
        ('<Say language="fr-BE" voice="Polly.Lisa-Neural">Bonjour</Say>', "13511"),
        ('<Say language="de-BE">Guten Tag</Say>', "13511"),
        ("<Say> </Say>", "13520"),
        (f"<Say>{'x' * 4097}</Say>", "13520"),
        ("<Say>a<Play>x</Play></Say>", "12200"),
        ('<Say><break speed="1"/></Say>', "12200"),
        ("<Gather><Record/></Gather>", "12200"),
        ("<Gather>Tapez 1</Gather>", "12200"),
        ('<Gather numDigits="0"/>', "12200"),
        ('<Gather input="keys"/>', "12200"),
        ('<Gather language="fr-BE"/>', "13335"),
        ('<Gather speechModel="phone_call" speechTimeout="auto"/>', "13335"),
        ('<Gather speechModel="whisper" speechTimeout="2"/>', "13335"),
        (f'<Gather hints="{"x" * 101}"/>', "13335"),
        (f'<Gather hints="{",".join(["x"] * 501)}"/>', "13335"),
        ('<Record transcribe="true"/>', "12200"),
        ("<Enqueue/>", "13240"),
        (f"<Enqueue>{'x' * 65}</Enqueue>", "13240"),
        ("<Dial/>", "13214"),
        ("<Dial><Queue>a</Queue><Queue>b</Queue></Dial>", "13214"),
        ("<Dial><Say>x</Say></Dial>", "12200"),
        ("<Queue>a</Queue>", "12200"),
        ("<Play/>", "13420"),
        ("<Redirect/>", "12200"),
        ("Bonjour", "12100"),
        ("<Hangup/>Bonjour", "12200"),
        (f"<!--{'x' * 65536}-->", "11750"),
    ],
)
def test_what_is_wrong_is_refused(inner: str, code: str) -> None:
    assert parsed(inner).startswith(f"{code}:")


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "text/plain", "audio/wav", ""])
def test_only_xml_is_read(content_type: str) -> None:
    with pytest.raises(RefusedError, match="12300"):
        read(b"<Response/>", content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html></html>",
        b"<Response>",
        b"<response/>",
        b'<!DOCTYPE r [<!ENTITY a "aaaa">]><Response><Say>&a;</Say></Response>',
        b'<Response version="1"/>',
    ],
)
def test_only_a_whole_document_is_read(body: bytes) -> None:
    with pytest.raises(RefusedError, match="12100"):
        read(body, XML)


@pytest.mark.parametrize("verb", ["<Record/>", "<Dial>+3281009999</Dial>", "<Enqueue>a</Enqueue>", "<Reject/>"])
def test_a_waiting_caller_cannot_be_told_everything(verb: str) -> None:
    with pytest.raises(RefusedError, match="12200"):
        read(f"<Response>{verb}</Response>".encode(), XML, WAITING)


@given(st.binary(max_size=300))
def test_anything_is_read_or_refused(body: bytes) -> None:
    with suppress(RefusedError):
        assert all(verb.name in RULES for verb in read(body, XML))
