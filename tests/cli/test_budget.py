"""What --aggressive does."""

import pytest

from astrolens.cli.budget import widened
from astrolens.config.settings import Settings


@pytest.mark.parametrize(
    ("budget", "factor", "wide"), [(2.0, 5.0, 10.0), (100.0, 5.0, 200.0), (3.0, 1.0, 3.0)]
)
def test_the_budget_is_widened_up_to_its_limit(budget: float, factor: float, wide: float) -> None:
    before = Settings.model_validate({"detect": {"budget_per_1000": budget, "aggressive_factor": factor}})
    after = widened(before)
    assert after.detect.budget_per_1000 == wide
    assert after.detect.model_copy(update={"budget_per_1000": budget}) == before.detect
