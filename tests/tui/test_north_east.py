"""FITS files with turned and mirrored skies: a source in the north is seen above, one in the east to the left."""

from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane
from astrolens.pipeline.cut_file import cut_file
from astrolens.tui.develop import develop
from astrolens.tui.look import View
from astrolens.tui.negative import Negative
from astrolens.tui.scene import Scene, scene_of

ROWS, COLUMNS, SCALE_ARCSEC = 180, 240, 0.5
OFFSET_ARCSEC = 20.0


def written(path: Path, angle_deg: float, *, mirrored: bool, position_angle_deg: float) -> SkyCoord:
    """A file with one source off its middle, in a direction east of north; where the source is, by astropy."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [210.3, 54.2]
    wcs.wcs.crpix = [101.0, 70.5]  # not the middle
    wcs.wcs.radesys = "ICRS"
    turn, side = np.radians(angle_deg), 1 if mirrored else -1
    wcs.wcs.cd = (
        np.array([[side * np.cos(turn), -side * np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        * SCALE_ARCSEC
        / 3600
    )
    middle = wcs.pixel_to_world((COLUMNS - 1) / 2, (ROWS - 1) / 2)
    source = middle.directional_offset_by(position_angle_deg * u.deg, OFFSET_ARCSEC * u.arcsec)
    x, y = wcs.world_to_pixel(source)
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    light = 1.0 + np.exp(-(np.hypot(columns - x, rows - y) ** 2) / 8.0) * 100
    fits.PrimaryHDU(light.astype(np.float32), header=wcs.to_header()).writeto(path)
    return source


def opened(path: Path, side: int) -> Negative:
    """The file as the daemon cuts it."""
    reply = cut_file({"path": str(path), "side": side, "band": None, "megapixels": 10, "unpacked_mb": 50})
    values = reply.values
    ra_deg, dec_deg, x, y, *matrix = values["tangent"]
    plane = TangentPlane(
        ra_deg=ra_deg, dec_deg=dec_deg, x=x, y=y, matrix=(matrix[0], matrix[1], matrix[2], matrix[3])
    )
    return Negative(
        PixelCut(
            planes=reply.arrays["planes"], linear=True, width=COLUMNS, height=ROWS, factor=values["factor"],
            pixel_scale_arcsec=SCALE_ARCSEC, tangent=plane.shrunk(values["factor"]),
        )
    )  # fmt: skip


def brightest(scene: Scene, view: View) -> tuple[float, float]:
    """Column and row of the light's middle, in cells."""
    pixels = develop(scene, view, scene.columns, 2 * scene.rows)[..., 0].astype(float)
    light = np.where(pixels > 0.5 * pixels.max(), pixels, 0.0)
    lines, columns = np.mgrid[: light.shape[0], : light.shape[1]]
    return (
        float(((columns + 0.5) * light).sum() / light.sum()),
        float(((lines + 0.5) * light).sum() / light.sum() / 2),
    )


@pytest.mark.parametrize(("zoom", "side"), [(1.0, 256), (2.0, 256), (1.0, 100)])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("angle_deg", [0.0, 33.0, 97.0, 181.0, -60.0])
@pytest.mark.parametrize("position_angle_deg", [0.0, 90.0, 225.0])
def test_north_is_up_and_east_is_left(
    tmp_path: Path, angle_deg: float, mirrored: bool, position_angle_deg: float, zoom: float, side: int
) -> None:
    path = tmp_path / "sky.fits"
    source = written(path, angle_deg, mirrored=mirrored, position_angle_deg=position_angle_deg)
    view = View(zoom=zoom)
    scene = scene_of(opened(path, side), up=True, zoom=zoom, at=(0.5, 0.5), columns=100, rows=50)
    column, row = brightest(scene, view)
    right, down = column - scene.columns / 2, 2 * (row - scene.rows / 2)
    # At most half a quarter turn is left between the picture's side and north; east is against the clock.
    seen_deg = np.degrees(np.arctan2(-right, -down))
    left_deg = (seen_deg - position_angle_deg + 180) % 360 - 180
    assert abs(left_deg) <= 45 + 3
    words = scene.compass()
    assert words.startswith("N up")
    assert words.endswith("E left")
    said_deg = float(words.removeprefix("N up").partition("°")[0]) if "°" in words else 0.0
    assert left_deg == pytest.approx(-said_deg, abs=3), "the angle that is left is the one that is said"
    wide = scene.arcsec_per_column
    assert wide is not None
    assert np.hypot(right, down) * wide == pytest.approx(OFFSET_ARCSEC, abs=wide), "as far as it is"
    found = scene.sky(column, row)
    assert found is not None
    assert SkyCoord(*found, unit="deg").separation(source).arcsec < wide, "the cursor on it says where it is"


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0, 4.0, 8.0, 16.0])
@pytest.mark.parametrize("side", [256, 100])
def test_the_scale_bar_is_as_long_on_the_sky_as_it_says(tmp_path: Path, zoom: float, side: int) -> None:
    path = tmp_path / "sky.fits"
    written(path, 33.0, mirrored=True, position_angle_deg=0.0)
    scene = scene_of(opened(path, side), up=True, zoom=zoom, at=(0.6, 0.4), columns=100, rows=40)
    bar, wide = scene.bar(), scene.arcsec_per_column
    assert bar is not None
    assert wide is not None
    ends = [scene.sky(column, 20.0) for column in (10.0, 10.0 + bar[0])]
    first, last = (SkyCoord(*end, unit="deg") for end in ends if end is not None)
    unit = {'"': 1.0, "'": 60.0}[bar[1][-1]]
    assert first.separation(last).arcsec == pytest.approx(float(bar[1][:-1]) * unit, abs=wide / 2 + 1e-6)
