import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from astrolens.detect.sigma import log_p_of_sigma, sigma_of_log_p


def test_known_values() -> None:
    p = np.array([1.0, 0.31731050786291415, 0.0026997960632601866, 5.733031437583892e-07])
    np.testing.assert_allclose(sigma_of_log_p(np.log(p)), [0.0, 1.0, 3.0, 5.0], atol=1e-9)


@given(st.floats(0.0, 40.0))
def test_there_and_back_up_to_forty(sigma: float) -> None:
    back = sigma_of_log_p(np.minimum(log_p_of_sigma(np.array([sigma])), 0.0))
    assert back[0] == pytest.approx(sigma, abs=1e-7)


def test_agrees_with_scipy_where_p_is_a_float() -> None:
    p = np.geomspace(1e-300, 0.9, 200)
    np.testing.assert_allclose(sigma_of_log_p(np.log(p)), norm.isf(p / 2), rtol=1e-9)


def test_order_is_kept_down_to_the_most_ordinary() -> None:
    p = np.linspace(0.5, 1.0, 1001)
    assert (np.diff(sigma_of_log_p(np.log(p))) < 0).all()


@pytest.mark.parametrize("value", [np.nan, 0.1])
def test_refuses_what_is_no_log_of_a_p_value(value: float) -> None:
    with pytest.raises(ValueError, match="at most 0"):
        sigma_of_log_p(np.array([value]))
