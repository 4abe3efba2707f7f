"""The database's faults in their short form; in full by `make torture` (tests/torture/test_database.py)."""

import pytest

from tests.roads.checkpointing import killed_in_checkpoints
from tests.roads.database_faults import OF_POSTGRESQL, OF_SQLITE, DatabaseScene, suffer
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.smtp import SmtpSink

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

MAILS, CALLS = 6, 3


def test_whatever_happens_to_postgresql_nothing_is_lost_or_double(postgres_scene: DatabaseScene) -> None:
    """One installation lives through all of it, so that each fault finds what the one before it left."""
    postgres_scene.lasts = 3.0
    for fault in OF_POSTGRESQL:
        figure = suffer(postgres_scene, fault, MAILS, CALLS)
        assert figure.met, figure


def test_whatever_happens_to_sqlite_nothing_is_lost_or_double(sqlite_scene: DatabaseScene) -> None:
    for fault in OF_SQLITE:
        figure = suffer(sqlite_scene, fault, MAILS, CALLS)
        assert figure.met, figure


def test_killed_in_a_checkpoint_nothing_is_lost_or_double(
    busy_house: House, folder: OtherClient, smtp_sink: SmtpSink
) -> None:
    figure = killed_in_checkpoints(busy_house, folder, smtp_sink, 6, 2)
    assert figure.met, figure
