"""North goes up, east to the left, whatever the file says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.orientation import AS_IT_IS, Orientation, compass, north_up
from tests.tui.fake_pixels import turned_sky


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_back_undoes_turned(turns: int, mirrored: bool) -> None:
    picture = np.arange(15).reshape(3, 5)
    one = Orientation(turns, mirrored)
    turned = one.turned(picture)
    assert turned.shape[::-1] == one.size(5, 3)
    for y in range(turned.shape[0]):
        for x in range(turned.shape[1]):
            old_x, old_y = one.back(x, y, 5, 3)
            assert turned[y, x] == picture[int(old_y), int(old_x)]


@given(st.floats(-180, 180), st.booleans())
def test_north_is_up_within_half_a_quarter(angle_deg: float, mirrored: bool) -> None:
    plane = turned_sky(angle_deg, mirrored=mirrored)
    one = north_up(plane)
    north, east = one.vector(plane.north()), one.vector(plane.east())
    assert -north[1] >= np.cos(np.radians(45)) - 1e-9
    assert -east[0] >= np.cos(np.radians(45)) - 1e-9
    assert one.mirrored is mirrored


def test_a_direction_turns_as_pixels_do() -> None:
    for turns in range(4):
        for mirrored in (False, True):
            one = Orientation(turns, mirrored)
            picture = np.zeros((5, 5))
            picture[2, 4] = 1  # right of the middle
            y, x = np.argwhere(one.turned(picture))[0]
            assert one.vector((1.0, 0.0)) == (np.sign(x - 2), np.sign(y - 2))


@pytest.mark.parametrize(
    ("angle_deg", "mirrored", "up", "said"),
    [
        (0.0, False, True, "N up, E left"),
        (0.0, True, True, "N up, E left"),
        (0.0, True, False, "N up, E right"),
        (97.0, False, True, "N up +7°, E left"),
        (97.0, False, False, "N right +7°, E up"),
        (-30.0, False, True, "N up -30°, E left"),
        (180.0, False, False, "N down, E right"),
    ],
)
def test_the_words(angle_deg: float, mirrored: bool, up: bool, said: str) -> None:
    plane = turned_sky(angle_deg, mirrored=mirrored)
    assert compass(plane, north_up(plane) if up else AS_IT_IS) == said


def test_no_sky_is_said() -> None:
    assert north_up(None) == AS_IT_IS
    assert compass(None, AS_IT_IS) == "north not known"
