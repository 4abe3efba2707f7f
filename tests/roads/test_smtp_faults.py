"""The mail server's faults in their short form; in full by `make torture` (tests/torture/test_smtp.py).

A slow answer to the final dot has its short form in tests/notify/test_smtp.py, a server that goes away before it has
seen a message in tests/notify/test_faults.py.
"""

import pytest

from tests.roads import smtp_faults
from tests.roads.smtp_faults import FOR_GOOD, FOR_NOW, SmtpScene
from tests.servers.strict import CUT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]


def test_refused_for_now_or_for_good(smtp_scene: SmtpScene) -> None:
    for replies in (FOR_NOW, FOR_GOOD):
        figure = smtp_faults.answered(smtp_scene, 1, replies, "each command refused")
        assert figure.met, (figure, smtp_scene.house.log()[-3000:])


def test_connections_that_end_before_and_after_the_dot(smtp_scene: SmtpScene) -> None:
    figure = smtp_faults.answered(smtp_scene, 1, dict.fromkeys(("TEXT", ".", "RSET"), CUT), "cut around the dot")
    assert figure.met, (figure, smtp_scene.house.log()[-3000:])
    figure = smtp_faults.lost_replies(smtp_scene, 2)
    assert figure.met, (figure, smtp_scene.house.log()[-3000:])
    assert figure.repeats == 2


def test_some_receivers_are_refused_and_some_put_off(smtp_scene: SmtpScene) -> None:
    for scenario in (smtp_faults.partly_refused, smtp_faults.greylisted):
        figure = scenario(smtp_scene, 2)
        assert figure.met, (figure, smtp_scene.house.log()[-3000:])
    assert smtp_faults.dismissed(smtp_scene, "421 4.3.2 closing").met
