import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control

from astrolens.detect.rules import (
    FDR,
    FDR_ONLINE,
    TOP_PER_NIGHT,
    Flagged,
    Lond,
    benjamini_hochberg,
    held_back,
)

LEVEL = 0.1


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(1e-9, 1.0)))
def test_benjamini_hochberg_as_in_scipy(p_values: np.ndarray) -> None:
    limit = benjamini_hochberg(p_values[p_values <= LEVEL], tested=len(p_values), level=LEVEL)
    np.testing.assert_array_equal(p_values <= limit, false_discovery_control(p_values) <= LEVEL)


def test_the_streams_levels_sum_to_at_most_the_whole() -> None:
    limits = [Lond(tested=number).limit(1.0) for number in range(200_000)]
    assert sum(limits) < 1.0
    assert Lond(tested=50, found=4).limit(LEVEL) == 5.0 * Lond(tested=50).limit(LEVEL)


def test_the_stream_holds_its_rate_of_false_discoveries() -> None:
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(150):
        stream, false, found = Lond(), 0, 0
        for _ in range(600):
            odd = rng.random() < 0.05
            hit, stream = stream.test(float(rng.random() * (1e-4 if odd else 1.0)), LEVEL)
            found, false = found + hit, false + (hit and not odd)
        shares.append(false / max(found, 1))
        assert stream.tested == 600
        assert stream.found == found
    assert np.mean(shares) <= LEVEL
    assert found > 5


def test_all_rules_must_agree_and_the_first_that_does_not_is_named() -> None:
    night = [
        Flagged(image_id=n, p_value=n / 1000.0, online=n != 2, by_night=n not in {2, 5})
        for n in (5, 1, 2, 3, 4)
    ]
    free = [Flagged(image_id=n, p_value=n / 1000.0) for n in (5, 1, 2, 3, 4)]
    assert held_back(free, top=None) == dict.fromkeys((5, 1, 2, 3, 4), "")
    held = held_back(night, top=2)
    assert held == {1: "", 2: FDR_ONLINE, 3: "", 4: TOP_PER_NIGHT, 5: FDR}
