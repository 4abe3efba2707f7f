import numpy as np
import pytest

from classify.metrics import calibration_error, coverage, f1_by_label, interval, macro_f1, quadratic_kappa

TRUTH = np.array(["a", "a", "b", "b", "b"])


def test_f1_by_hand() -> None:
    said = np.array(["a", "b", "b", "b", "a"])
    assert f1_by_label(TRUTH, said) == pytest.approx({"a": 0.5, "b": 2 / 3})
    assert macro_f1(TRUTH, said) == pytest.approx((0.5 + 2 / 3) / 2)


def test_kappa_is_one_for_agreement_and_zero_for_a_constant() -> None:
    truth = np.array([1, 2, 3, 3])
    assert quadratic_kappa(truth, truth) == 1
    assert quadratic_kappa(truth, np.full(4, 2)) <= 0


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    assert calibration_error(np.full(10, 0.95), np.array([True] * 5 + [False] * 5)) == pytest.approx(0.45)


def test_coverage_takes_the_surest_first() -> None:
    assert coverage([0.9, 0.8, 0.7, 0.6], [True, True, False, True], 0.9) == (0.8, 0.5)
    assert coverage([0.9], [False], 0.9) == (1.0, 0.0)


def test_intervals_are_reproducible_and_hold_the_score() -> None:
    values = np.arange(200) % 2
    low, high = interval(lambda rows: float(values[rows].mean()), 200)
    assert (low, high) == interval(lambda rows: float(values[rows].mean()), 200)
    assert low < 0.5 < high
