"""What the long forms need of the roads."""

from tests.roads.conftest import (
    busy_house,
    busy_profile,
    copied_profile,
    fleet,
    imap_scene,
    phone_fleet,
    phone_profile,
    postgres_scene,
    redis_scene,
    road_profile,
    smtp_scene,
    sqlite_scene,
    whole_profile,
)
from tests.roads.test_calls_killed import town

__all__ = [
    "busy_house",
    "busy_profile",
    "copied_profile",
    "fleet",
    "imap_scene",
    "phone_fleet",
    "phone_profile",
    "postgres_scene",
    "redis_scene",
    "road_profile",
    "smtp_scene",
    "sqlite_scene",
    "town",
    "whole_profile",
]
