"""A whole day of calls: the figures are what a second computation over the raw events says, and every call adds up.

The second computation reads only what the provider said (`call_event.raw`) and the hours as the page says them; it
shares no code with the first.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.demo.telephone.provider import Provider
from app.demo.telephone.server import serving
from app.demo.telephone.web import Answer, Request
from app.http import application
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import House, build
from cases.figures import Window
from desk.service import Service
from ingest.voice.callbacks import SETTLED
from ingest.voice.dialling import Dialling, Pace
from ingest.voice.reporting import ALL, Reporting
from store.tables import call, call_event, callback, case
from store.tx import Kind
from tests.roads.day_of_calls import Day

BRUSSELS = ZoneInfo("Europe/Brussels")
TUESDAY = datetime(2026, 3, 24, tzinfo=BRUSSELS)
CALLS = 500
SWEEP = timedelta(seconds=20)
BASE = "http://127.0.0.1:8080"
ACCOUNT, TOKEN = "AC" + "d" * 32, "a token of the tests"


@dataclass
class Played:
    house: House
    day: Day
    rows: list[Any]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The day, played once: 08:00 to 17:20, so that some call before and after hours."""
    begin = TUESDAY.replace(hour=8)
    folder = tmp_path_factory.mktemp("day")
    provider = Provider(BASE, ACCOUNT, TOKEN, start=begin.astimezone(UTC))

    def clock() -> datetime:
        return provider.timeline.now

    with serving(provider) as api:
        settings = Settings(
            database_url=f"sqlite:///{folder / 'day.db'}",
            public_url=BASE,
            secret_key="a secret of the tests",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_url=api,
        )
        house = build(settings, clock=clock, office_clock=clock)
        desk = Service(house.store, house.profile, house.signer)
        pages = application(desk, bind="127.0.0.1:8080", public_url=BASE, phone=phone_routes(house))
        with TestClient(pages, base_url=BASE) as client:
            provider.web.fetch = lambda request: _fetch(client, request)
            worker = Worker(replace(house.dialling, pace=Pace(0)), clock)
            house.store.wake = worker.wake
            day = Day(provider, worker.work)
            day.run(begin, TUESDAY.replace(hour=17, minute=20), CALLS)
            with house.store.reading() as tx:
                rows = list(tx.connection.execute(select(call_event).order_by(call_event.c.id)))
            yield Played(house, day, rows)
        house.close()


@dataclass
class Worker:
    """What the service's thread for legs does: it looks when it is woken, and every so often for what is due."""

    dialling: Dialling
    clock: Callable[[], datetime]
    woken: bool = True
    looked_at: datetime = datetime.min.replace(tzinfo=UTC)

    def wake(self, kind: Kind) -> None:
        self.woken |= kind is Kind.LEG

    def work(self) -> None:
        if not self.woken and self.clock() - self.looked_at < SWEEP:
            return
        self.woken, self.looked_at = False, self.clock()
        while self.dialling.process():
            pass


def _fetch(client: TestClient, request: Request) -> Answer:
    answer = client.request(request.method, request.url, content=request.body, headers=dict(request.headers))
    return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)


@dataclass
class Raw:
    """One call, out of what the provider said about it."""

    started: datetime
    last: datetime
    entered: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    message: bool = False
    spoke: str = ""
    left_queue: bool = False


def second_look(rows: list[Any]) -> dict[str, Raw]:
    """Every call by its CallSid. Nothing but `raw`, `kind` and `at` is read."""
    calls: dict[str, Raw] = {}
    for row in rows:
        if row.kind == "started":
            calls[row.call_sid] = Raw(row.at, row.at)
    for row in rows:
        call, raw = calls.get(row.call_sid), row.raw
        if call is None:
            continue
        if "QueueSid" in raw and "QueueResult" not in raw and "DequeingCallSid" not in raw:
            call.entered = call.entered or call.last  # the request whose answer put them there
        if row.kind in ("started", "step"):
            call.last = row.at
        if "DequeingCallSid" in raw:
            call.answered = row.at
        call.message |= row.kind == "recording" and int(raw.get("RecordingDuration") or 0) > 0
        call.spoke = call.spoke or raw.get("SpeechResult", "")
        call.left_queue |= raw.get("QueueResult") == "leave"
        if "CallDuration" in raw and raw.get("Direction") == "inbound":
            call.ended = min(row.at, call.started + timedelta(seconds=int(raw["CallDuration"])))
    return calls


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestADay:
    def test_the_provider_has_nothing_to_complain_of(self, played: Played) -> None:
        assert Counter(alert.code for alert in played.day.provider.alerts) == {}

    def test_every_call_has_one_case_and_one_fate(self, played: Played) -> None:
        with played.house.store.reading() as tx:
            assert tx.connection.execute(select(func.count()).select_from(case)).scalar_one() == CALLS
            calls = [tx.calls.find_sid("twilio", one.call.sid) for one in played.day.callers]
        assert len({row.case_id for row in calls}) == CALLS
        fates = Counter(row.result for row in calls)
        assert set(fates) == {"answered", "callback", "voicemail", "missed", "abandoned", "deflected"}
        begin, end = TUESDAY.astimezone(UTC), (TUESDAY + timedelta(days=1)).astimezone(UTC)
        house = played.house
        balance = Reporting(house.store, house.profile, house.calendars).balance(begin, end)
        assert sum((Counter(of_line) for of_line in balance.values()), Counter()) == fates

    def test_who_talked_was_answered_and_nobody_else(self, played: Played) -> None:
        talked = {one.call.sid for one in played.day.callers if one.talked}
        assert {sid for sid, call in second_look(played.rows).items() if call.answered} == talked

    def test_the_figures_are_those_of_a_second_computation(self, played: Played) -> None:
        house, raw = played.house, second_look(played.rows)
        now = played.day.provider.timeline.now
        window = Window(TUESDAY.astimezone(UTC), (TUESDAY + timedelta(days=1)).astimezone(UTC), now)
        report = Reporting(house.store, house.profile, house.calendars).figures(window)[ALL]
        figures = {figure.name: figure.value for figure in report}
        answered = [call for call in raw.values() if call.answered]
        waits = sorted((call.answered - call.entered).total_seconds() for call in answered)  # type: ignore[operator]
        assert figures["received"] == len(raw) == CALLS
        assert figures["mean_wait"] == pytest.approx(sum(waits) / len(waits))
        assert figures["p90_wait"] == pytest.approx(waits[math.ceil(0.9 * len(waits)) - 1])
        in_queue = [call for call in raw.values() if call.entered and not call.answered and not call.left_queue]
        long = [call for call in in_queue if (call.ended - call.entered).total_seconds() >= 10]  # type: ignore[operator]
        missed_in_queue = [call for call in long if not call.message]
        assert figures["missed"] == len(missed_in_queue) + _left_at_the_offer(played, raw)
        assert figures["deflected"] == sum("Steuer" in call.spoke or "impôts" in call.spoke for call in raw.values())
        assert figures["answered"] == len(answered) + _reached(played, raw)
        assert figures["voicemail"] == sum(call.message and call.entered is not None for call in raw.values())
        assert figures["offered"] == figures["answered"] + figures["voicemail"] + figures["missed"]
        assert figures["answer_rate"] == pytest.approx(figures["answered"] / figures["offered"])
        within = sum(wait <= 150 for wait in waits)
        assert figures["within_charter"] == pytest.approx(within / figures["offered"])


def _left_at_the_offer(played: Played, raw: dict[str, Raw]) -> int:
    """Who left the queue for the offer of a callback and hung up there."""
    with played.house.store.reading() as tx:
        fates = {sid: tx.calls.find_sid("twilio", sid).result for sid, call in raw.items() if call.left_queue}
    return sum(fate == "missed" for fate in fates.values())


def _reached(played: Played, raw: dict[str, Raw]) -> int:
    """People who asked for a callback and talked on it, as the provider saw it, or called again and were answered.

    Who asked before opening never came to the queue and was not offered; who was answered after all counts already.
    """
    with played.house.store.reading() as tx:
        asked = select(call.c.call_sid).join(callback, callback.c.call_id == call.c.id)
        settled = list(tx.connection.execute(asked.where(callback.c.outcome == SETTLED)).scalars())
    talked = sum(one.direction == "outbound-dial" and one.seconds > 0 for one in played.day.provider.calls.values())
    return talked + sum(raw[sid].entered is not None and raw[sid].answered is None for sid in settled)
