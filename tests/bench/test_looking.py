"""Labels on the oddest of a contaminated sample bring the realised rate back towards the budget."""

from functools import cache

import numpy as np
import pytest

from astrolens.bench.budget import held_out_p_values
from astrolens.bench.looking import Looked, p_values_after_labels
from astrolens.config.settings import DetectSettings
from tests.bench.test_budget import analyses

SPLITS = 1


@cache
def looked_at() -> tuple[Looked, Looked, Looked]:
    none, some, whole = p_values_after_labels(
        analyses(160, seed=1), analyses(20, 2, 3.0), DetectSettings(), labels=[0, 4, 80], splits=SPLITS,
        contamination=0.1, seed=1,
    )  # fmt: skip
    return none, some, whole


def test_what_is_found_leaves() -> None:
    none, some, whole = looked_at()
    assert none.found.tolist() == [0.0] * SPLITS
    assert (
        (some.found >= 0.2) & (some.found <= 0.5)
    ).all()  # eight are odd, and four pictures were looked at
    assert whole.found.tolist() == [1.0] * SPLITS
    assert (none.splits.calibrated, whole.splits.calibrated) == (80, 72)
    assert 76 <= some.splits.calibrated < 80
    middle = [np.nanmean(one.splits.p_values) for one in looked_at()]
    assert middle[0] > middle[1] > middle[2]
    found = whole.as_json(seed=1)
    assert (found["labels"], found["odd_found"], found["odd_found_95"]) == (80, 1.0, [1.0, 1.0])
    assert found["budgets"]["20"]["ratio"] >= none.as_json(seed=1)["budgets"]["20"]["ratio"]


def test_without_labels_it_is_the_contaminated_calibration() -> None:
    same = held_out_p_values(
        analyses(160, seed=1), analyses(20, 2, 3.0), DetectSettings(), splits=1, contamination=0.1, seed=1
    )
    assert np.array_equal(looked_at()[0].splits.p_values[:1], same.p_values, equal_nan=True)


def test_a_contamination_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is none"):
        p_values_after_labels(
            analyses(100, 1), [], DetectSettings(), labels=[5], splits=1, contamination=0.001, seed=1
        )
