"""What is seen of a picture: which part, which side up, and where each cell of it points."""

from dataclasses import dataclass
from math import ceil, log10

from astrolens.domain.tangent import TangentPlane
from astrolens.tui.negative import Negative
from astrolens.tui.orientation import AS_IT_IS, Orientation, compass, north_up

_NICE_ARCSEC = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000)
_LONGEST_BAR = 0.3  # of the picture's width


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A part of a picture in a box of cells."""

    negative: Negative
    orientation: Orientation
    box: tuple[float, float, float, float]  # left, upper, right, lower edge in turned pixels
    columns: int
    rows: int

    @property
    def span(self) -> tuple[float, float]:
        """Share of the picture's width and height that is seen."""
        left, upper, right, lower = self.box
        rows, columns = self.negative.shape
        width, height = self.orientation.size(columns, rows)
        return (right - left) / width, (lower - upper) / height

    def pixel(self, column: float, row: float) -> tuple[float, float]:
        """The picture's own pixel at a place in cells from the upper left corner of the scene."""
        left, upper, right, lower = self.box
        x = left + (right - left) * column / self.columns - 0.5
        y = upper + (lower - upper) * row / self.rows - 0.5
        rows, columns = self.negative.shape
        return self.orientation.back(x, y, columns, rows)

    def sky(self, column: float, row: float) -> tuple[float, float] | None:
        """ICRS position in degrees at a place in cells; None when the file does not say."""
        plane = self.negative.cut.tangent
        return None if plane is None else plane.sky(*self.pixel(column, row))

    def value(self, column: float, row: float) -> tuple[float, ...]:
        """Pixel values of each plane at a place in cells; empty where nothing is known."""
        x, y = self.pixel(column, row)
        found = [self.negative.value(round(x), round(y), band) for band in range(len(self.negative.planes))]
        return tuple(value for value in found if value is not None)

    @property
    def arcsec_per_column(self) -> float | None:
        """Width of a cell on the sky; None when nobody knows."""
        cut = self.negative.cut
        if cut.tangent is not None:
            scale = cut.tangent.scale_arcsec
        elif cut.pixel_scale_arcsec is not None:
            scale = cut.pixel_scale_arcsec * cut.factor
        else:
            return None
        return scale * (self.box[2] - self.box[0]) / self.columns

    def bar(self) -> tuple[int, str] | None:
        """Length in cells and words of a scale bar; None when the scale is not known or nothing fits."""
        wide = self.arcsec_per_column
        if wide is None or wide <= 0:
            return None
        fitting = [one for one in _NICE_ARCSEC if 2 <= one / wide <= max(2.0, _LONGEST_BAR * self.columns)]
        if not fitting:
            return None
        return round(fitting[-1] / wide), angle(fitting[-1])

    def compass(self) -> str:
        """Where north and east are."""
        return compass(self.negative.cut.tangent, self.orientation)


def angle(arcsec: float) -> str:
    """An angle in the unit that suits it."""
    if arcsec >= 3600:
        return f"{arcsec / 3600:g}°"
    return f"{arcsec / 60:g}'" if arcsec >= 60 else f'{arcsec:g}"'


def sexagesimal(ra_deg: float, dec_deg: float, scale_arcsec: float) -> str:
    """A position with as many digits as a pixel's size deserves."""
    digits = max(0, min(3, ceil(-log10(max(scale_arcsec, 1e-3))) + 1))
    return f"{_sixtieths(ra_deg / 15.0 % 24.0, digits + 1, 24)} {_signed(dec_deg, digits)}"


def _signed(dec_deg: float, digits: int) -> str:
    return ("-" if dec_deg < 0 else "+") + _sixtieths(abs(dec_deg), digits, None)


def _sixtieths(value: float, digits: int, turn: int | None) -> str:
    """Rounded once, so that no 60 ever stands in a place of 59."""
    ticks = round(value * 3600 * 10**digits)
    seconds, ticks = divmod(ticks, 10**digits)
    minutes, second = divmod(seconds, 60)
    whole, minute = divmod(minutes, 60)
    whole = whole if turn is None else whole % turn
    last = f".{ticks:0{digits}d}" if digits else ""
    return f"{whole:02d}:{minute:02d}:{second:02d}{last}"


def scene_of(
    negative: Negative, *, up: bool, zoom: float, at: tuple[float, float], columns: int, rows: int
) -> Scene:
    """The part of a picture that fits into a box of cells, each twice as high as wide."""
    plane: TangentPlane | None = negative.cut.tangent
    orientation = north_up(plane) if up else AS_IT_IS
    high, wide = negative.shape
    width, height = orientation.size(wide, high)
    scale = min(columns / width, 2 * rows / height) * zoom  # half cells a pixel
    seen_width, seen_height = min(width, columns / scale), min(height, 2 * rows / scale)
    left = min(max(0.0, at[0] * width - seen_width / 2), width - seen_width)
    upper = min(max(0.0, at[1] * height - seen_height / 2), height - seen_height)
    return Scene(
        negative=negative,
        orientation=orientation,
        box=(left, upper, left + seen_width, upper + seen_height),
        columns=max(1, min(columns, round(seen_width * scale))),
        rows=max(1, min(rows, round(seen_height * scale / 2))),
    )
