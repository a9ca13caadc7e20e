"""The reference methods find what is far from the crowd."""

from pathlib import Path

import numpy as np
import pytest

from astrolens.bench.peers import PeerFeatures, peer_scores
from astrolens.pipeline.sandbox import Reply

pytestmark = pytest.mark.timeout(60)


def features(count: int, away: float, seed: int) -> PeerFeatures:
    random = np.random.default_rng(seed)
    return PeerFeatures(
        ellipse=random.standard_normal((count, 30)) + away,
        centre=(random.random((count, 300)) + 0.2 * away).astype(np.float32),
        half=(random.random((count, 300)) + 0.2 * away).astype(np.float32),
    )


def both(first: PeerFeatures, second: PeerFeatures) -> PeerFeatures:
    names = ("ellipse", "centre", "half")
    return PeerFeatures(**{n: np.concatenate([getattr(first, n), getattr(second, n)]) for n in names})


def test_every_method_ranks_the_far_ones_first() -> None:
    tested = both(features(60, 0.0, 1), features(5, 4.0, 2))
    tested.ellipse[0] = np.nan
    scores = peer_scores(features(150, 0.0, 3), tested, seed=1)
    assert len(scores) == 8
    for name, score in scores.items():
        assert np.nanmedian(score[60:]) > np.nanmedian(score[:60]), name
        assert np.isnan(score[0]) == name.startswith("ellipse")
    again = peer_scores(features(150, 0.0, 3), tested, seed=1)
    assert all(np.array_equal(scores[name], again[name], equal_nan=True) for name in scores)


def test_a_picture_without_a_reply_is_a_row_of_nan() -> None:
    pixels = np.full((64, 64, 3), 255, np.uint8)
    reply = Reply(arrays={"ellipse": np.ones(30), "centre": pixels, "half": pixels})
    stacked = PeerFeatures.stack([Path("a"), Path("b")], {Path("a"): reply, Path("b"): None})
    assert stacked.centre[0].max() == 1.0
    assert np.isnan(stacked.half[1]).all()
