"""Every hostile kind comes back in time, as a value that can be stored."""

import time

import pytest

from ingest.email.parse import parse
from tests.ingest.email.hostile import HOSTILE
from tests.ingest.email.storability import assert_storable

SECONDS = 5.0


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_is_read_in_time_and_storable(kind: str) -> None:
    raw = HOSTILE[kind]()
    begun = time.monotonic()
    mail = parse(raw)
    assert time.monotonic() - begun < SECONDS
    assert_storable(mail)
    assert mail.size == len(raw)


def test_there_are_at_least_eighty_kinds() -> None:
    assert len(HOSTILE) >= 80
