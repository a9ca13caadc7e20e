"""Stars stand where their motion has brought them."""

from datetime import UTC, datetime

import pytest

from astrolens.catalog.motion import ProperMotion, julian_year, moved
from astrolens.domain.sky import SkyPosition, separation_arcsec

BARNARD = SkyPosition(ra_deg=269.452, dec_deg=4.693, error_arcsec=0.1)
MOTION = ProperMotion(east_mas_yr=-802.8, north_mas_yr=10362.5, at_year=2000.0)


def test_a_century_of_the_fastest_star() -> None:
    there = moved(BARNARD, MOTION, datetime(2100, 1, 1, 12, tzinfo=UTC))
    assert separation_arcsec(BARNARD, there) == pytest.approx(1039.35, rel=1e-3)
    assert there.error_arcsec == 0.1


def test_no_time_makes_the_place_vague() -> None:
    vague = moved(BARNARD, MOTION, None)
    assert (vague.ra_deg, vague.dec_deg) == (BARNARD.ra_deg, BARNARD.dec_deg)
    assert vague.error_arcsec == pytest.approx(124.7, rel=1e-2)


def test_the_pole_and_the_meridian_are_no_edge() -> None:
    pole = SkyPosition(ra_deg=0.0, dec_deg=90.0)
    fast = ProperMotion(east_mas_yr=-1e4, north_mas_yr=1e4, at_year=2000.0)
    there = moved(pole, fast, datetime(2026, 1, 1, tzinfo=UTC))
    assert there.dec_deg == 90.0
    assert 0.0 <= there.ra_deg < 360.0
    assert julian_year(datetime(2000, 1, 1, 12, tzinfo=UTC)) == 2000.0
