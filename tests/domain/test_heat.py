import numpy as np
import pytest

from astrolens.domain.heat import Box, HeatMap


def test_read_only_and_json() -> None:
    found = HeatMap(values=np.array([[0.25, 1.0]], np.float32), box=Box(left=1, upper=2, right=3, lower=4))
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 1.0
    assert found.as_json() == {"values": [[0.25, 1.0]], "box": [1, 2, 3, 4]}
