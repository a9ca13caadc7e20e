"""What was decided."""

from dataclasses import FrozenInstanceError

import pytest

from astrolens.domain.detection import Decision, DetectorState, SigmaBand, Verdict


def _verdict(sigma: float) -> Verdict:
    return Verdict(
        decision=Decision.NORMAL, p_value=0.5, sigma=sigma, extrapolated=False, scores={}, p_values={},
        votes=0, budget_per_1000=2.0, state_id="s",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sigma", "band"),
    [
        (0.0, SigmaBand.ORDINARY),
        (1.999, SigmaBand.ORDINARY),
        (2.0, SigmaBand.UNUSUAL),
        (4.999, SigmaBand.UNUSUAL),
        (5.0, SigmaBand.INVESTIGATE),
        (float("inf"), SigmaBand.INVESTIGATE),
        (float("nan"), SigmaBand.ORDINARY),
    ],
)
def test_the_three_words_of_the_sigma_scale(sigma: float, band: SigmaBand) -> None:
    assert _verdict(sigma).band() is band


def test_records_are_frozen() -> None:
    state = DetectorState(
        state_id="i",
        source="s",
        model_id="m",
        fitted=1,
        calibrated=1,
        blob=b"",
        made_at="2026-01-01T00:00:00.000Z",
    )
    with pytest.raises(FrozenInstanceError):
        state.blob = b"x"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        _verdict(1.0).sigma = 2.0  # type: ignore[misc]
    assert not _verdict(1.0).in_calibration
