from dataclasses import replace

import numpy as np
import pytest

from astrolens.detect.features import Features, shape_column
from astrolens.domain.analysis import Morphology
from tests.detect.conftest import MakeAnalyses


def test_rows_stay_in_order(make_analyses: MakeAnalyses) -> None:
    analyses = make_analyses(5, seed=1)
    stacked = Features.stack(analyses)
    assert len(stacked) == 5
    np.testing.assert_array_equal(stacked.embeddings[3], analyses[3].embedding)
    np.testing.assert_array_equal(stacked.logits[3], analyses[3].logits)
    assert stacked.heads["pair"][3] == analyses[3].heads["pair"]
    np.testing.assert_array_equal(stacked.shapes[3], analyses[3].morphology.numbers())
    picked = stacked.take(np.array([3, 1]))
    np.testing.assert_array_equal(picked.shapes[0], stacked.shapes[3])
    assert picked.heads["pair"][1] == stacked.heads["pair"][1]


def test_directions_have_length_one_and_zero_stays_zero(make_analyses: MakeAnalyses) -> None:
    analyses = make_analyses(3, seed=1)
    analyses[1] = replace(analyses[1], embedding=np.zeros_like(analyses[1].embedding))
    length = np.linalg.norm(Features.stack(analyses).directions(), axis=1)
    np.testing.assert_allclose(length, [1.0, 0.0, 1.0])


def test_canonical_order_forgets_the_given_one(make_analyses: MakeAnalyses) -> None:
    given = Features.stack(make_analyses(30, seed=2))
    shuffled = given.take(np.random.default_rng(0).permutation(30))
    one, other = given.take(given.canonical_order()), shuffled.take(shuffled.canonical_order())
    np.testing.assert_array_equal(one.embeddings, other.embeddings)
    np.testing.assert_array_equal(one.shapes, other.shapes)
    np.testing.assert_array_equal(one.heads["pair"], other.heads["pair"])


def test_shape_column_follows_the_record() -> None:
    assert Morphology.number_names()[shape_column("gini")] == "gini"


def test_refuses_what_does_not_fit_together(make_analyses: MakeAnalyses) -> None:
    one, other = make_analyses(2, seed=3)
    with pytest.raises(ValueError, match="at least one"):
        Features.stack([])
    with pytest.raises(ValueError, match="different encoders"):
        Features.stack([one, replace(other, model_id="another")])
    with pytest.raises(ValueError, match="heads"):
        Features.stack([one, replace(other, heads={})])
    with pytest.raises(ValueError, match="length"):
        Features.stack([one, replace(other, embedding=np.ones(3, np.float32))])
    with pytest.raises(ValueError, match="pair of simulated-1"):
        Features.stack([one, replace(other, heads={"pair": float("nan")})])
    with pytest.raises(ValueError, match="embedding of simulated-1"):
        Features.stack([replace(one, embedding=np.full_like(one.embedding, np.inf)), other])
