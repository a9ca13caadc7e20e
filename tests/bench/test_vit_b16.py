"""The yardstick is the network that it says."""

import pytest

from astrolens.bench.vit_b16 import VitB16


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_it_is_vit_b16_and_costs_time() -> None:
    yardstick = VitB16(seed=1)
    assert sum(weights.numel() for weights in yardstick._network.parameters()) == pytest.approx(
        86e6, rel=0.01
    )
    assert yardstick.run(1) > 0.01
