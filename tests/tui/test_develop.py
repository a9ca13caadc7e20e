"""What is on the screen against astropy.visualization on the same pixels."""

from dataclasses import replace

import numpy as np
import pytest
from astropy import visualization as av

from astrolens.api.wire_verdict import HeatRow
from astrolens.domain.pixels import PixelCut
from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.develop import develop, resampled
from astrolens.tui.look import RASTER_LOOK, Look, View
from astrolens.tui.negative import Negative, of_levels
from astrolens.tui.picture import Pixels, in_cells
from astrolens.tui.scene import scene_of
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits
from tests.tui.fake_daemon import galaxy
from tests.tui.fake_pixels import a_cut

PLAIN = View(north_up=False)


def seen(
    negative: Negative, view: View = PLAIN, columns: int = 128, rows: int = 64, heat: HeatRow | None = None
) -> Pixels:
    scene = scene_of(negative, up=view.north_up, zoom=view.zoom, at=view.at, columns=columns, rows=rows)
    return develop(scene, view, scene.columns, 2 * scene.rows, heat=heat)


@pytest.mark.parametrize(
    ("stretch", "oracle"),
    [
        (Stretch.ASINH, av.AsinhStretch()), (Stretch.LOG, av.LogStretch()), (Stretch.SQRT, av.SqrtStretch()),
        (Stretch.LINEAR, av.LinearStretch()), (Stretch.POWER, av.PowerDistStretch()),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("limits", "interval"),
    [
        (Limits.P99_5, av.PercentileInterval(99.5)),
        (Limits.ZSCALE, av.ZScaleInterval()),
        (Limits.MINMAX, av.MinMaxInterval()),
    ],
)
def test_a_255th_of_astropy_down_to_the_cell(
    stretch: Stretch, oracle: av.BaseStretch, limits: Limits, interval: av.BaseInterval
) -> None:
    negative = Negative(a_cut(2))
    view = PLAIN.looking(Look(stretch=stretch, limits=limits), linear=True)
    pixels = seen(negative, view)
    data = np.asarray(negative.cut.planes[0], dtype=float)
    low, high = interval.get_limits(data)
    expected = oracle(np.clip((data - low) / (high - low), 0, 1)) * 255
    known = np.isfinite(data)
    assert np.abs(pixels[..., 0] - expected)[known].max() <= 1.0
    assert (pixels[..., 0] == pixels[..., 2]).all()
    strips = in_cells(pixels).strips
    style = next(segment.style for segment in strips[30] if segment.style is not None)
    assert style.color is not None
    assert style.color.triplet is not None
    assert abs(style.color.triplet.red - int(pixels[60, 0, 0])) <= 1


def test_a_raster_is_seen_as_its_survey_drew_it() -> None:
    pixels = galaxy(4)
    assert np.abs(seen(of_levels(pixels)).astype(int) - pixels).max() <= 1
    grey = np.repeat(pixels[..., :1], 3, axis=2)
    assert len(of_levels(grey).planes) == 1


def test_shrinking_takes_means_and_growing_much_shows_squares() -> None:
    negative = Negative(a_cut(2))
    small = resampled(
        scene_of(negative, up=False, zoom=1, at=(0.5, 0.5), columns=32, rows=16), negative.planes[0], 32, 32
    )
    expected = negative.planes[0].reshape(32, 4, 32, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(small, expected, rtol=1e-4)
    near = scene_of(negative, up=False, zoom=16, at=(0.5, 0.5), columns=64, rows=32)
    grown = resampled(near, negative.planes[0], 64, 64)
    assert len(np.unique(grown)) <= 17 * 17


def test_bands_colours_and_negatives() -> None:
    negative = Negative(a_cut(1, bands=3))
    whole = seen(negative)
    assert np.ptp(whole.astype(int), axis=2).max() > 20
    red = seen(negative, replace(PLAIN, band=2))
    assert (red[..., 0] == whole[..., 0]).all(), "the last band of a file in flux is drawn red"
    look = PLAIN.linear
    summit = seen(negative, PLAIN.looking(replace(look, colours=ColourMap.SUMMIT), linear=True))
    assert summit[..., 2].min() > 20
    dark = seen(negative, PLAIN.looking(replace(look, inverted=True), linear=True))
    assert np.abs(dark.astype(int) - (255 - whole.astype(int))).max() <= 1
    assert seen(negative, PLAIN.looking(look.brighter(4), linear=True)).mean() > whole.mean()
    assert seen(negative, PLAIN.looking(look.harder(4), linear=True)).std() > whole.std()


def test_a_heat_map_turns_with_the_picture() -> None:
    negative = Negative(a_cut(2))
    heat = HeatRow(values=[[0.0, 0.0], [0.0, 1.0]], box=[0.0, 0.0, 1.0, 1.0])  # hot at the lower right
    as_it_is = seen(negative, PLAIN, heat=heat)
    warm = as_it_is[..., 0].astype(int) - as_it_is[..., 2]
    assert warm[96:, 96:].mean() > 40
    assert np.abs(warm[:32, :32]).max() == 0
    turned = seen(negative, View(), heat=heat)
    orientation = scene_of(negative, up=True, zoom=1, at=(0.5, 0.5), columns=128, rows=64).orientation
    expected = orientation.turned(as_it_is[..., 0].astype(float))
    assert np.abs(turned[..., 0] - expected).max() <= 1


@pytest.mark.parametrize("value", [np.nan, 0.0, 5.0, np.inf, 1e38])
def test_a_picture_of_nothing_is_drawn(value: float) -> None:
    planes = np.full((1, 20, 30), value, dtype="<f4")
    negative = Negative(PixelCut(planes=planes, linear=True, width=30, height=20))
    for stretch in Stretch:
        for limits in Limits:
            look = replace(RASTER_LOOK, stretch=stretch, limits=limits)
            assert seen(negative, PLAIN.looking(look, linear=True), 30, 10).shape == (20, 30, 3)
