"""Stored screens as pictures: SVG for documents, PNG for eyes."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.tui.snapshots.screen import Cell, Rgb, Screen

CELL_WIDTH, CELL_HEIGHT = 8, 17
_FONT_SIZE = 13
_FACES = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
_LOWER = " ▁▂▃▄▅▆▇█"
_LEFT = " ▏▎▍▌▋▊▉█"
_NO_DOTS, _ALL_DOTS = "\u2800", "\u28ff"
_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}

_GROUP = (
    f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="{_FONT_SIZE}" '
    'shape-rendering="crispEdges" style="white-space:pre">'
)

Box = tuple[float, float, float, float]
Key = tuple[int, int, str]


def _blocks(text: str) -> list[tuple[Box, float]]:
    """The parts of a cell that a block or dots fill, and how much; none for what a font draws."""
    if not text:
        return []
    if text in _LOWER[1:]:
        return [((0.0, 1 - _LOWER.index(text) / 8, 1.0, 1.0), 1.0)]
    if text in _LEFT[1:]:
        return [((0.0, 0.0, _LEFT.index(text) / 8, 1.0), 1.0)]
    if text == "▀":
        return [((0.0, 0.0, 1.0, 0.5), 1.0)]
    if text == "▐":
        return [((0.5, 0.0, 1.0, 1.0), 1.0)]
    if text in _SHADES:
        return [((0.0, 0.0, 1.0, 1.0), _SHADES[text])]
    if _NO_DOTS < text <= _ALL_DOTS and len(text) == 1:
        return [(_dot(number), 1.0) for number in range(8) if (ord(text) - ord(_NO_DOTS)) >> number & 1]
    return []


def _dot(number: int) -> Box:
    """Place of a dot of Braille: down the left side, down the right side, then the lowest two."""
    column, row = divmod(number, 3) if number < 6 else (number - 6, 3)
    left, top = 0.125 + 0.5 * column, (1 + 4 * row) / CELL_HEIGHT
    return left, top, left + 0.25, top + 2 / CELL_HEIGHT


def _colours(cell: Cell) -> tuple[Rgb, Rgb]:
    front, back = cell.look.front, cell.look.back
    if "r" in cell.look.weights:
        front, back = back, front
    if "d" in cell.look.weights:
        front = _mixed(front, back, 0.6)
    return front, back


def _mixed(one: Rgb, two: Rgb, share: float) -> Rgb:
    first, second, third = (round(a * share + b * (1 - share)) for a, b in zip(one, two, strict=True))
    return first, second, third


def png(screen: Screen) -> Image.Image:
    """A picture of a screen."""
    image = Image.new("RGB", (screen.width * CELL_WIDTH, len(screen.rows) * CELL_HEIGHT))
    draw = ImageDraw.Draw(image)
    faces = [_face(name) for name in _FACES]
    for y, row in enumerate(screen.rows):
        top = y * CELL_HEIGHT
        for x, cell in enumerate(row):
            left = x * CELL_WIDTH
            front, back = _colours(cell)
            if cell.text or not x:
                draw.rectangle((left, top, left + CELL_WIDTH - 1, top + CELL_HEIGHT - 1), back)
            blocks = _blocks(cell.text)
            for (x0, y0, x1, y1), share in blocks:
                box = (
                    left + x0 * CELL_WIDTH, top + round(y0 * CELL_HEIGHT),
                    left + x1 * CELL_WIDTH - 1, top + round(y1 * CELL_HEIGHT) - 1,
                )  # fmt: skip
                draw.rectangle(box, _mixed(front, back, share))
            if not blocks and cell.text.strip():
                draw.text((left, top + 1), cell.text, front, faces["b" in cell.look.weights])
            if "u" in cell.look.weights:
                draw.line((left, top + CELL_HEIGHT - 2, left + CELL_WIDTH - 1, top + CELL_HEIGHT - 2), front)
    return image


def _face(name: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(name, _FONT_SIZE)
    except OSError:
        return ImageFont.load_default(_FONT_SIZE)


def svg(screen: Screen, title: str) -> str:
    """A picture of a screen without scripts, fonts or links; the same screen gives the same text."""
    width, height = screen.width * CELL_WIDTH, len(screen.rows) * CELL_HEIGHT
    ground = screen.rows[0][0].look.back
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{_hex(ground)}"/>',
        _GROUP,
    ]
    for y, row in enumerate(screen.rows):
        top = y * CELL_HEIGHT
        parts.extend(_grounds(row, top, ground))
        parts.extend(_words(row, top))
    return "\n".join([*parts, "</g></svg>", ""])


def _grounds(row: tuple[Cell, ...], top: int, ground: Rgb) -> Iterator[str]:
    """Backgrounds and blocks, neighbours of one colour joined."""
    open_boxes: dict[Key, tuple[float, float]] = {}
    for x, cell in enumerate(row):
        front, back = _colours(cell)
        boxes: list[tuple[Box, Rgb]] = [((0.0, 0.0, 1.0, 1.0), back)] if back != ground else []
        blocks = _blocks(cell.text)
        boxes.extend((box, _mixed(front, back, share)) for box, share in blocks)
        for (x0, y0, x1, y1), colour in boxes:
            key = (round(top + y0 * CELL_HEIGHT), round((y1 - y0) * CELL_HEIGHT), _hex(colour))
            start, end = (x + x0) * CELL_WIDTH, (x + x1) * CELL_WIDTH
            if key in open_boxes and open_boxes[key][1] == start:
                open_boxes[key] = (open_boxes[key][0], end)
                continue
            if key in open_boxes:
                yield _rectangle(key, open_boxes.pop(key))
            if back != ground and blocks:  # what lies below must be drawn first
                for other in [
                    other for other in open_boxes if other[2] != key[2] and open_boxes[other][1] == end
                ]:
                    yield _rectangle(other, open_boxes.pop(other))
            open_boxes[key] = (start, end)
    for key, span in open_boxes.items():
        yield _rectangle(key, span)


def _rectangle(key: Key, span: tuple[float, float]) -> str:
    top, height, colour = key
    return f'<path fill="{colour}" d="M{span[0]:g} {top:g}h{span[1] - span[0]:g}v{height:g}h{span[0] - span[1]:g}z"/>'


def _words(row: tuple[Cell, ...], top: int) -> Iterator[str]:
    x = 0
    while x < len(row):
        cell, start = row[x], x
        if not cell.text.strip() or _blocks(cell.text):
            x += 1
            continue
        said = ""
        while x < len(row) and row[x].look == cell.look and not _blocks(row[x].text):
            said += row[x].text
            x += 1
        said = said.rstrip()
        length = len(said) * CELL_WIDTH
        weight = ' font-weight="bold"' if "b" in cell.look.weights else ""
        line = ' text-decoration="underline"' if "u" in cell.look.weights else ""
        yield (
            f'<text x="{start * CELL_WIDTH}" y="{top + 13}" textLength="{length}" lengthAdjust="spacingAndGlyphs"'
            f' fill="{_hex(_colours(cell)[0])}"{weight}{line}>{escape(said, quote=False)}</text>'
        )


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def sheet(pictures: list[tuple[str, Image.Image]], columns: int, width: int) -> Image.Image:
    """Many pictures on one, each with its name."""
    scaled = []
    for name, picture in pictures:
        ratio = min(1.0, width / picture.width)
        scaled.append(
            (
                name,
                picture.resize(
                    (round(picture.width * ratio), round(picture.height * ratio)), Image.Resampling.LANCZOS
                ),
            )
        )
    rows = [scaled[start : start + columns] for start in range(0, len(scaled), columns)]
    heights = [max(picture.height for _name, picture in row) + 22 for row in rows]
    out = Image.new("RGB", (columns * (width + 8), sum(heights)), (60, 60, 60))
    draw = ImageDraw.Draw(out)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, (name, picture) in enumerate(row):
            out.paste(picture, (place * (width + 8), top + 18))
            draw.text((place * (width + 8) + 4, top + 2), name, (255, 255, 255), _face(_FACES[0]))
        top += height
    return out


def save_all(stored: dict[str, Screen], folder: Path, columns: int, width: int, per_sheet: int) -> list[Path]:
    """Sheets of all screens in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [(name, png(screen)) for name, screen in sorted(stored.items())]
    files = []
    for number, start in enumerate(range(0, len(pictures), per_sheet), 1):
        file = folder / f"sheet{number:02d}.png"
        sheet(pictures[start : start + per_sheet], columns, width).save(file)
        files.append(file)
    return files
