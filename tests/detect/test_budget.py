import pytest

from astrolens.detect.budget import decide
from astrolens.domain.detection import Decision


@pytest.mark.parametrize(
    ("p_value", "decision"),
    [
        (1e-300, Decision.ANOMALY),
        (0.002, Decision.ANOMALY),
        (0.00201, Decision.NEAR_MISS),
        (0.01, Decision.NEAR_MISS),
        (0.0101, Decision.NORMAL),
        (1.0, Decision.NORMAL),
    ],
)
def test_compares_with_the_budget(p_value: float, decision: Decision) -> None:
    assert decide(p_value, budget_per_1000=2.0, near_miss_factor=5.0) is decision


@pytest.mark.parametrize("p_value", [0.0, -0.1, 1.1, float("nan")])
def test_refuses_what_is_no_p_value(p_value: float) -> None:
    with pytest.raises(ValueError, match=r"\(0, 1\]"):
        decide(p_value, budget_per_1000=2.0, near_miss_factor=5.0)
