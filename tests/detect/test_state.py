import io

import numpy as np
import pytest

from astrolens.detect.crossfit import cross_fit
from astrolens.detect.roster import Recipe, known_detectors
from astrolens.detect.state import Fitted, identity, pack, unpack
from astrolens.domain.errors import BadData
from tests.detect.conftest import MakeFeatures


@pytest.fixture(scope="module")
def fitted(make_every_head: MakeFeatures) -> Fitted:
    sample = make_every_head(80, seed=1)
    every = tuple(known_detectors())
    fit = cross_fit(sample, Recipe(computed=every, folds=3), trim_fraction=0.05, seed=1)
    return Fitted(sample=sample, given=np.arange(80)[::-1], fit=fit)


def test_round_trip_judges_bit_for_bit(fitted: Fitted, make_every_head: MakeFeatures) -> None:
    again = unpack(pack(fitted))
    asked = make_every_head(30, seed=2)
    one, other = fitted.fit.judge(asked), again.fit.judge(asked)
    np.testing.assert_array_equal(one.combined_log_p, other.combined_log_p)
    for name in one.scores:
        np.testing.assert_array_equal(one.scores[name], other.scores[name])
        np.testing.assert_array_equal(one.log_p[name], other.log_p[name])
    np.testing.assert_array_equal(fitted.given, again.given)
    np.testing.assert_array_equal(fitted.fit.judge_own().combined_log_p, again.fit.judge_own().combined_log_p)
    assert identity(fitted, source="a") == identity(again, source="a")
    assert identity(fitted, source="a") != identity(fitted, source="b")


def test_holds_no_pickle(fitted: Fitted) -> None:
    with np.load(io.BytesIO(pack(fitted)), allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "biuf" for name in stored.files)


@pytest.mark.parametrize("blob", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_damage_is_bad_data(blob: bytes) -> None:
    with pytest.raises(BadData, match="calibrate anew"):
        unpack(blob)


def test_cut_or_foreign_states_are_bad_data(fitted: Fitted) -> None:
    blob = pack(fitted)
    with pytest.raises(BadData, match="calibrate anew"):
        unpack(blob[: len(blob) // 2])
    stream = io.BytesIO()
    np.savez(stream, header=np.frombuffer(b'{"format": 99}', np.uint8))
    with pytest.raises(BadData, match="format 99"):
        unpack(stream.getvalue())
