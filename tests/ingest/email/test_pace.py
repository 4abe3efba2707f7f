"""The pauses of a poller."""

import time

import pytest

from cases.errors import TransientError
from cases.profile import Mailbox
from ingest.email import pace
from ingest.email.imap_errors import LoginRefusedError
from ingest.email.pace import Pace
from tests.promptly import promptly

MAILBOX = Mailbox(name="support", address="support@example.org", display_name="Support", poll_seconds=60)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(Pace, "_sleep", lambda self, wanted, leave: seconds.append(wanted))
    return seconds


def test_failures_in_a_row_wait_longer_up_to_a_cap(slept: list[float]) -> None:
    patient = Pace(MAILBOX)
    for _ in range(12):
        patient.back_off(TransientError("away"), lambda: False)
    assert 0.5 <= slept[0] <= 1
    assert all(seconds <= pace.LONGEST_WAIT for seconds in slept)
    assert all(seconds >= pace.LONGEST_WAIT / 2 for seconds in slept[6:])


def test_a_refused_login_waits_longest_lest_the_account_be_locked(slept: list[float]) -> None:
    patient = Pace(MAILBOX)
    for _ in range(12):
        patient.back_off(LoginRefusedError("no"), lambda: False)
    assert slept[-1] >= pace.LOGIN_WAIT / 2


def test_success_starts_anew(slept: list[float]) -> None:
    patient = Pace(MAILBOX)
    for _ in range(5):
        patient.back_off(TransientError("away"), lambda: False)
    patient.rest(None, lambda: False)
    patient.back_off(TransientError("away"), lambda: False)
    assert slept[-1] <= 1


def test_without_the_lease_it_looks_again_soon(slept: list[float]) -> None:
    Pace(MAILBOX).rest(None, lambda: False)
    assert slept == [pace.STANDBY]


def test_a_pause_is_left_within_a_second() -> None:
    started = time.monotonic()
    with promptly(1.2):
        Pace(MAILBOX).rest(None, lambda: time.monotonic() - started > 0.2)
