"""Mutated mails: whatever happens to a mail on its way, it is read, in time, into something that can be stored."""

import random
import re
import time
from collections.abc import Callable

import pytest

from ingest.email.attachments import read_attachment_here
from ingest.email.markup import safe_html
from ingest.email.parse import parse, parse_ordinary
from ingest.email.parsed import ParsedMail
from tests.ingest.email.corpus import cpython_mails, own_mails
from tests.ingest.email.mutation import mutated
from tests.ingest.email.storability import assert_storable

SECONDS = 2.0
ACTIVE = re.compile(
    r"<(?:script|style|img|svg|form|input|iframe|link|meta|base)\b|<[^>]*\s(?:on\w+|style|src)=|javascript:", re.I
)
PROGRESS_EVERY = 10_000


def corpus(containers: bool) -> list[bytes]:
    """The mails to mutate: those with a winmail.dat, or all others."""
    mails = [path.read_bytes() for path in (*own_mails(), *cpython_mails())]
    return [mail for mail in mails if (b"ms-tnef" in mail) == containers]


def fuzz(count: int, seed: int, read: Callable[[bytes], ParsedMail] = parse) -> None:
    """Parse `count` mutated mails; the same seed gives the same mails.

    Each winmail.dat would cost a process of its own, so those are mutated apart and opened here.
    """
    rng = random.Random(seed)
    seeds = corpus(containers=read is parse_ordinary)
    slowest, degraded = 0.0, 0
    for number in range(1, count + 1):
        raw = mutated(rng, seeds)
        seconds, reason = check(raw, read)
        slowest, degraded = max(slowest, seconds), degraded + bool(reason)
        if number % PROGRESS_EVERY == 0:
            print(f"{number} of {count} mails, slowest {slowest * 1000:.0f} ms, {degraded} degraded", flush=True)


def check(raw: bytes, read: Callable[[bytes], ParsedMail]) -> tuple[float, str]:
    """Seconds of processor time for reading and cleaning, and the reason why it was degraded, or ''."""
    begun = time.process_time()
    mail = read(raw)
    safe = safe_html(mail.html)
    seconds = time.process_time() - begun
    try:
        assert seconds < SECONDS
        assert mail.degraded != "parser_failed"
        assert_storable(mail)
        assert not ACTIVE.search(safe)
        for attachment in mail.attachments[:2]:
            assert len(read_attachment_here(raw, attachment.index)) == attachment.size
    except AssertionError:
        print(f"\nthis mail failed: {raw!r}")
        raise
    return seconds, mail.degraded


def test_two_thousand_mutated_mails() -> None:
    fuzz(1_900, seed=2)
    fuzz(100, seed=3, read=parse_ordinary)


@pytest.mark.fuzz
@pytest.mark.timeout(7_200)
def test_two_hundred_thousand_mutated_mails() -> None:
    fuzz(199_000, seed=20_261_122)
    fuzz(1_000, seed=20_261_123, read=parse_ordinary)
