"""Numbers and addresses that a text names."""

import pytest

from ingest.said import MOST, addresses, numbers

MINE = "+32470001234"


@pytest.mark.parametrize(
    "written",
    [
        "0470 00 12 34",
        "0470/00.12.34",
        "+32 470 00 12 34",
        "0032 470 001 234",
        "(0470) 00 12 34",
        "+32 (0)470 00 12 34",
    ],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert numbers(f"Bonjour,\nrappelez-moi au {written}, merci.\n", "BE") == (MINE,)


@pytest.mark.parametrize("text", ["", "dossier 2026/12345", "le 24/03/2026", "BE71 0961 2345 6769", "090012345", "12"])
def test_what_is_no_number_of_a_person_is_none(text: str) -> None:
    assert numbers(text, "BE") == ()


def test_a_list_of_contacts_is_cut() -> None:
    assert len(numbers("\n".join(f"0470 00 12 {one}" for one in range(10, 40)), "BE")) == MOST


def test_addresses_are_read_in_lower_case_and_once() -> None:
    assert addresses("Jeanne@Example.org ou jeanne@example.org.") == ("jeanne@example.org",)
