"""Redis' faults in full."""

import pytest

from tests.roads import redis_faults
from tests.roads.redis_faults import FAULTS, Fault, RedisScene
from tests.torture.figures import Keep

pytestmark = [
    pytest.mark.torture,
    pytest.mark.timeout(1800),
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

MAILS = 1000


@pytest.mark.parametrize("fault", FAULTS, ids=[one.__name__ for one in FAULTS])
def test_a_fault_of_redis(redis_scene: RedisScene, fault: Fault, keep_figure: Keep) -> None:
    redis_scene.begin()
    figure = redis_faults.suffer(redis_scene, fault, MAILS)
    keep_figure(figure)
    assert figure.met, figure


def test_redis_away_at_the_start(redis_scene: RedisScene, keep_figure: Keep) -> None:
    figure = redis_faults.away_at_start(redis_scene, MAILS)
    keep_figure(figure)
    assert figure.met, figure
