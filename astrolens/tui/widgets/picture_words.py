"""What stands under a picture: how it is drawn, how large it is on the sky, where the pointer is."""

from collections.abc import Sequence

from rich.text import Text

from astrolens.domain.text import clean
from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.develop import shown_bands
from astrolens.tui.look import Look, View
from astrolens.tui.palette import Palette
from astrolens.tui.scene import Scene, sexagesimal
from astrolens.tui.stretch.tone import MIDDLE_BIAS, PLAIN_CONTRAST
from astrolens.tui.widgets.live_text import fitted

_FINEST_ARCSEC = 0.1


def look_words(scene: Scene, view: View, palette: Palette, width: int, *, source: str, heated: bool) -> Text:
    """One line: ``asinh  99.5 %  zoom 1x  sdss 0.40"/px  N up, E left``; what matters least falls first."""
    cut = scene.negative.cut
    look = view.look(linear=cut.linear)
    said: list[tuple[int, str]] = [
        (0, _curve(look, cut.linear)),
        (2 if view.zoom > 1 else 7, f"zoom {view.zoom:g}x"),
    ]
    bands = shown_bands(scene.negative, view.band)
    if len(scene.negative.planes) > 1 and view.band is not None:
        name = clean(cut.bands[bands[0]], 12) if cut.bands else str(bands[0] + 1)
        said.append((1, f"band {name}"))
    if look.colours is not ColourMap.OWN:
        said.append((3, f"in {look.colours.value}"))
    if look.inverted:
        said.append((3, "inverted"))
    if look.bias != MIDDLE_BIAS or look.contrast != PLAIN_CONTRAST:
        said.append((4, f"bias {look.bias:.2f} contrast {look.contrast:.2f}"))
    if heated:
        said.append((1, "heat map"))
    scale = "" if cut.pixel_scale_arcsec is None else f'{cut.pixel_scale_arcsec:.2f}"/px'
    said.append((6, " ".join(part for part in (clean(source, 20), scale) if part)))
    said.append((5, scene.compass()))
    return fitted([(rank, Text(words, palette.quiet)) for rank, words in said if words], width, gap=2)


def _curve(look: Look, linear: bool) -> str:
    if not linear and look.stretch == "linear" and look.limits == "full range":
        return "as its survey drew it"
    return f"{look.stretch.value}  {look.limits.value}"


def place_words(
    scene: Scene, at: tuple[float, float] | None, palette: Palette, width: int, *, line: str
) -> Text:
    """One line: a scale bar, then what is under the pointer or, when it is elsewhere, in the middle."""
    parts: list[tuple[int, Text]] = []
    bar = scene.bar()
    if bar is not None:
        drawn = Text("|" + line * max(0, bar[0] - 2) + "|", palette.text).append(f" {bar[1]}", palette.quiet)
        parts.append((1 if at is None else 4, drawn))
    column, row = at or (scene.columns / 2, scene.rows / 2)
    sky = scene.sky(column, row)
    if sky is not None:
        wide = scene.arcsec_per_column or 1.0
        where = Text("" if at else "middle ", palette.quiet)
        where.append(sexagesimal(*sky, max(_FINEST_ARCSEC, wide)), palette.strong if at else palette.text)
        parts.append((0, where))
    if at is not None:
        parts.append((2, Text(value_words(scene.value(column, row), scene.negative.cut.unit), palette.quiet)))
        if sky is None:
            x, y = scene.pixel(column, row)
            factor = scene.negative.cut.factor
            parts.append(
                (3, Text(f"pixel {round((x + 0.5) * factor)}, {round((y + 0.5) * factor)}", palette.quiet))
            )
    return fitted(parts, width, gap=3) if parts else Text()


def value_words(values: Sequence[float], unit: str) -> str:
    """Values of the planes with their unit."""
    if not values:
        return "no value"
    return " ".join([*(f"{value:.3g}" for value in values), clean(unit, 12)]).rstrip()
