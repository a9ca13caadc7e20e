"""Pictures in half cells: two square pixels in each character, or a ramp of letters where colour is poor."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from astrolens.domain.errors import BadData

MOST_COLUMNS = 100
MOST_ROWS = 50

_MOST_PIXELS = 4_000_000
_RAMP = " .,:;-=+*oO#%@"
_LEVELS = 4  # shades this near are drawn alike: fewer colours, fewer bytes over the wire

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
    """The picture inside a box of cells. Blocks for some milliseconds: call it in a thread."""
    wide, high = fit(pixels.shape[1], pixels.shape[0], columns, rows)
    if wide == 0:
        return Drawn(strips=(), columns=0, rows=0)
    if half_cells:
        strips = _half_cells(_resized(pixels, wide, 2 * high))
    else:
        strips = _letters(_resized(pixels, wide, high))
    return Drawn(strips=strips, columns=wide, rows=high)


def _resized(pixels: Pixels, columns: int, lines: int) -> Pixels:
    from PIL import Image

    picture = Image.fromarray(pixels)
    smaller = columns < picture.width
    method = Image.Resampling.LANCZOS if smaller else Image.Resampling.BILINEAR
    return np.asarray(picture.resize((columns, lines), method), dtype=np.uint8)


def _half_cells(pixels: Pixels) -> tuple[Strip, ...]:
    shades = pixels // _LEVELS * _LEVELS  # (line, column, 3)
    pairs = np.concatenate([shades[0::2], shades[1::2]], axis=2)  # (row, column, 6)
    styles: dict[tuple[int, ...], Style] = {}
    strips = []
    for row in pairs:
        edges = np.flatnonzero((row[1:] != row[:-1]).any(axis=1)) + 1
        starts = [0, *edges.tolist()]
        segments = []
        for start, end in zip(starts, [*starts[1:], len(row)], strict=True):
            key = tuple(row[start].tolist())
            style = styles.get(key)
            if style is None:
                style = styles[key] = Style.from_color(Color.from_rgb(*key[:3]), Color.from_rgb(*key[3:]))
            segments.append(Segment("▀" * (end - start), style))
        strips.append(Strip(segments, len(row)))
    return tuple(strips)


def _letters(pixels: Pixels) -> tuple[Strip, ...]:
    light = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)  # (row, column)
    spread = max(float(np.percentile(light, 99.5)) - float(light.min()), 1.0)
    scaled = np.clip((light - light.min()) / spread, 0, 1) * (len(_RAMP) - 1)
    return tuple(
        Strip([Segment("".join(_RAMP[level] for level in row))], len(row))
        for row in scaled.round().astype(int).tolist()
    )
