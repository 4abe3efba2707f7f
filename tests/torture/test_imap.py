"""The mailbox's faults in full."""

import pytest

from tests.roads import imap_faults
from tests.roads.imap_faults import ImapScene, Scenario
from tests.torture.figures import Keep

pytestmark = [
    pytest.mark.torture,
    pytest.mark.timeout(1800),
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

SIZES = {
    imap_faults.cuts: 200,
    imap_faults.stalls: 12,
    imap_faults.byes: 36,
    imap_faults.wrong_literals: 24,
    imap_faults.outage: 120,
    imap_faults.slow: 20,
    imap_faults.renumbered: 100,
    imap_faults.other_client: 100,
    imap_faults.expunged: 100,
    imap_faults.read_only: 50,
    imap_faults.poison: 10,
    imap_faults.indigestible: 90,
}


@pytest.mark.parametrize("scenario", SIZES, ids=[one.__name__ for one in SIZES])
def test_nothing_is_lost_nor_doubled(imap_scene: ImapScene, scenario: Scenario, keep_figure: Keep) -> None:
    figure = scenario(imap_scene, SIZES[scenario])
    keep_figure(figure)
    assert figure.met


@pytest.mark.parametrize("busy_profile", ["keyword"], indirect=True)
def test_a_server_without_keywords(imap_scene: ImapScene, keep_figure: Keep) -> None:
    figure = imap_faults.without_keywords(imap_scene, 50)
    keep_figure(figure)
    assert figure.met
