"""The flat map against astropy, and back again."""

import numpy as np
import pytest
from astropy.io.fits import Header
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.tangent import TangentPlane, onto_plane

PLANE = TangentPlane(ra_deg=210.5, dec_deg=35.6, x=31.5, y=20.0, matrix=(-1.1e-4, 2e-5, 2.2e-5, 1.05e-4))


def oracle(plane: TangentPlane) -> WCS:
    cards = {
        "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": plane.ra_deg, "CRVAL2": plane.dec_deg,
        "CRPIX1": plane.x + 1, "CRPIX2": plane.y + 1, "CD1_1": plane.matrix[0], "CD1_2": plane.matrix[1],
        "CD2_1": plane.matrix[2], "CD2_2": plane.matrix[3], "RADESYS": "ICRS",
    }  # fmt: skip
    return WCS(Header(list(cards.items())), naxis=2)


@pytest.mark.parametrize(
    ("ra_deg", "dec_deg"), [(210.5, 35.6), (0.001, -62.0), (359.999, 0.0), (80.0, 89.99)]
)
def test_it_points_where_astropy_points(ra_deg: float, dec_deg: float) -> None:
    plane = TangentPlane(ra_deg=ra_deg, dec_deg=dec_deg, x=31.5, y=20.0, matrix=PLANE.matrix)
    wcs = oracle(plane)
    for x, y in ((0.0, 0.0), (63.0, 40.0), (31.5, 20.0), (-900.0, 500.0)):
        expected = wcs.all_pix2world(x, y, 0)
        found = plane.sky(x, y)
        assert found[1] == pytest.approx(float(expected[1]), abs=1e-9)
        turn = (found[0] - float(expected[0]) + 180) % 360 - 180
        assert turn * np.cos(np.radians(found[1])) == pytest.approx(0.0, abs=1e-9)


@given(
    st.floats(0, 359.99), st.floats(-89, 89), st.floats(-2000, 2000), st.floats(-2000, 2000),
    st.floats(0, 6.28), st.booleans(),
)  # fmt: skip
def test_there_and_back(
    ra_deg: float, dec_deg: float, x: float, y: float, turn: float, mirrored: bool
) -> None:
    sign = -1e-4 if mirrored else 1e-4
    right, up = float(np.cos(turn)), float(np.sin(turn))
    plane = TangentPlane(
        ra_deg=ra_deg,
        dec_deg=dec_deg,
        x=10.0,
        y=20.0,
        matrix=(sign * right, -1e-4 * up, sign * up, 1e-4 * right),
    )
    back = plane.pixel(*plane.sky(x, y))
    assert back == pytest.approx((x, y), abs=1e-4)
    assert plane.scale_arcsec == pytest.approx(0.36)


def test_north_and_east() -> None:
    as_usual = TangentPlane(ra_deg=10, dec_deg=20, x=0, y=0, matrix=(-1e-4, 0.0, 0.0, -1e-4))
    assert as_usual.north() == pytest.approx((0.0, -1.0))
    assert as_usual.east() == pytest.approx((-1.0, 0.0))
    ra_deg, dec_deg = PLANE.sky(31.5 + 5 * PLANE.north()[0], 20.0 + 5 * PLANE.north()[1])
    assert dec_deg > 35.6
    assert ra_deg == pytest.approx(210.5, abs=1e-6)


def test_blocks_point_to_the_middle_of_their_pixels() -> None:
    small = PLANE.shrunk(4)
    assert small.sky(0, 0) == pytest.approx(PLANE.sky(1.5, 1.5), abs=1e-10)
    assert small.sky(7, 3) == pytest.approx(PLANE.sky(29.5, 13.5), abs=1e-10)


def test_the_far_side_of_the_sky_is_nowhere() -> None:
    assert onto_plane(30.0, 0.0, 210.0, 0.0) is None
    assert PLANE.pixel(30.5, -35.6) is None


@pytest.mark.parametrize("matrix", [(1.0, 2.0, 2.0, 4.0), (float("nan"), 0.0, 0.0, 1.0)])
def test_axes_that_map_nothing_are_refused(matrix: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"axes|finite"):
        TangentPlane(ra_deg=0, dec_deg=0, x=0, y=0, matrix=matrix)
