import io
import json

import numpy as np
import pytest

from astrolens.detect.heat import HeatModel
from astrolens.domain.errors import BadData
from astrolens.domain.heat import Box

BOX = Box(left=10.0, upper=20.5, right=90.0, lower=100.5)


def normals(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.random.default_rng(9).standard_normal((5, 4, 16)) + 0.3 * rng.standard_normal((count, 5, 4, 16))


@pytest.fixture(scope="module")
def model() -> HeatModel:
    return HeatModel.fit(normals(60, 1), model_id="net-1", seed=3)


def test_an_odd_part_glows_and_the_others_are_spread_evenly(model: HeatModel) -> None:
    picture = normals(1, 2)[0]
    picture[3, 1] = -picture[3, 1]
    found = model.heat_map(picture, BOX)
    assert found.values.shape == (5, 4)
    assert found.values.dtype == np.float32
    assert found.values[3, 1] == 1.0
    assert int(found.values.argmax()) == 3 * 4 + 1
    many = np.stack([model.heat_map(one, BOX).values for one in normals(200, 4)])
    assert np.quantile(many, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.06)


def test_the_wire_form_is_small_and_plain(model: HeatModel) -> None:
    found = model.heat_map(normals(1, 2)[0], BOX).as_json()
    assert found["box"] == [10.0, 20.5, 90.0, 100.5]
    assert (len(found["values"]), len(found["values"][0])) == (5, 4)
    assert len(json.dumps(found)) < 400
    assert all(0.0 <= value <= 1.0 for row in found["values"] for value in row)


def test_packed_and_unpacked_it_draws_the_same(model: HeatModel) -> None:
    again = HeatModel.unpack(model.pack())
    picture = normals(1, 5)[0]
    assert again.model_id == "net-1"
    np.testing.assert_array_equal(again.heat_map(picture, BOX).values, model.heat_map(picture, BOX).values)


@pytest.mark.parametrize("blob", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40])
def test_damage_is_bad_data(blob: bytes) -> None:
    with pytest.raises(BadData, match="fit it anew"):
        HeatModel.unpack(blob)


def test_foreign_arrays_are_bad_data() -> None:
    stream = io.BytesIO()
    np.savez(stream, bank=np.zeros((2, 2)), levels=np.zeros(3), model_id=np.frombuffer(b"x", np.uint8))
    with pytest.raises(BadData, match="shapes"):
        HeatModel.unpack(stream.getvalue())


def test_too_few_normals_and_other_shapes_are_refused(model: HeatModel) -> None:
    with pytest.raises(ValueError, match="8 normals"):
        HeatModel.fit(normals(7, 1), model_id="x")
    with pytest.raises(ValueError, match="rows, columns, 16"):
        model.heat_map(np.zeros((5, 4, 3)), BOX)
