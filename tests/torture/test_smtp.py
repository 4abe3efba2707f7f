"""The mail server's faults in full."""

import pytest

from tests.roads import smtp_faults
from tests.roads.smtp_faults import CLOSING, ENDED, FOR_GOOD, FOR_NOW, Scenario, SmtpScene
from tests.servers.strict import CUT
from tests.torture.figures import Keep

pytestmark = [
    pytest.mark.torture,
    pytest.mark.timeout(900),
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

EACH = 25
"""Mails that meet each fault."""

NAMES = {"CONNECT": "the greeting", "TEXT": "the message, before the dot", ".": "the dot"}
ANSWERS = [(command, reply) for replies in (FOR_NOW, FOR_GOOD, CLOSING, ENDED) for command, reply in replies.items()]


@pytest.mark.parametrize(("command", "reply"), ANSWERS, ids=[f"{reply[:3] or 'cut'}-{one}" for one, reply in ANSWERS])
def test_each_command(smtp_scene: SmtpScene, command: str, reply: str, keep_figure: Keep) -> None:
    fault = f"{reply[:3] or 'cut'} at {NAMES.get(command, command)}"
    figure = smtp_faults.answered(smtp_scene, EACH, {command: reply}, fault)
    keep_figure(figure)
    assert figure.met


SIZES = {
    smtp_faults.lost_replies: EACH,
    smtp_faults.partly_refused: EACH,
    smtp_faults.greylisted: EACH,
    smtp_faults.slowly_answered: 59,
}


@pytest.mark.parametrize("scenario", SIZES, ids=[one.__name__ for one in SIZES])
def test_no_mail_is_lost(smtp_scene: SmtpScene, scenario: Scenario, keep_figure: Keep) -> None:
    figure = scenario(smtp_scene, SIZES[scenario])
    keep_figure(figure)
    assert figure.met


@pytest.mark.parametrize("reply", ["451 4.3.0 not now", "554 5.7.0 never", CUT])
def test_the_last_word(smtp_scene: SmtpScene, reply: str, keep_figure: Keep) -> None:
    figure = smtp_faults.dismissed(smtp_scene, reply)
    keep_figure(figure)
    assert figure.met
