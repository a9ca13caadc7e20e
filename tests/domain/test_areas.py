"""Every position has one area, and the area holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.areas import AREAS, SIDE_DEG, area, area_of


@given(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))
def test_an_area_holds_its_positions(ra_deg: float, dec_deg: float) -> None:
    found = area(area_of(ra_deg, dec_deg))
    assert found.ra_deg - 1e-9 <= ra_deg < found.ra_deg + SIDE_DEG + 1e-9
    assert found.dec_deg - 1e-9 <= dec_deg <= found.dec_deg + SIDE_DEG


@pytest.mark.parametrize("number", [-1, AREAS])
def test_there_is_no_other_area(number: int) -> None:
    with pytest.raises(ValueError, match="must be in"):
        area(number)
