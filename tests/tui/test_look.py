"""Looks go round, stay inside, and come back."""

from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.look import LINEAR_LOOK, ZOOMS, View, colours_for, limits_for, next_one
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits


def test_all_choices_are_met_on_the_way_round() -> None:
    now, seen = Stretch.ASINH, set()
    for _ in Stretch:
        now = next_one(list(Stretch), now, 1)
        seen.add(now)
    assert now is Stretch.ASINH
    assert seen == set(Stretch)
    assert next_one(list(Stretch), next_one(list(Stretch), now, 1), -1) is now
    assert next_one(limits_for(linear=True), Limits.FULL, 1) is Limits.MINMAX
    assert ColourMap.OWN not in colours_for(1)
    assert ColourMap.OWN in colours_for(3)


def test_zoom_has_two_ends() -> None:
    view = View()
    for _ in range(20):
        view = view.zoomed(1)
    assert view.zoom == ZOOMS[-1]
    view = view.moved(1, 1, (0.1, 0.1))
    assert view.at == (0.52, 0.52)
    for _ in range(50):
        view = view.moved(1, 0, (0.1, 0.1))
    assert view.at == (0.95, 0.52)
    assert view.zoomed(-20) == View()
    assert view.centred().at == (0.5, 0.5)
    assert view.afresh() == View()


def test_bias_and_contrast_have_ends_and_a_middle() -> None:
    look = LINEAR_LOOK
    for _ in range(50):
        look = look.brighter(1).harder(1)
    assert look.bias == 0.0
    assert look.contrast == 10.0
    assert LINEAR_LOOK.harder(1).harder(-1) == LINEAR_LOOK
    assert LINEAR_LOOK.brighter(1).brighter(-1) == LINEAR_LOOK
