"""The telephones of the demonstration: the provider in real time."""

from collections.abc import Iterator

import pytest

from app.demo.telephone.running import RunningTelephone
from desk.telephone import Act, Moment, Phrase
from tests.app.demo.telephone.conftest import BASE, CALLER, LINE, Service
from tests.servers.process import wait_until

MENU = (
    '<Response><Say language="fr-BE">Bonjour.</Say><Gather input="dtmf speech" action="/chosen" numDigits="1">'
    "<Say>Tapez un.</Say></Gather></Response>"
)
RECORD = '<Response><Record action="/recorded" finishOnKey="#" timeout="5"/></Response>'
SEAT = "+3281001801"


@pytest.fixture
def telephone(service: Service) -> Iterator[RunningTelephone]:
    running = RunningTelephone(BASE, fetch=service)
    running.start()
    yield running
    running.stop()


def moment(telephone: RunningTelephone, sid: str) -> Moment:
    found = telephone.find(sid)
    assert found is not None
    return found.moment


def phrases(telephone: RunningTelephone, sid: str) -> list[Phrase]:
    found = telephone.find(sid)
    assert found is not None
    return list(found.phrases)


def test_time_passes_by_itself(telephone: RunningTelephone, service: Service) -> None:
    service.answer(incoming=MENU)
    sid = telephone.dial(LINE, CALLER)
    assert moment(telephone, sid) is Moment.SPEAKING
    wait_until(lambda: moment(telephone, sid) is Moment.LISTENING, "the menu listens")
    assert phrases(telephone, sid)[0] == Phrase(text="Bonjour.", lang="fr-BE")


def test_what_one_does_stands_where_one_did_it(telephone: RunningTelephone, service: Service) -> None:
    service.answer(incoming=MENU, chosen=RECORD, recorded="<Response><Say>Merci.</Say></Response>")
    sid = telephone.dial(LINE, CALLER)
    telephone.act(sid, Act.KEYS, "9")
    wait_until(lambda: moment(telephone, sid) is Moment.LISTENING, "the menu listens")
    telephone.act(sid, Act.KEYS, "1")
    assert moment(telephone, sid) is Moment.RECORDING
    telephone.act(sid, Act.SPEECH, "Ma déclaration a disparu.")
    wait_until(lambda: moment(telephone, sid) is Moment.OVER, "the message is left")
    assert [(one.text, one.sign, one.mine) for one in phrases(telephone, sid)] == [
        ("Bonjour.", "", False),
        ("9", "unheard", True),
        ("Tapez un.", "", False),
        ("1", "keys", True),
        ("", "tone", False),
        ("Ma déclaration a disparu.", "", True),
        ("Merci.", "", False),
    ]


def test_speech_silence_and_hanging_up(telephone: RunningTelephone, service: Service) -> None:
    service.answer(incoming=MENU, chosen=MENU)
    sid = telephone.dial(LINE, CALLER)
    wait_until(lambda: moment(telephone, sid) is Moment.LISTENING, "the menu listens")
    telephone.act(sid, Act.SPEECH, "NOTICe")
    wait_until(lambda: "/chosen" in service.paths, "the speech is recognised")
    assert service.last("/chosen")["SpeechResult"] == "NOTICe"
    wait_until(lambda: moment(telephone, sid) is Moment.LISTENING, "the menu listens again")
    telephone.act(sid, Act.SILENCE)
    assert moment(telephone, sid) is Moment.OVER
    other = telephone.dial(LINE, CALLER)
    telephone.act(other, Act.HANG_UP)
    assert moment(telephone, other) is Moment.OVER
    telephone.act(other, Act.KEYS, "1")
    telephone.act("CA0", Act.HANG_UP)
    assert telephone.find("CA0") is None


@pytest.mark.parametrize(("act", "then"), [(Act.ANSWER, Moment.TALKING), (Act.REFUSE, Moment.OVER)])
def test_a_phone_that_rings(telephone: RunningTelephone, service: Service, act: Act, then: Moment) -> None:
    service.answer(incoming='<Response><Dial timeout="60"><Number>+3281001801</Number></Dial></Response>')
    mine = telephone.dial(LINE, CALLER)
    wait_until(lambda: telephone.rung(), "the seat rings")
    [seat] = telephone.rung()
    assert (seat.number, seat.moment) == (SEAT, Moment.RINGING)
    telephone.act(seat.sid, act)
    wait_until(lambda: moment(telephone, seat.sid) is then, "it was done")
    if act is Act.ANSWER:
        [seat] = telephone.rung()
        assert (seat.other, moment(telephone, mine)) == (CALLER, Moment.TALKING)
