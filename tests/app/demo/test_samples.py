"""The sample mails are what they claim to be, and invented."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.demo.samples import Ledger, Sample, samples
from cases.event import InboundEvent, MessageKind
from cases.tokens import Signer
from desk.demo import Caught
from ingest.email.event import normalise
from tests.profiles import shipped

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PROFILE = shipped()
SIGNER = Signer(b"a secret of the tests")
INVENTED = re.compile(rb"@(?:[a-z0-9-]+\.)*example\.(?:org|com|net|be)\b")


def event(sample: Sample) -> InboundEvent:
    to = sample.answers
    raw = f"Return-Path: <b@monpermis.example.be>\r\nDelivered-To: {to}\r\nMessage-ID: <a@example.be>\r\n\r\n".encode()
    answered = Caught("1", to, NOW, raw) if to else None
    return normalise(sample.filled(answered, NOW), "assistance", NOW, PROFILE, SIGNER)


def test_there_are_fifteen_of_every_kind() -> None:
    events = [event(sample) for sample in samples()]
    assert len(events) == 15
    kinds = Counter(one.kind for one in events)
    assert kinds == {MessageKind.MESSAGE: 12, MessageKind.AUTO_REPLY: 1, MessageKind.LIST: 1, MessageKind.BOUNCE: 1}
    assert sum(bool(one.relay) for one in events) == 1
    assert sum(bool(one.forwarded) for one in events) == 1
    assert max(len(one.attachments) for one in events) == 2
    assert any(one.defects for one in events)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_sample_comes_from_nobody_and_is_addressed_to_us(sample: Sample) -> None:
    addresses = re.findall(rb"[a-z0-9._+-]+@[a-z0-9.-]+", sample.template, re.IGNORECASE)
    assert all(INVENTED.search(address.lower()) for address in addresses)
    assert b"%DATE%" in sample.template
    assert event(sample).sent_at == NOW


def test_attachments_hold_real_files() -> None:
    from ingest.email.attachments import read_attachment

    sample = next(one for one in samples() if b"application/pdf" in one.template)
    raw = sample.filled(None, NOW)
    heads = {read_attachment(raw, one.index)[:4] for one in event(sample).attachments}
    assert heads == {b"\x89PNG", b"%PDF"}


def test_a_sample_keeps_the_bytes_of_its_first_time(tmp_path: Path) -> None:
    ledger, sample = Ledger(tmp_path), samples()[0]
    assert ledger.kept(sample, b"first") == b"first"
    assert Ledger(tmp_path).kept(sample, b"second") == b"first"
    assert not ledger.is_delivered(sample)
    ledger.delivered(sample)
    assert Ledger(tmp_path).is_delivered(sample)
