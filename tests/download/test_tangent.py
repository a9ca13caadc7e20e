"""Every kind of celestial cards becomes a flat map that points within a fraction of a pixel."""

import numpy as np
import pytest
from astropy.coordinates import ICRS
from astropy.io.fits import Header
from astropy.wcs import WCS

from astrolens.download.tangent import tangent_of

Cards = dict[str, str | float | int]
BASE: Cards = {"CRPIX1": 40.5, "CRPIX2": 20.5, "CD1_1": -2e-4, "CD1_2": 3e-5, "CD2_1": 3e-5, "CD2_2": 2e-4}
SIP: Cards = {
    "A_ORDER": 2, "B_ORDER": 2, "A_2_0": 2e-6, "B_0_2": -3e-6, "AP_ORDER": 2, "BP_ORDER": 2,
}  # fmt: skip
KINDS: dict[str, Cards] = {
    "plain": BASE | {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 210.0, "CRVAL2": 54.0, "RADESYS": "ICRS"},
    "fk5": BASE | {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 210.0, "CRVAL2": -3.5},
    "sip": BASE | SIP | {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "CRVAL1": 1.0, "CRVAL2": 1.0, "RADESYS": "ICRS"},
    "sin": BASE | {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 359.9999, "CRVAL2": 80.0},
    "galactic": BASE | {"CTYPE1": "GLON-CAR", "CTYPE2": "GLAT-CAR", "CRVAL1": 100.0, "CRVAL2": 0.0},
    "swapped": BASE | {"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 54.0, "CRVAL2": 210.0},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_points_where_astropy_points(kind: str) -> None:
    rows, columns = 60, 80
    plane = tangent_of(KINDS[kind], rows, columns)
    assert plane is not None
    wcs = WCS(Header(list(KINDS[kind].items())), naxis=2)
    for x, y in ((0, 0), (79, 59), (0, 59), (40, 30)):
        expected = wcs.pixel_to_world(x, y).transform_to(ICRS())
        ra_deg, dec_deg = plane.sky(x, rows - 1 - y)  # as it is shown: last row on top
        turn = ((ra_deg - expected.ra.deg + 180) % 360 - 180) * np.cos(np.radians(dec_deg))
        assert np.hypot(turn, dec_deg - expected.dec.deg) < 0.1 * 2e-4, (kind, x, y)


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"CTYPE1": "WAVE", "CTYPE2": "TIME", "CRVAL1": 1.0},
        {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 1.0, "CD1_1": 0.0, "CD2_2": 0.0},
        {"CTYPE1": "RA---XYZ", "CTYPE2": "DEC--XYZ", "CRVAL1": 1.0},
    ],
)
def test_no_sky_is_no_map(cards: dict[str, str | float | int]) -> None:
    assert tangent_of(cards, 60, 80) is None
