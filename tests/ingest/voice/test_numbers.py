"""What is a number to be called back on, and what only looks like one."""

import pytest

from ingest.voice.numbers import callable_from, e164, groups


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0470 00 12 34", "+32470001234"),
        ("0470/00.12.34", "+32470001234"),
        ("+32470001234", "+32470001234"),
        ("0032470001234", "+32470001234"),
        ("081001234", "+3281001234"),
        ("00352 621 123 456", "+352621123456"),
        ("", ""),
        ("anonymous", ""),
        ("Restricted", ""),
        ("+266696687", ""),
        ("1-800-FLOWERS", ""),
        ("0900 12345", ""),
        ("1718", ""),
        ("112", ""),
        ("0470001", ""),
        ("sip:081001234@example.org", ""),
        ("0" * 41, ""),
    ],
)
def test_a_number_is_what_can_be_called(text: str, number: str) -> None:
    assert e164(text, "BE") == number


def test_only_the_countries_of_the_profile_are_called() -> None:
    assert callable_from("+32470001234", ("BE", "LU"))
    assert not callable_from("+393331234567", ("BE", "LU"))
    assert not callable_from("", ("BE",))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+32470001234", ("0470", "00", "12", "34")),
        ("+3281001234", ("081", "00", "12", "34")),
        ("+352621123456", ("00", "352", "621", "123", "456")),
    ],
)
def test_groups_are_those_in_which_people_say_it(number: str, said: tuple[str, ...]) -> None:
    assert groups(number, "BE") == said


def test_elsewhere_a_number_is_read_and_said_as_there() -> None:
    assert e164("01 99 00 18 10", "FR") == "+33199001810"
    assert e164("01 99 00 18 10", "BE") == ""
    assert groups("+33199001810", "FR") == ("01", "99", "00", "18", "10")
    assert groups("+3281001234", "FR") == ("00", "32", "81", "00", "12", "34")
