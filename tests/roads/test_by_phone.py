"""By phone from end to end: the code of a receipt is keyed and tells where its case stands; a probe calls our line."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Provider
from app.demo.telephone.server import serving
from app.http import application
from app.probing import Probing
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import House, build
from cases.actions import close
from cases.probe import Probe
from cases.routing import Agent, Queue
from cases.timers import Calendars
from desk.actions import Desk
from desk.service import Service
from ingest.voice.reporting import Reporting
from store.inbound import Delivery
from store.tx import Store
from tests.mails import mail
from tests.roads.test_calls_repeated import ACCOUNT, BASE, LATE_AFTERNOON, LINE, TOKEN, Front
from tests.servers.smtp import SmtpSink

CODE = re.compile(r"code\s+(\d{4}) (\d{4})")
PROBE = "+3281001999"


class Network(Provider):
    """The provider, and the network behind it: a call to a line of ours comes in there."""

    def create(self, to: str, from_: str, *arguments: Any, **named: Any) -> Call:
        call = super().create(to, from_, *arguments, **named)
        if to == LINE:
            self.dial(to, from_).hang_up()
        return call


@pytest.fixture
def front(database_url: str, smtp_sink: SmtpSink) -> Iterator[Front]:
    provider = Network(BASE, ACCOUNT, TOKEN, start=LATE_AFTERNOON)
    with serving(provider) as api:
        settings = Settings(
            database_url=database_url,
            public_url=BASE,
            secret_key="a secret of the tests",
            smtp_url=smtp_sink.url,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_url=api,
        )
        built = build(settings, clock=lambda: provider.timeline.now)
        house = replace(built, profile=replace(built.profile, probe=Probe(caller=PROBE)))
        desk = Service(house.store, house.profile, house.signer)
        pages = application(desk, bind="127.0.0.1:8080", public_url=BASE, phone=phone_routes(house))
        with TestClient(pages, base_url=BASE) as client:
            found = Front(house, client, provider)
            provider.web.fetch = found.send
            yield found
        house.close()


def receipt(front: Front, sink: SmtpSink) -> str:
    """The text of the receipt to a mail that comes in now."""
    house = front.house
    delivery = Delivery(raw=mail(), source="assistance", external_id="1:1", received_at=house.clock())
    with house.store.transaction("test.receive") as tx:
        tx.inbound.add_once([delivery], house.clock())
    assert house.intake.process() == 1
    while house.deliver():
        pass
    [sent] = [one.message for one in sink.messages if one.message["Auto-Submitted"] == "auto-replied"]
    part = sent.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def heard(front: Front, digits: str) -> str:
    """What a caller is told who chooses French and keys that code."""
    call = front.dial(LINE, "1#")
    call.listen()
    call.press(f"{digits}#")
    said = call.listen()
    call.hang_up()
    return said


def test_the_code_of_the_receipt_tells_where_the_case_stands(front: Front, smtp_sink: SmtpSink) -> None:
    text = receipt(front, smtp_sink)
    assert "appelez le 1718" in text
    found = CODE.search(text)
    assert found
    code = found[1] + found[2]
    first = heard(front, code)
    assert "Votre demande est bien enregistrée." in first
    assert "au plus tard" in first
    desk = Desk(front.house.store, front.house.profile, front.house.signer, calendars(front.house), front.house.clock)
    [case] = latest(front.house.store, "email")
    desk.act(case.number, Agent(id="nora", queues=tuple(Queue)), lambda case, acting: close(case, acting, silent=True))
    assert "Votre demande est terminée." in heard(front, code)
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    assert "Nous ne connaissons pas ce code." in heard(front, wrong)
    [again] = latest(front.house.store, "email")
    assert again.status == "closed"
    assert {one.status for one in latest(front.house.store, "phone")} == {"closed"}


def test_a_probe_calls_the_line_and_is_counted_nowhere(front: Front) -> None:
    house = front.house
    done = Probing(house).call(house.profile.lines[0])
    assert (done.outcome, done.until) == ("in_time", "answered")
    front.provider.wait(5)
    assert latest(house.store, "phone") == []
    reporting = Reporting(store=house.store, profile=house.profile, calendars=house.calendars)
    assert reporting.balance(LATE_AFTERNOON, house.clock()) == {}


def calendars(house: House) -> Calendars:
    return Calendars(house.profile, house.calendars)


def latest(store: Store, channel: str) -> list[Any]:
    with store.reading() as tx:
        return [one for one in tx.cases.latest() if one.channel == channel]
