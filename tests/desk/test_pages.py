"""What stands beside the words of a page."""

from zoneinfo import ZoneInfo

import pytest

from app import profile as profiles
from desk.pages import Named
from desk.words import Words


@pytest.mark.parametrize(
    ("profile", "shapes"),
    [
        ("mon-permis", {"requete": "first", "information": "second", "incident": "incident"}),
        ("exemple-commune", {"demande": "first", "derangement": "incident", "avis": "second", "unknown": "other"}),
        ("exemple-hebergement", {"aide": "first", "habilitation": "second", "anomalie": "incident"}),
    ],
)
def test_a_fault_has_its_shape_whatever_a_service_calls_it(profile: str, shapes: dict[str, str]) -> None:
    named = Named(profiles.load(profiles.find(profile)), Words("fr", ZoneInfo("Europe/Brussels")))
    assert {category: named.shape(category) for category in shapes} == shapes
