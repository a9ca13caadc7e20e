"""Pixels over the socket."""

from typing import Any

import numpy as np
import pytest

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.pixels import pixels_row
from astrolens.api.read_pixels import read_pixels
from astrolens.domain.errors import BadData
from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane
from tests.api.conftest import House, judged

PLANES = np.arange(24, dtype="<f4").reshape(2, 3, 4)


def a_cut(**changes: Any) -> PixelCut:
    plane = TangentPlane(ra_deg=10.0, dec_deg=20.0, x=1.5, y=1.0, matrix=(-1e-4, 0.0, 0.0, -1e-4))
    members: dict[str, Any] = {
        "planes": PLANES, "linear": True, "unit": "nmgy", "bands": ("g", "r"), "width": 8, "height": 6, "factor": 2,
        "pixel_scale_arcsec": 0.4, "tangent": plane,
    } | changes  # fmt: skip
    return PixelCut(**members)


async def test_numbers_cross_unchanged(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    planes = PLANES.copy()
    planes[0, 0, 0] = np.nan
    house.control.cut = a_cut(planes=planes)
    cut = read_pixels(await client.ask(questions.pixels(first, side=64, band=1)))
    assert house.control.told == [("pixels", first, 64, 1)]
    np.testing.assert_array_equal(cut.planes, planes)
    assert cut.tangent == house.control.cut.tangent
    assert (cut.linear, cut.unit, cut.bands, cut.width, cut.height, cut.factor, cut.pixel_scale_arcsec) == (
        True, "nmgy", ("g", "r"), 8, 6, 2, 0.4,
    )  # fmt: skip


async def test_what_is_not_there_is_said(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    with pytest.raises(BadData, match="not kept"):
        await client.ask(questions.pixels(first))
    assert house.control.told == [("pixels", first, 256, None)]
    with pytest.raises(BadData, match="no image 99"):
        await client.ask(questions.pixels(99))
    with pytest.raises(BadData, match="side is '5000'"):
        await client.ask(questions.pixels(first, side=5000))
    with pytest.raises(BadData, match="band is '7'"):
        await client.ask(questions.pixels(first, band=7))


def test_a_raster_without_sky() -> None:
    cut = a_cut(planes=PLANES.astype("<f2"), linear=False, tangent=None, bands=())
    row = pixels_row(5, cut)
    assert "tangent" not in row
    back = read_pixels(row)
    assert back.planes.dtype == np.dtype("<f2")
    assert back.tangent is None


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": [2, 3]}, {"shape": [2, 3, 5]}, {"shape": [0, 3, 4]}, {"shape": [-2, -3, 4]}, {"dtype": "O"},
        {"data": "#"}, {"data": ""}, {"shape": [3, 9999, 9999]}, {"tangent": {"ra_deg": 1}}, {"bands": None},
    ],
)  # fmt: skip
def test_nonsense_is_refused(changes: dict[str, Any]) -> None:
    row = dict(pixels_row(5, a_cut())) | changes
    with pytest.raises(BadData, match="cannot be read"):
        read_pixels(row)  # type: ignore[arg-type]
