"""Positions and scales, and cards that make no sense."""

import math
from typing import Any

import pytest
from astropy.io.fits import Header
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.download.wcs import celestial_cards, pointing_of

TAN = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 32.5, "CRPIX2": 24.5,
    "CD1_1": -0.4 / 3600, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.4 / 3600,
}  # fmt: skip


def header(**changed: Any) -> Header:
    cards = {**TAN, **changed}
    return Header([(name, value) for name, value in cards.items() if value is not None])


def test_centre_and_scale() -> None:
    pointing = pointing_of(header(), 48, 64)
    assert pointing.position is not None
    assert pointing.position.ra_deg == pytest.approx(150.0, abs=1e-9)
    assert pointing.position.dec_deg == pytest.approx(2.0, abs=1e-9)
    assert pointing.pixel_scale_arcsec == pytest.approx(0.4, rel=1e-6)
    assert dict(pointing.cards) == TAN


def test_galactic_coordinates_become_icrs() -> None:
    pointing = pointing_of(header(CTYPE1="GLON-CAR", CTYPE2="GLAT-CAR", CRVAL1=0.0, CRVAL2=0.0), 48, 64)
    assert pointing.position is not None
    assert pointing.position.ra_deg == pytest.approx(266.405, abs=1e-3)
    assert pointing.position.dec_deg == pytest.approx(-28.936, abs=1e-3)


def test_old_cards_work() -> None:
    old = header(CD1_1=None, CD1_2=None, CD2_1=None, CD2_2=None, CDELT1=-1e-4, CDELT2=1e-4, CROTA2=30.0)
    assert pointing_of(old, 48, 64).pixel_scale_arcsec == pytest.approx(0.36, rel=1e-6)


@pytest.mark.parametrize(
    "changed",
    [
        {"CTYPE1": None},
        {"CTYPE1": "WAVE", "CTYPE2": "STOKES"},
        {"CTYPE1": "RA---XXX", "CTYPE2": "DEC--XXX"},
        {"CD1_1": 0.0, "CD2_2": 0.0},
        {"CRPIX1": 1e300},
        {"CRVAL2": 1e300},
        {"CRVAL1": "150.0"},
        {"CUNIT1": "parsec"},
        {"A_ORDER": 99, "B_ORDER": 99},
        {"A_ORDER": 1e9},
        {"EQUINOX": -1e12, "RADESYS": "FK5"},
    ],
)
def test_nonsense_is_left_aside(changed: dict[str, Any]) -> None:
    pointing = pointing_of(header(**changed), 48, 64)
    if pointing.position is not None:
        assert math.isfinite(pointing.position.ra_deg)


def test_an_absurd_scale_is_unknown() -> None:
    assert pointing_of(header(CD1_1=-1e-12, CD2_2=1e-12), 48, 64).pixel_scale_arcsec is None


def test_only_known_finite_clean_cards_pass() -> None:
    cards = {
        **TAN, "CRPIX1": float("nan"), "CRPIX2": float("inf"), "CTYPE1": "RA\x1b[31m", "CD1_1": True, "OBJECT": "M 31",
        "COMMENT": "x", "PV1_123": 1.0, "HISTORY": "y", "A_0_2": 1e-6, "CD3_3": 1.0,
    }  # fmt: skip
    kept = celestial_cards(cards)
    assert "\x1b" not in str(kept["CTYPE1"])
    assert not kept.keys() & {"CRPIX1", "CRPIX2", "CD1_1", "OBJECT", "COMMENT", "PV1_123", "HISTORY", "CD3_3"}
    assert kept["A_0_2"] == 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [*TAN, "CDELT1", "PC1_1", "PV2_1", "A_ORDER", "A_0_2", "LONPOLE", "EQUINOX", "CUNIT2"]
        ),
        st.one_of(
            st.floats(allow_nan=False, allow_infinity=False),
            st.integers(-(10**9), 10**9),
            st.sampled_from(["RA---SIN", "DEC--ZPN", "GLON-AIT", "deg", "RA---TAN-SIP", ""]),
        ),
        max_size=6,
    )
)
def test_any_cards_are_survived(changed: dict[str, Any]) -> None:
    pointing_of(header(**changed), 48, 64)
