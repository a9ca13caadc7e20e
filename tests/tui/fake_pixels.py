"""Pictures in numbers, as a daemon sends them."""

import numpy as np

from astrolens.api.pixels import pixels_row
from astrolens.api.wire_pixels import PixelsReply
from astrolens.domain.pixels import PixelCut
from astrolens.domain.tangent import TangentPlane
from tests.tui.fake_daemon import galaxy

SCALE_DEG = 0.4 / 3600


def turned_sky(angle_deg: float, *, mirrored: bool = False, scale_deg: float = SCALE_DEG) -> TangentPlane:
    """A sky whose north lies so far right of up; east to its left unless mirrored."""
    turn = np.radians(angle_deg)
    north, east = (np.sin(turn), -np.cos(turn)), (-np.cos(turn), -np.sin(turn))
    east = (-east[0], -east[1]) if mirrored else east
    # Columns: how xi and eta grow to the right and down.
    matrix = tuple(float(scale_deg * slope) for slope in (*east, *north))
    return TangentPlane(
        ra_deg=210.5471, dec_deg=35.6838, x=63.5, y=63.5, matrix=(matrix[0], matrix[1], matrix[2], matrix[3])
    )


def a_cut(image_id: int, *, bands: int = 1, plane: TangentPlane | None = None) -> PixelCut:
    """A galaxy in flux, with noise and a corner without data."""
    random = np.random.default_rng(image_id)
    light = np.sinh(galaxy(image_id).astype(np.float32) / 60) / 40 + random.normal(0.02, 0.01, (128, 128, 1))
    planes = np.moveaxis(light, 2, 0)[:bands].astype("<f4")
    planes[:, :4, :6] = np.nan
    return PixelCut(
        planes=planes, linear=True, unit="nmgy", bands=("g", "r", "i")[:bands], width=256, height=256, factor=2,
        pixel_scale_arcsec=0.2, tangent=plane or turned_sky(97.0),
    )  # fmt: skip


def in_flux(image_id: int) -> PixelsReply | None:
    """Three bands with a turned sky, but for every fourth picture, whose original is gone."""
    return (
        None if image_id % 4 == 0 else pixels_row(image_id, a_cut(image_id, bands=3 if image_id % 2 else 1))
    )
