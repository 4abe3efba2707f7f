"""Redis' faults in their short form; in full by `make torture` (tests/torture/test_redis.py)."""

import pytest

from tests.roads import redis_faults
from tests.roads.redis_faults import FAULTS, RedisScene

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]


def test_whatever_happens_to_redis_costs_delay_only(redis_scene: RedisScene) -> None:
    """One installation lives through all of it, so that each fault finds what the one before it left."""
    assert redis_faults.away_at_start(redis_scene, 4).met
    for fault in FAULTS:
        figure = redis_faults.suffer(redis_scene, fault, 6)
        assert figure.met, figure
    with redis_faults.half_open(redis_scene):
        redis_scene.end()
