"""Colours: one meaning each, told apart by colour-blind eyes, never without a mark and a word beside them."""

from dataclasses import dataclass

from textual.theme import Theme

from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue

DARK_THEME = "astrolens-dark"
LIGHT_THEME = "astrolens-light"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one theme, as hex."""

    anomaly: str
    anomaly_dim: str  # for areas, where the full colour would shout
    normal: str
    normal_dim: str
    artefact: str
    unsure: str
    alarm: str  # only for "needs you"
    strong: str
    text: str
    quiet: str
    faint: str
    cursor: str  # background of the row under the cursor

    def of_label(self, value: str) -> str:
        """Colour of a label; unknown words are quiet."""
        colours: dict[str, str] = {
            LabelValue.ANOMALY: self.anomaly,
            LabelValue.NORMAL: self.normal,
            LabelValue.ARTEFACT: self.artefact,
            LabelValue.UNSURE: self.unsure,
        }
        return colours.get(value, self.quiet)

    def of_decision(self, decision: str) -> str:
        """Colour of a verdict."""
        if decision == Decision.ANOMALY:
            return self.anomaly
        return self.text if decision == Decision.NEAR_MISS else self.quiet


def dark_palette() -> Palette:
    """For dark themes; the four label colours are at least 19 CIEDE2000 apart in four kinds of sight."""
    return Palette(
        anomaly="#FF7F2A",
        anomaly_dim="#8F4A1E",
        normal="#4DA6FF",
        normal_dim="#2A5A8A",
        artefact="#8A8A8A",
        unsure="#FFF3B0",
        alarm="#FF5C57",
        strong="#F0F3F6",
        text="#C3CAD3",
        quiet="#7D8794",
        faint="#3A424D",
        cursor="#22303F",
    )


def light_palette() -> Palette:
    """For light themes: dark enough to read on white, and as far apart."""
    return Palette(
        anomaly="#C24A00",
        anomaly_dim="#E3A986",
        normal="#0A5FB4",
        normal_dim="#92BAE2",
        artefact="#767676",
        unsure="#3A3000",
        alarm="#C4161C",
        strong="#0B0F14",
        text="#2B323B",
        quiet="#66707C",
        faint="#C9CFD6",
        cursor="#D6E6F7",
    )


def palette_for(*, dark: bool) -> Palette:
    """Colours that read on this kind of background."""
    return dark_palette() if dark else light_palette()


def own_themes() -> tuple[Theme, Theme]:
    """The two themes that ship with AstroLens."""
    return (
        Theme(
            name=DARK_THEME,
            primary="#4DA6FF",
            secondary="#7D8794",
            accent="#FF7F2A",
            warning="#FFF3B0",
            error="#FF5C57",
            success="#4DA6FF",
            foreground="#C3CAD3",
            background="#0C1015",
            surface="#11161D",
            panel="#18202A",
            dark=True,
            variables=_variables(dark_palette()),
        ),
        Theme(
            name=LIGHT_THEME,
            primary="#0A5FB4",
            secondary="#66707C",
            accent="#C24A00",
            warning="#7D6B00",
            error="#C4161C",
            success="#0A5FB4",
            foreground="#2B323B",
            background="#FBFCFD",
            surface="#F3F5F7",
            panel="#E9EDF1",
            dark=False,
            variables=_variables(light_palette()),
        ),
    )


def _variables(palette: Palette) -> dict[str, str]:
    return {
        "footer-key-foreground": palette.strong,
        "border": palette.faint,
        "scrollbar": palette.faint,
        "scrollbar-hover": palette.quiet,
        "scrollbar-active": palette.normal,
        "scrollbar-background": "#0C1015" if palette.strong == dark_palette().strong else "#FBFCFD",
    }
