"""Somebody uses the telephone page in a browser; what became of it stands in the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

from app.demo.telephone.running import RunningTelephone
from app.http import application
from app.jobs import Jobs
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import House, build
from cases.case import Status
from desk.access import COOKIES
from desk.service import Service
from store.tx import Kind
from tests.desk.conftest import QuietDemo
from tests.desk.signed import enter
from tests.servers.process import answers, free_port, wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]

OPEN = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CLOSED = datetime(2026, 3, 24, 19, 5, tzinfo=UTC)
PHONE = (Kind.LEG, Kind.RECORDING)


class Office:
    """The office's clock, which stands still where a test has set it."""

    at = OPEN

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def house(sqlite_url: str, office: Office) -> Iterator[House]:
    """A service whose phone provider is the demonstration's, with its pages and the phone's work."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    telephone = RunningTelephone(address)
    telephone.start()
    settings = Settings(
        database_url=sqlite_url,
        public_url=address,
        http_bind=f"127.0.0.1:{port}",
        twilio_account_sid=telephone.account_sid,
        twilio_auth_token=telephone.token,
        twilio_api_url=telephone.api_url,
    )
    house = build(settings, office_clock=office)
    demo = QuietDemo()
    demo.telephone = telephone  # type: ignore[assignment]
    with _working(house), _served(house, demo, port):
        yield house
    telephone.stop()
    house.close()


@contextmanager
def _working(house: House) -> Iterator[None]:
    jobs = Jobs({kind: house.handlers[kind] for kind in PHONE})
    house.store.wake = jobs.wake
    jobs.start()
    yield
    jobs.stop()


@contextmanager
def _served(house: House, demo: QuietDemo, port: int) -> Iterator[None]:
    desk = Service(house.store, house.profile, house.signer, demo, house.clock)
    bind = house.settings.http_bind
    pages = application(desk, bind=bind, public_url=house.settings.public_url, phone=phone_routes(house))
    config = uvicorn.Config(pages, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: answers(port), "the pages answer")
    yield
    server.should_exit = True
    thread.join()


@pytest.fixture
def phone(house: House, page: Any) -> Any:
    address, cookies = house.settings.public_url, enter(house.store)
    page.context.add_cookies([{"name": COOKIES[1], "value": cookies[COOKIES[1]], "url": address}])
    page.goto(f"{address}/desk/demo/telephone")
    return page


def call_of(house: House) -> Any:
    """The only call, with its case."""
    with house.store.reading() as tx:
        [case] = tx.cases.latest(10)
        [call] = tx.calls.of_case(case.id)
        return call, tx.cases.find(case.id)


def ended(house: House) -> tuple[Any, Any]:
    wait_until(lambda: call_of(house)[0].result, "the service knows what became of the call")
    return call_of(house)


def dial(page: Any, line: str, *, hidden: bool = False) -> None:
    page.get_by_role("radio", name=line).check()
    if hidden:
        page.get_by_label("Masquer mon numéro").check()
    page.get_by_role("button", name="Appeler").click()


def say(page: Any, text: str) -> None:
    page.get_by_label("Ce que vous dites").fill(text)
    page.get_by_role("button", name="Dire", exact=True).click()


def hears(page: Any, text: str) -> None:
    page.locator("#heard").get_by_text(text).last.wait_for()


def listened_to(page: Any) -> None:
    page.locator("#moment[data-moment=listening]").wait_for()


def test_a_callback_is_asked_for_by_key_and_by_speech(phone: Any, house: House) -> None:
    dial(phone, "1718")
    hears(phone, "Pour le français")
    phone.keyboard.press("1")
    hears(phone, "Pour NOTICe")
    say(phone, "NOTICe")
    hears(phone, "Pour être rappelé")
    assert phone.get_by_role("link", name="MPA-").inner_text() == call_of(house)[1].number
    phone.get_by_role("button", name="1", exact=True).click()
    hears(phone, "Nous vous rappelons au")
    listened_to(phone)
    phone.get_by_role("button", name="1", exact=True).click()
    hears(phone, "le matin, faites le 2")
    listened_to(phone)
    phone.keyboard.press("2")
    hears(phone, "C'est noté")
    call, case = ended(house)
    assert (call.result, call.lang, case.tool, case.flags) == ("callback", "fr", "notice", ["callback"])
    with house.store.reading() as tx:
        asked = tx.callbacks.of_sid("twilio", call.call_sid)
    assert (asked.number, asked.slot, asked.open) == ("+32470001234", "morning", True)
    phone.get_by_text("Rappel demandé").wait_for()


def test_a_message_is_left_when_the_office_is_closed(phone: Any, house: House, office: Office) -> None:
    office.at = CLOSED
    dial(phone, "1719", hidden=True)
    hears(phone, "geschlossen")
    hears(phone, "GesPer")
    phone.keyboard.press("3")
    hears(phone, "drücken Sie die 2")
    listened_to(phone)
    phone.keyboard.press("2")
    phone.locator("#moment[data-moment=recording]").wait_for()
    say(phone, "Meine Akte ist verschwunden.")
    phone.get_by_role("link", name="Nouvel appel").wait_for()
    call, case = ended(house)
    assert (call.result, call.lang, call.caller, case.flags) == ("voicemail", "de", None, ["voicemail"])
    assert case.tags["candidates"] == ["twice", "gesper"]
    wait_until(lambda: _sound_of(house, case.id), "the sound is kept here")


def test_who_presses_a_key_before_speaking_is_heard_all_the_same(phone: Any, house: House, office: Office) -> None:
    office.at = CLOSED
    dial(phone, "1719")
    hears(phone, "GesPer")
    phone.keyboard.press("3")
    hears(phone, "drücken Sie die 2")
    listened_to(phone)
    phone.keyboard.press("2")
    phone.locator("#moment[data-moment=recording]").wait_for()
    phone.keyboard.press("5")
    hears(phone, "Wir haben nichts gehört")
    phone.locator("#moment[data-moment=recording]").wait_for()
    say(phone, "Meine Akte ist verschwunden.")
    phone.get_by_role("link", name="Nouvel appel").wait_for()
    assert ended(house)[0].result == "voicemail"


def _sound_of(house: House, case_id: int) -> bytes | None:
    with house.store.reading() as tx:
        recordings = tx.recordings.of_case(case_id)
        return tx.recordings.sound(recordings[0].id) if recordings else None


def test_a_seat_picks_up(phone: Any, house: House) -> None:
    dial(phone, "1718")
    hears(phone, "Pour le français")
    phone.keyboard.press("1")
    hears(phone, "Pour NOTICe")
    phone.keyboard.press("0")
    hears(phone, "Vous êtes en position 1")
    phone.get_by_role("button", name="Décrocher").click()
    phone.locator("#moment[data-moment=talking]").wait_for()
    phone.locator("#posts").get_by_role("button", name="Raccrocher").click()
    phone.get_by_role("link", name="Nouvel appel").wait_for()
    call, case = ended(house)
    assert (call.result, call.answered_by) == ("answered", "Opérateur")
    assert case.status != Status.CLOSED


def test_the_telephone_fits_every_width_and_can_be_reached_by_keyboard(phone: Any) -> None:
    for width in (320, 768, 1440):
        phone.set_viewport_size({"width": width, "height": 700})
        assert phone.evaluate("document.documentElement.scrollWidth") == width
    phone.get_by_role("radio").first.focus()
    for wanted in ("caller", "hidden"):
        phone.keyboard.press("Tab")
        assert phone.evaluate("document.activeElement.id") == wanted
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    hears(phone, "Pour le français")
    for width in (320, 768, 1440):
        phone.set_viewport_size({"width": width, "height": 700})
        assert phone.evaluate("document.documentElement.scrollWidth") == width
