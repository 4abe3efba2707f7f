"""Mails that attack, taken in as they come and read on the real page of their case: all at once, in their frames."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app import holidays
from cases.profile import Profile
from desk.access import COOKIES
from desk.service import Service
from store.tx import Store
from tests.desk.attacks.conftest import Watch
from tests.desk.attacks.corpus import ATTACKS, Attack
from tests.desk.conftest import SIGNER
from tests.desk.running import running
from tests.desk.signed import enter
from tests.ingest.conftest import Road

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow, pytest.mark.timeout(300)]

NAME = '"><script>alert(1)</script><img src=http://canary.invalid/name onerror=alert(1)>'
HEAD = (
    f"From: {NAME} <jeanne@example.org>\r\nTo: assistance@monpermis.example.be\r\nSubject: {NAME}\r\n"
    "Date: Tue, 24 Mar 2026 09:00:00 +0000\r\nMessage-ID: <m{}@example.org>\r\nReferences: <m0@example.org>\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
)
FILE = (
    b'--b\r\nContent-Type: image/svg+xml; name="\'\\"><svg onload=alert(1)>.svg"\r\nContent-Disposition: attachment\r\n'
    b"\r\n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>\r\n--b--\r\n"
)
LAID_OUT = "() => ['h1', '#composer', '#panel', '.top'].map(one => document.querySelectorAll(one).length)"


def whole(number: int, attack: Attack) -> bytes:
    """The mail with that body; its names attack too."""
    part = f"--b\r\nContent-Type: text/html; charset={attack.charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return HEAD.format(number).encode() + part.encode() + attack.html + b"\r\n" + FILE


@dataclass(frozen=True)
class Reading:
    """A running desk with the case of all attacks."""

    address: str
    number: str
    secret: str


@pytest.fixture
def reading(sqlite_store: Store, profile: Profile) -> Iterator[Reading]:
    road = Road(sqlite_store, profile)
    rows = road.take_in(*(whole(number, attack) for number, attack in enumerate(ATTACKS)))
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    with running(Service(sqlite_store, profile, SIGNER, calendars=calendars)) as address:
        yield Reading(address, road.case(rows[0]).number, enter(sqlite_store)[COOKIES[1]])


def test_a_whole_case_of_attacks_is_read_in_peace(watch: Watch, reading: Reading) -> None:
    page = watch.page
    watch.open("<title>Quiet</title><link rel=icon href=data:,>")
    page.context.add_cookies([{"name": COOKIES[1], "value": reading.secret, "url": reading.address}])
    page.goto(f"{reading.address}/desk/cases/{reading.number}")
    frames = page.locator(".formatted iframe")
    assert frames.count() >= len(ATTACKS) - 5  # two that say the same are one message
    laid_out = page.evaluate(LAID_OUT)
    page.evaluate("() => document.querySelectorAll('.formatted').forEach(one => { one.open = true })")
    for place in range(frames.count()):
        frames.nth(place).scroll_into_view_if_needed()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(one => one.name.endsWith('/html'))"
        f".length >= {frames.count()}"
    )
    page.wait_for_load_state("load")
    assert watch.alarms == []
    assert page.evaluate(LAID_OUT) == laid_out == [1, 1, 1, 1]
    assert all(frame.name == "" and frame.url.endswith("/html") for frame in page.frames[1:])
