"""What stands under a picture, and what falls first when there is little room."""

from dataclasses import replace

import pytest

from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.look import View
from astrolens.tui.negative import Negative, of_levels
from astrolens.tui.palette import dark_palette
from astrolens.tui.scene import scene_of
from astrolens.tui.widgets.picture_words import look_words, place_words, value_words
from tests.tui.fake_daemon import galaxy
from tests.tui.fake_pixels import a_cut

SCENE = scene_of(Negative(a_cut(1)), up=True, zoom=1, at=(0.5, 0.5), columns=60, rows=30)


def words(view: View, width: int = 120, *, heated: bool = False) -> str:
    return look_words(SCENE, view, dark_palette(), width, source="sdss", heated=heated).plain


def test_as_the_drawing_has_it() -> None:
    assert words(View()) == 'asinh  99.5 %  zoom 1x  sdss 0.20"/px  N up +7°, E left'
    look = replace(View().linear, colours=ColourMap.COOL, inverted=True, bias=0.4)
    said = words(View(linear=look, zoom=4.0), heated=True)
    for part in ("zoom 4x", "in cool", "inverted", "bias 0.40 contrast 1.00", "heat map"):
        assert part in said


@pytest.mark.parametrize("width", [1, 8, 20, 30, 40, 60])
def test_it_fits_or_is_the_curve_alone(width: int) -> None:
    said = words(View(), width)
    assert len(said) <= width or said == "asinh  99.5 %"
    place = place_words(SCENE, (3.0, 4.0), dark_palette(), width, line="-").plain
    assert len(place) <= width or "   " not in place


def test_a_raster_without_sky() -> None:
    scene = scene_of(of_levels(galaxy(1)), up=True, zoom=1, at=(0.5, 0.5), columns=60, rows=30)
    palette = dark_palette()
    said = look_words(scene, View(), palette, 90, source="apod\x1b[31m", heated=False).plain
    assert said.startswith("as its survey drew it")
    assert "north not known" in said
    assert "\x1b" not in said
    assert place_words(scene, None, palette, 90, line="-").plain == ""
    assert "pixel 64, 64" in place_words(scene, (30.0, 15.0), palette, 90, line="-").plain


def test_values() -> None:
    assert value_words((0.012345, 3.0), "nmgy") == "0.0123 3 nmgy"
    assert value_words((), "nmgy") == "no value"
