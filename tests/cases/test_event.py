"""What an event's tags say of themselves."""

import pytest

from cases.event import SEEN_ANYWAY, Tags


def tags(*, review: bool, reason: str) -> Tags:
    return Tags(
        lang="fr", category="incident", motif="incident", tool="twice", scope="in", review=review, reason=reason
    )


@pytest.mark.parametrize(
    ("review", "reason", "sure"),
    [
        (False, "", True),
        (True, SEEN_ANYWAY, True),
        (True, "", False),
        (True, f"{SEEN_ANYWAY}, close_call", False),
        (True, "close_call", False),
        (True, "speech", False),
    ],
)
def test_tags_are_sure_where_nothing_but_a_possible_incident_asks_for_a_person(
    review: bool, reason: str, sure: bool
) -> None:
    assert tags(review=review, reason=reason).sure is sure
