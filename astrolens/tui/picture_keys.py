"""The keys of every screen that shows a picture large."""

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from astrolens.tui.live import Live
from astrolens.tui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[None]
else:
    _Screen = object

PICTURE_BINDINGS: tuple[BindingType, ...] = (
    Binding("s", "picture('stretch', 1)", "stretch", key_display="s S", tooltip="stretch: linear log sqrt squared asinh sinh histogram power"),
    Binding("S", "picture('stretch', -1)", show=False),
    Binding("l", "picture('limits', 1)", "limits", key_display="l L", tooltip="limits: minmax 99.5 to 90 % zscale"),
    Binding("L", "picture('limits', -1)", show=False),
    Binding("c", "picture('colours', 1)", "colours", key_display="c C", tooltip="colour map: grey summit heat cool"),
    Binding("C", "picture('colours', -1)", show=False),
    Binding("i", "picture('invert', 1)", "invert", tooltip="dark on light, or light on dark"),
    Binding("left_square_bracket", "picture('bias', -1)", "bias", key_display="[ ]", tooltip="bias: darker, brighter"),
    Binding("right_square_bracket", "picture('bias', 1)", show=False),
    Binding("left_curly_bracket", "picture('contrast', -1)", "contrast", key_display="{ }", tooltip="contrast: softer, harder"),
    Binding("right_curly_bracket", "picture('contrast', 1)", show=False),
    Binding("plus,equals_sign", "picture('zoom', 1)", "zoom", key_display="+ -", tooltip="zoom in, zoom out (also the wheel)"),
    Binding("minus", "picture('zoom', -1)", show=False),
    Binding("shift+right", "picture('right', 1)", "pan", key_display="shift+arrows", tooltip="see another part (also by dragging)"),
    Binding("shift+left", "picture('right', -1)", show=False),
    Binding("shift+up", "picture('down', -1)", show=False),
    Binding("shift+down", "picture('down', 1)", show=False),
    Binding("b", "picture('band', 1)", "band", tooltip="next band, then all of them"),
    Binding("N", "picture('north', 1)", "north up", tooltip="north up and east left, or as the file has it"),
    Binding("z", "picture('afresh', 1)", "as at first", tooltip="stretch, colours, zoom and part as at first"),
)  # fmt: skip


class PictureKeys(_Screen):
    """Mixed into a screen that lists ``PICTURE_BINDINGS`` and holds a `PicturePane`."""

    _live: Live

    def action_picture(self, verb: str, step: int) -> None:
        """Do something to the way pictures are looked at."""
        for picture in self.query(PictureView):
            if said := picture.act(verb, step):
                self._live.say(said)
