"""Which part is seen, and where each of its cells points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.negative import Negative
from astrolens.tui.scene import Scene, angle, scene_of, sexagesimal
from tests.tui.fake_pixels import a_cut, turned_sky

NEGATIVE = Negative(a_cut(1))


def a_scene(zoom: float = 1.0, at: tuple[float, float] = (0.5, 0.5), up: bool = True) -> Scene:
    return scene_of(NEGATIVE, up=up, zoom=zoom, at=at, columns=60, rows=20)


@given(
    st.floats(1, 16), st.floats(0, 1), st.floats(0, 1), st.booleans(), st.integers(1, 100), st.integers(1, 50)
)
def test_what_is_seen_is_inside(zoom: float, x: float, y: float, up: bool, columns: int, rows: int) -> None:
    scene = scene_of(NEGATIVE, up=up, zoom=zoom, at=(x, y), columns=columns, rows=rows)
    left, upper, right, lower = scene.box
    assert 0 <= left < right <= 128 + 1e-9
    assert 0 <= upper < lower <= 128 + 1e-9
    assert 1 <= scene.columns <= columns
    assert 1 <= scene.rows <= rows
    for share in (0.01, 0.99):
        px, py = scene.pixel(share * scene.columns, share * scene.rows)
        assert -0.5 <= px <= 127.5
        assert -0.5 <= py <= 127.5


def test_pixels_stay_square() -> None:
    whole = a_scene()
    assert (whole.columns, whole.rows) == (40, 20)
    near = a_scene(4.0)
    assert (near.columns, near.rows) == (60, 20)
    left, upper, right, lower = near.box
    assert (right - left) / near.columns == pytest.approx((lower - upper) / near.rows / 2)


def test_up_on_the_screen_is_north() -> None:
    scene = a_scene(up=True)
    middle, above = scene.sky(20, 10), scene.sky(20, 2)
    left = scene.sky(4, 10)
    assert middle is not None
    assert above is not None
    assert left is not None
    assert above[1] > middle[1]
    assert left[0] > middle[0]
    assert middle == pytest.approx((210.5471, 35.6838), abs=1e-6)


def test_values_are_those_of_the_pixel() -> None:
    scene = scene_of(NEGATIVE, up=False, zoom=1.0, at=(0.5, 0.5), columns=128, rows=64)
    assert list(scene.value(70.5, 33.25)) == pytest.approx([float(NEGATIVE.planes[0, 66, 70])])
    assert scene.value(0.5, 0.5) == (), "nothing is known in that corner"


@given(st.floats(1e-7, 10.0), st.integers(1, 100))
def test_a_scale_bar_fits_or_is_left_out(scale_deg: float, columns: int) -> None:
    negative = Negative(a_cut(1, plane=turned_sky(0, scale_deg=scale_deg)))
    scene = scene_of(negative, up=True, zoom=1.0, at=(0.5, 0.5), columns=columns, rows=50)
    bar = scene.bar()
    if bar is not None:
        assert 2 <= bar[0] <= max(2, 0.4 * scene.columns + 0.5)


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    scene = a_scene()
    wide = scene.arcsec_per_column
    assert wide == pytest.approx(128 * 0.4 / 40)
    assert scene.bar() == (8, '10"')


@pytest.mark.parametrize(
    ("arcsec", "said"), [(0.5, '0.5"'), (20, '20"'), (60, "1'"), (300, "5'"), (7200, "2°")]
)
def test_angles(arcsec: float, said: str) -> None:
    assert angle(arcsec) == said


@pytest.mark.parametrize(
    ("ra_deg", "dec_deg", "scale", "said"),
    [
        (210.5471, 35.6838, 0.4, "14:02:11.304 +35:41:01.68"),
        (359.9999999, -0.00001, 20.0, "00:00:00.0 -00:00:00"),
        (0.0, 89.9999999, 0.05, "00:00:00.0000 +90:00:00.000"),
        (15.0, -5.5, 100.0, "01:00:00.0 -05:30:00"),
    ],
)
def test_no_sixty_in_a_place_of_fifty_nine(ra_deg: float, dec_deg: float, scale: float, said: str) -> None:
    assert sexagesimal(ra_deg, dec_deg, scale) == said
