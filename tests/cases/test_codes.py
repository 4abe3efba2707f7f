"""The code of a case for the phone: read again, checked, and telling nothing."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cases.case import case_id
from cases.codes import Codes, spaced

NOW = datetime(2026, 3, 24, tzinfo=UTC)
CODES = Codes(b"a secret of the tests")
IDS = st.builds(case_id, st.integers(2022, 2026), st.integers(1, 999_999))


@given(IDS)
def test_a_code_is_read_again(identity: int) -> None:
    code = CODES.of(identity)
    assert len(code) == 8
    assert code[0] in "56789"
    assert CODES.case(code, NOW) == identity


@given(IDS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_no_code(identity: int, place: int, more: int) -> None:
    code = CODES.of(identity)
    wrong = code[:place] + str((int(code[place]) + more) % 10) + code[place + 1 :]
    assert CODES.case(wrong, NOW) is None


def test_two_digits_swapped_are_hardly_ever_a_code() -> None:
    codes = [CODES.of(case_id(2026, one)) for one in range(1, 400)]
    swapped = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for code in codes for i in range(1, 7)]
    others = [one for one in swapped if one not in codes]
    assert sum(CODES.case(one, NOW) is not None for one in others) < 0.03 * len(others)


def test_no_two_cases_have_the_same_and_neighbours_are_far_apart() -> None:
    codes = [CODES.of(case_id(2026, one)) for one in range(1, 2_000)]
    assert len(set(codes)) == len(codes)
    near = sum(abs(int(a) - int(b)) < 100_000 for a, b in pairwise(codes))
    assert near < 0.01 * len(codes)  # 0.4 % of pairs drawn at random are so near


def test_a_case_of_the_first_hour_of_a_year_is_read_while_utc_has_the_old_one() -> None:
    identity = case_id(2027, 1)
    assert CODES.case(CODES.of(identity), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == identity


def test_another_installation_reads_another_case() -> None:
    assert Codes(b"another secret").case(CODES.of(case_id(2026, 412)), NOW) != case_id(2026, 412)


def test_beyond_the_millionth_of_a_year_there_is_none() -> None:
    assert CODES.of(case_id(2026, 1_000_000)) == CODES.of(0) == ""


def test_what_is_keyed_otherwise_is_none() -> None:
    assert [CODES.case(one, NOW) for one in ("", "2600412", "5123456", "512345678", "51234 56")] == [None] * 5


def test_it_is_written_in_two_groups() -> None:
    assert spaced("51234567") == "5123 4567"
    assert spaced("") == ""
