"""Pictures in half cells: two square pixels in each character, or a ramp of letters where colour is poor."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from astrolens.domain.errors import BadData

MOST_COLUMNS = 150
MOST_ROWS = 75

_MOST_PIXELS = 4_000_000
_RAMP = " .,:;-=+*oO#%@"

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """A picture as lines of a terminal."""

    strips: tuple[Strip, ...]
    columns: int
    rows: int


def decode_png(content: bytes) -> Pixels:
    """Pixels (row, column, 3) of a thumbnail; BadData when it is none. Blocks: call it in a thread."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise BadData(
                    f"a thumbnail of {picture.width} x {picture.height} pixels is too large to draw"
                )
            return np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadData(f"the thumbnail cannot be read: {error}") from error


def fit(width_px: int, height_px: int, columns: int, rows: int) -> tuple[int, int]:
    """Columns and rows that a picture covers inside a box, with square pixels."""
    columns, rows = min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)
    if min(width_px, height_px, columns, rows) < 1:
        return 0, 0
    scale = min(columns / width_px, 2 * rows / height_px)
    return max(1, min(columns, round(width_px * scale))), max(1, min(rows, round(height_px * scale / 2)))


def draw(pixels: Pixels, columns: int, rows: int, *, half_cells: bool) -> Drawn:
    """The whole picture inside a box of cells. Blocks for some milliseconds: call it in a thread."""
    wide, high = fit(pixels.shape[1], pixels.shape[0], columns, rows)
    if wide == 0:
        return Drawn(strips=(), columns=0, rows=0)
    if half_cells:
        return in_cells(_resized(pixels, wide, 2 * high))
    return in_letters(_resized(pixels, wide, high), stretched=False)


def _resized(pixels: Pixels, columns: int, lines: int) -> Pixels:
    from PIL import Image

    picture = Image.fromarray(pixels)
    smaller = columns < picture.width
    method = Image.Resampling.LANCZOS if smaller else Image.Resampling.BILINEAR
    return np.asarray(picture.resize((columns, lines), method), dtype=np.uint8)


def in_cells(pixels: Pixels) -> Drawn:
    """Levels (line, column, 3), an even number of lines, as half cells of true colour.

    A shade is drawn with at most one level of error; equal neighbours share a segment.
    """
    shades = np.minimum(
        (pixels + np.uint8(1)) // 2 * 2, 254, where=pixels < 255, out=np.full_like(pixels, 254)
    )
    codes = shades.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)  # (line, column)
    pairs = codes[0::2].astype(np.uint64) << np.uint64(24) | codes[1::2]  # (row, column)
    styles = {code: _style(code) for code in np.unique(pairs).tolist()}
    columns = pairs.shape[1]
    strips = []
    for row in pairs:
        edges = (np.flatnonzero(row[1:] != row[:-1]) + 1).tolist()
        starts, ends = [0, *edges], [*edges, columns]
        segments = [
            Segment("▀" * (end - start), styles[code])
            for start, end, code in zip(starts, ends, row[starts].tolist(), strict=True)
        ]
        strips.append(Strip(segments, columns))
    return Drawn(strips=tuple(strips), columns=columns, rows=len(strips))


def _style(code: int) -> Style:
    return Style.from_color(_colour(code >> 24), _colour(code & 0xFFFFFF))


def _colour(code: int) -> Color:
    triplet = ColorTriplet(code >> 16, code >> 8 & 255, code & 255)
    return Color(triplet.hex, ColorType.TRUECOLOR, None, triplet)


def in_letters(pixels: Pixels, *, stretched: bool) -> Drawn:
    """Levels (row, column, 3) as a ramp of letters; what nobody stretched yet is stretched to use all of it."""
    light = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)  # (row, column)
    low, spread = 0.0, 255.0
    if not stretched:
        low = float(light.min())
        spread = max(float(np.percentile(light, 99.5)) - low, 1.0)
    scaled = np.clip((light - low) / spread, 0, 1) * (len(_RAMP) - 1)
    strips = tuple(
        Strip([Segment("".join(_RAMP[level] for level in row))], len(row))
        for row in scaled.round().astype(int).tolist()
    )
    return Drawn(strips=strips, columns=light.shape[1], rows=len(strips))
