"""What the long forms need of the roads."""

from tests.roads.conftest import busy_house, busy_profile, copied_profile, fleet, imap_scene, redis_scene, road_profile

__all__ = ["busy_house", "busy_profile", "copied_profile", "fleet", "imap_scene", "redis_scene", "road_profile"]
