"""What strangers put into tables, turned into ours or into nothing."""

from hypothesis import given
from hypothesis import strategies as st

from astrolens.catalog.cells import above_zero, number, place, text

ANYTHING = st.one_of(st.none(), st.floats(), st.integers(), st.text(), st.binary(), st.booleans())


@given(ANYTHING, ANYTHING, st.one_of(st.none(), st.floats(0, 10)))
def test_anything_is_a_value_or_none(one: object, other: object, error: float | None) -> None:
    found = place(one, other, error)
    assert found is None or 0.0 <= found.ra_deg < 360.0
    assert (above_zero(one) or 1.0) > 0
    assert isinstance(text(one), str)
    assert number(one) is None or number(one) == number(one)


def test_units_and_missing_ones() -> None:
    assert above_zero("2.5", 60.0) == 150.0
    assert above_zero(0.0) is None
    assert number("nan") is None
    assert text(b" M  51 ") == "M  51"
    assert place(-1e-15, 10.0) is not None
