"""A table of curves says bit for bit what each curve says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.detect.curves import CurveTable
from astrolens.detect.tail import Curve

SAMPLES = (
    np.random.default_rng(0).normal(size=200),
    np.repeat([0.0, 1.0, 2.0], 30),  # shared scores, no tail to continue with
    np.full(12, 3.0),
    np.random.default_rng(1).standard_t(2, size=60),  # a heavy tail
    np.random.default_rng(2).uniform(size=40),  # a finite end
)
CURVES = [Curve.fit(sample) for sample in SAMPLES]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_rows_are_the_curves(scores: list[float]) -> None:
    asked = np.array(scores)
    found = CurveTable.of(CURVES).log_p(np.repeat(asked[None], len(CURVES), axis=0))
    for row, curve in zip(found, CURVES, strict=True):
        np.testing.assert_array_equal(row, curve.log_p(asked))


def test_far_out_and_on_the_knots() -> None:
    for number, curve in enumerate(CURVES):
        asked = np.concatenate([curve.knots, curve.knots[-1:] + 1e300, [-1e300, 1e308]])
        table = CurveTable.of([curve, CURVES[number - 1]])
        np.testing.assert_array_equal(table.log_p(np.stack([asked, asked]))[0], curve.log_p(asked))


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="scores"):
        CurveTable.of(CURVES[:1]).log_p(np.array([[np.nan]]))
