"""Angles on the sphere, at the poles, over RA 0 and at tiny distances."""

from math import dist, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.sky import Cone, SkyPosition, chord, radius_of_chord, separation_arcsec

_POSITIONS = st.builds(
    SkyPosition,
    ra_deg=st.floats(0, 360, exclude_max=True),
    dec_deg=st.floats(-90, 90),
)


def _at(ra_deg: float, dec_deg: float) -> SkyPosition:
    return SkyPosition(ra_deg=ra_deg, dec_deg=dec_deg)


@pytest.mark.parametrize(
    ("ra_deg", "dec_deg", "error_arcsec"),
    [(360.0, 0, 0), (-1e-9, 0, 0), (0, 90.1, 0), (0, -91, 0), (float("nan"), 0, 0), (0, float("inf"), 0),
     (0, 0, -1), (0, 0, float("nan"))],
)  # fmt: skip
def test_what_is_no_position_is_refused(ra_deg: float, dec_deg: float, error_arcsec: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        SkyPosition(ra_deg=ra_deg, dec_deg=dec_deg, error_arcsec=error_arcsec)


@pytest.mark.parametrize("radius_arcsec", [0, -1, float("nan"), 648_001])
def test_what_is_no_cone_is_refused(radius_arcsec: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        Cone(centre=_at(0, 0), radius_arcsec=radius_arcsec)
    assert Cone(centre=_at(0, 0), radius_arcsec=648_000).radius_arcsec == 648_000


@pytest.mark.parametrize(
    ("one", "other", "wanted_arcsec"),
    [
        (_at(0, 0), _at(0, 1), 3600),
        (_at(359.9999, 0), _at(0.0001, 0), 0.72),
        (_at(0, 90), _at(180, 90), 0),
        (_at(0, 89.9999), _at(180, 89.9999), 0.72),
        (_at(0, 0), _at(180, 0), 648_000),
        (_at(0, 90), _at(77, -90), 648_000),
        (_at(10, 60), _at(11, 60), 1799.98286519),
        (_at(123.4, 5), _at(123.4, 5 + 1e-9), 3.6e-6),
    ],
)
def test_known_separations(one: SkyPosition, other: SkyPosition, wanted_arcsec: float) -> None:
    assert isclose(separation_arcsec(one, other), wanted_arcsec, rel_tol=1e-6, abs_tol=1e-9)


@given(_POSITIONS, _POSITIONS)
def test_separation_agrees_with_the_chord(one: SkyPosition, other: SkyPosition) -> None:
    angle = separation_arcsec(one, other)
    assert 0 <= angle <= 648_000.001
    assert isclose(angle, separation_arcsec(other, one), rel_tol=1e-9, abs_tol=1e-9)
    straight = dist(one.unit_vector(), other.unit_vector())
    assert isclose(chord(angle), straight, rel_tol=1e-6, abs_tol=1e-12)


@given(_POSITIONS)
def test_unit_vectors_have_length_one(position: SkyPosition) -> None:
    assert isclose(dist(position.unit_vector(), (0, 0, 0)), 1.0)


@given(st.floats(0, 648_000))
def test_chord_and_radius_are_inverse(radius_arcsec: float) -> None:
    assert isclose(radius_of_chord(chord(radius_arcsec)), radius_arcsec, rel_tol=1e-6, abs_tol=1e-9)
