"""Everything known of one picture as blocks of text; the side column and the card share them."""

from collections.abc import Iterable, Mapping

from rich.text import Text

from astrolens.api.wire import AnswerRow, CandidateRow, ImageDetail
from astrolens.domain.finding import CatalogOutcome
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.folding import folded
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette

NAME_WIDTH = 13
_LONGEST_BAR = 80

SHAPE_NAMES = {
    "asymmetry": "asymmetry",
    "concentration": "concentr.",
    "smoothness": "smoothness",
    "gini": "Gini",
    "m20": "M20",
    "ellipticity": "1 - b/a",
    "half_light_radius_arcsec": "half light",
    "half_light_radius_px": "half light",
    "petrosian_radius_px": "Petrosian",
    "signal_to_noise": "S/N",
    "area_fraction": "area",
    "second_peak_ratio": "2nd peak",
    "orientation_deg": "angle",
    "sky": "sky",
    "sky_sigma": "sky noise",
}
_SHAPE_UNITS = {
    "half_light_radius_arcsec": '"',
    "half_light_radius_px": " px",
    "petrosian_radius_px": " px",
    "orientation_deg": "°",
}
HIGHLIGHTS = ("asymmetry", "concentration", "gini", "m20", "ellipticity", "second_peak_ratio")


class Facts:
    """Builds the blocks in one look and one width."""

    def __init__(self, palette: Palette, glyphs: Glyphs, width: int) -> None:
        self.palette = palette
        self.glyphs = glyphs
        self.width = max(12, width)

    def heading(self, title: str) -> Text:
        """Quiet heading of a block."""
        return Text(title, self.palette.quiet, no_wrap=True, overflow="ellipsis")

    def line(self, name: str, value: str, style: str = "") -> Text:
        """A quiet name and a plain value."""
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{clean(name, NAME_WIDTH):<{NAME_WIDTH}} ", self.palette.quiet)
        return text.append(value, style or self.palette.text)

    def lines(self, name: str, value: str, style: str = "") -> list[Text]:
        """A quiet name and words that go on below."""
        first, *rest = folded(Text(value, style or self.palette.text), self.width, indent=NAME_WIDTH + 1)
        return [self.line(name, first.plain.lstrip(), style), *rest]

    def bar(self, name: str, share: float | None, value: str, style: str) -> Text:
        """A name, a bar of a share in [0, 1], and a number."""
        room = min(_LONGEST_BAR, max(4, self.width - NAME_WIDTH - len(value) - 2))
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{clean(name, NAME_WIDTH):<{NAME_WIDTH}} ", self.palette.text)
        if share is None:
            return text.append(" " * room + f" {value}", self.palette.quiet)
        full, half = divmod(round(min(max(share, 0.0), 1.0) * room * 2), 2)
        drawn = self.glyphs.bar_full * full + (self.glyphs.bar_half if half else "")
        text.append(drawn, style)
        text.append(self.glyphs.bar_rest * (room - len(drawn)), self.palette.faint)
        return text.append(f" {value}", self.palette.text)

    def verdict(self, row: CandidateRow) -> Text:
        """Mark, sigma, p and the word, in one line."""
        colour = self.palette.of_decision(row["decision"])
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{self.glyphs.decisions.get(row['decision'], ' ')} ", colour)
        text.append(f"{words.sigma(row['sigma'])}{self.glyphs.sigma}", f"bold {colour}")
        text.append(
            f"  p {words.p_value(row['p_value'], extrapolated=row['extrapolated'])}", self.palette.text
        )
        return text.append(f"  {clean(row['decision'], 20).replace('_', ' ')}", self.palette.quiet)

    def scores(
        self, detail: ImageDetail, most: int = 99, deciding: frozenset[str] | None = None
    ) -> list[Text]:
        """A bar for each detector: how many of 100 normals look less odd; oddest first.

        When it is known which detectors decide, the others are named in brackets.
        """
        ranked = sorted(detail["p_values"].items(), key=lambda item: 2.0 if item[1] is None else item[1])
        lines = []
        for name, chance in ranked[:most]:
            share = None if chance is None else 1 - chance
            odd = chance is not None and chance < 0.05
            value = words.UNKNOWN if share is None else f"{min(share, 0.999):.3f}".lstrip("0")
            said = name if deciding is None or name in deciding else f"({name})"
            lines.append(self.bar(said, share, value, self.palette.anomaly if odd else self.palette.quiet))
        return lines

    def catalogue(self, row: CandidateRow) -> Text:
        """What the catalogues say together."""
        said = clean(row["catalogue_words"] or row["catalogue"].replace("_", " "), 120)
        style = self.palette.strong if row["catalogue"] == "unknown" else self.palette.text
        return Text(said, style, no_wrap=True, overflow="ellipsis")

    def answers(self, answers: Iterable[AnswerRow]) -> list[Text]:
        """One line for each catalogue, and one for each object it knows there."""
        lines = []
        for answer in answers:
            name = clean(answer["catalogue"], NAME_WIDTH)
            if answer["outcome"] == CatalogOutcome.NOT_ANSWERED:
                lines.append(self.line(name, f"not answered: {clean(answer['reason'], 120)}"))
            elif not answer["matches"]:
                lines.append(self.line(name, f'nothing within {answer["radius_arcsec"]:g}"'))
            for match in answer["matches"]:
                away = f'{match["separation_arcsec"]:.1f}"'
                told = f"{clean(match['name'], 40)}, {away}  {clean(match['object_type'], 20)}"
                lines.append(self.line(name, told, self.palette.strong))
                more = [f"by chance {words.p_value(match['chance_probability'])}"]
                if match["redshift"] is not None:
                    more.append(f"z {match['redshift']:.4f}")
                if match["references"] is not None:
                    more.append(f"{words.number(match['references'])} papers")
                lines.append(self.heading("  " + "  ".join(more)))
        return lines

    def where(self, detail: ImageDetail) -> list[Text]:
        """Position, then scale, size and bands."""
        lines = [Text(words.position(detail["ra_deg"], detail["dec_deg"]), self.palette.text)]
        parts = []
        if detail["pixel_scale_arcsec"] is not None:
            parts.append(f'{detail["pixel_scale_arcsec"]:.2f}"/px')
        if detail["width"] and detail["height"]:
            parts.append(f"{detail['width']} {self.glyphs.times} {detail['height']}")
        parts.extend(clean(band, 8) for band in detail["bands"][:6])
        if parts:
            lines.append(Text("  ".join(parts), self.palette.quiet, no_wrap=True, overflow="ellipsis"))
        return lines

    def shape(self, detail: ImageDetail, names: Iterable[str] | None = None) -> list[Text]:
        """Morphology in two columns when there is room."""
        numbers: Mapping[str, float | None] = detail["morphology"]
        across = 2 if self.width >= 32 else 1
        wide = self.width // across
        room = wide - _name_width(wide) - 2
        cells = [
            (clean(SHAPE_NAMES.get(name, name), NAME_WIDTH), self.measured(name, value, room))
            for name, value in numbers.items()
            if names is None or name in names
        ]
        return [self._cells(cells[start : start + across], wide) for start in range(0, len(cells), across)]

    def measured(self, name: str, value: float | None, room: int = 99) -> str:
        """A number with its unit, to two digits where three do not fit."""
        unit = "" if value is None else _SHAPE_UNITS.get(name, "").replace("°", self.glyphs.degree)
        said = words.measure(value) + unit
        return said if len(said) <= room else words.measure(value, 2) + unit

    def _cells(self, cells: list[tuple[str, str]], width: int) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        names = _name_width(width)
        for name, value in cells:
            text.append(f"{name[:names]:<{names}} ", self.palette.quiet)
            text.append(f"{value:<{max(1, width - names - 2)}} ", self.palette.text)
        text.rstrip()
        return text

    def shares(self, shares: Mapping[str, float], most: int = 6) -> list[Text]:
        """Bars of class probabilities, the largest first."""
        ranked = sorted(shares.items(), key=lambda item: -item[1])[:most]
        return [self.bar(name, share, f"{share:.2f}", self.palette.normal) for name, share in ranked]


def _name_width(width: int) -> int:
    """Cells for the name in a column of a number."""
    return min(NAME_WIDTH, width - 7)
