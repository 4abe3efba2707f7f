"""Half an hour at twice the normal load, with mild faults: nothing is lost and nothing grows.

AIGUILLAGE_SOAK_MINUTES says how long; the drawing is docs/images/soak.svg.
"""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.demo.telephone.server import serving
from tests.roads.carrier import Carrier
from tests.roads.deaths import Crowd, Outcome, settle
from tests.roads.house import ROOT, House
from tests.servers.faulty import FaultProxy
from tests.servers.imap import OtherClient, through
from tests.servers.process import answers, free_port, wait_until
from tests.servers.smtp import SmtpSink
from tests.torture.drift import drawing, drifts, grown
from tests.torture.figures import Figure, Keep
from tests.torture.soaking import CALLS, MAILS_A_SECOND, Gauges, Line, soak

MINUTES = float(os.environ.get("AIGUILLAGE_SOAK_MINUTES", "30"))
ACCOUNT, TOKEN = "AC" + "d" * 32, "a token of the tests"
DRAWING = ROOT / "docs" / "images" / "soak.svg"


@pytest.fixture
def proxies(folder: OtherClient, smtp_sink: SmtpSink) -> Iterator[tuple[FaultProxy, FaultProxy]]:
    """In front of IMAP and of SMTP."""
    with FaultProxy(folder.account.port).running() as imap, FaultProxy(smtp_sink.port).running() as smtp:
        yield imap, smtp


@pytest.fixture
def line() -> Line:
    """People who will call on lines that are always open."""
    carrier = Carrier(f"http://127.0.0.1:{free_port()}", ACCOUNT, TOKEN)
    return Line(carrier, random.Random(1))


@pytest.fixture
def whole_house(
    tmp_path: Path, folder: OtherClient, busy_profile: Path, phone_profile: Path, proxies: tuple[FaultProxy, FaultProxy]
) -> House:
    """The service with its mailbox and its lines, reached through proxies."""
    imap, smtp = proxies
    account = through(folder.account, imap.port)
    return House(tmp_path, {"assistance": account}, f"smtp://127.0.0.1:{smtp.port}", busy_profile)


@pytest.mark.torture
@pytest.mark.timeout(60 * (MINUTES + 30))
@pytest.mark.servers("dovecot")
@pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True)
def test_nothing_grows(
    whole_house: House,
    folder: OtherClient,
    smtp_sink: SmtpSink,
    line: Line,
    proxies: tuple[FaultProxy, FaultProxy],
    keep_figure: Keep,
) -> None:
    crowd = Crowd(folder)
    with serving(line.carrier) as api, whole_house.at_sea():
        base = line.carrier.webhooks.voice.rpartition("/voice/")[0]
        whole_house.environment |= {
            "AIGUILLAGE_HTTP_BIND": base.removeprefix("http://"),
            "AIGUILLAGE_PUBLIC_URL": base,
            "AIGUILLAGE_TWILIO_ACCOUNT_SID": ACCOUNT,
            "AIGUILLAGE_TWILIO_AUTH_TOKEN": TOKEN,
            "AIGUILLAGE_TWILIO_API_URL": api,
        }
        gauges = Gauges(whole_house, [whole_house.start("run")])
        wait_until(lambda: answers(int(base.rpartition(":")[2])), "the service is there", 60)
        soak(gauges, crowd, line, proxies, 60 * MINUTES)
        outcome = settle(whole_house, crowd, smtp_sink, ["smtp."] * len(crowd.people), line.calls)
    judged(keep_figure, outcome, gauges)


def judged(keep: Keep, outcome: Outcome, gauges: Gauges) -> None:
    """Keep and draw what was found, then hold it to the goal."""
    found, growing = outcome.balance, grown(gauges.samples)
    moved = {title: f"{begin:.4g} → {end:.4g}" for title, (begin, end) in drifts(gauges.samples).items()}
    keep(
        Figure(
            area="soak",
            fault=f"{MINUTES:g} min at {MAILS_A_SECOND} mails/s and {CALLS} calls, IMAP and SMTP cut, slow and reset",
            mode="embedded",
            inputs=found.inputs,
            calls=found.calls,
            lost=len(found.lost) + len(found.unanswered),
            second_cases=len(found.second_cases),
            second_receipts=len(found.second_receipts),
            repeats=found.repeats,
            settled_seconds=round(outcome.settled_seconds, 1),
            goal="0 lost, 0 double, memory drifts by less than 5 %, no queue, handle or log grows",
            met=found.is_whole and not growing,
            remark="; ".join(f"{title} {text}" for title, text in moved.items()) + f"; {outcome.held} held",
        )
    )
    day = datetime.now(UTC).date().isoformat()
    DRAWING.write_text(
        drawing(gauges.samples, f"{MINUTES:g} minutes at twice the normal load, {day}"), encoding="utf-8"
    )
    assert found.is_whole, found
    assert growing == [], moved
