import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from astrolens.detect.sigma import log_p_of_sigma, sigma_of_log_p


def test_known_values() -> None:
    p = np.array([0.5, 0.158655253931457, 0.00134989803163, 2.866515718791933e-07])
    np.testing.assert_allclose(sigma_of_log_p(np.log(p)), [0.0, 1.0, 3.0, 5.0], atol=1e-9)


@given(st.floats(-5.0, 40.0))
def test_there_and_back_up_to_forty(sigma: float) -> None:
    back = sigma_of_log_p(log_p_of_sigma(np.array([sigma])))
    assert back[0] == pytest.approx(sigma, abs=1e-8)


def test_agrees_with_scipy_where_p_is_a_float() -> None:
    p = np.geomspace(1e-300, 0.4, 200)
    np.testing.assert_allclose(sigma_of_log_p(np.log(p)), norm.isf(p), rtol=1e-9)


def test_less_odd_than_the_median_is_negative_and_finite() -> None:
    np.testing.assert_allclose(sigma_of_log_p(np.log([0.5, 0.841344746068543])), [0.0, -1.0], atol=1e-9)
    assert -40.0 < sigma_of_log_p(np.array([0.0]))[0] < -30.0


@pytest.mark.parametrize("value", [np.nan, 0.1])
def test_refuses_what_is_no_log_of_a_p_value(value: float) -> None:
    with pytest.raises(ValueError, match="at most 0"):
        sigma_of_log_p(np.array([value]))
