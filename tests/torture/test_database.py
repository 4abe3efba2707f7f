"""The database's faults in full."""

import pytest

from tests.roads.checkpointing import killed_in_checkpoints
from tests.roads.database_faults import OF_POSTGRESQL, OF_SQLITE, DatabaseScene, Fault, suffer
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.smtp import SmtpSink
from tests.torture.figures import Keep

pytestmark = [
    pytest.mark.torture,
    pytest.mark.timeout(1800),
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

MAILS, CALLS = 200, 20
CHECKPOINT_MAILS, CHECKPOINT_KILLS = 200, 20


@pytest.mark.parametrize("fault", OF_POSTGRESQL, ids=[one.__name__ for one in OF_POSTGRESQL])
def test_a_fault_of_postgresql(postgres_scene: DatabaseScene, fault: Fault, keep_figure: Keep) -> None:
    figure = suffer(postgres_scene, fault, MAILS, CALLS)
    keep_figure(figure)
    assert figure.met, figure


@pytest.mark.parametrize("fault", OF_SQLITE, ids=[one.__name__ for one in OF_SQLITE])
def test_a_fault_of_sqlite(sqlite_scene: DatabaseScene, fault: Fault, keep_figure: Keep) -> None:
    figure = suffer(sqlite_scene, fault, MAILS, CALLS)
    keep_figure(figure)
    assert figure.met, figure


def test_killed_in_a_checkpoint(busy_house: House, folder: OtherClient, smtp_sink: SmtpSink, keep_figure: Keep) -> None:
    figure = killed_in_checkpoints(busy_house, folder, smtp_sink, CHECKPOINT_MAILS, CHECKPOINT_KILLS)
    keep_figure(figure)
    assert figure.met, figure
