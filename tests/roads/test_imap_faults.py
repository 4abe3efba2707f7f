"""The mailbox's faults in their short form; in full by `make torture` (tests/torture/test_imap.py).

A silent server, a read-only folder and one without keywords have theirs in tests/ingest/email/test_connector.py.
"""

import pytest

from tests.roads import imap_faults
from tests.roads.imap_faults import ImapScene, Scenario

pytestmark = [
    pytest.mark.slow,
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]


@pytest.mark.parametrize(
    "scenarios",
    [
        {imap_faults.cuts: 4, imap_faults.outage: 2},
        {imap_faults.byes: 3, imap_faults.wrong_literals: 3},
        {imap_faults.other_client: 4, imap_faults.expunged: 4, imap_faults.renumbered: 3},
        {imap_faults.poison: 1},
    ],
    ids=["cut", "answers", "folder", "poison"],
)
def test_no_mail_is_lost_nor_doubled_and_all_are_soon_answered(
    imap_scene: ImapScene, scenarios: dict[Scenario, int]
) -> None:
    for scenario, size in scenarios.items():
        figure = scenario(imap_scene, size)
        assert figure.met, (figure, imap_scene.house.log()[-3000:])
