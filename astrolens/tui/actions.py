"""Every key of every screen, for help, the palette and the check of ``[keys]``."""

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from astrolens.tui.keymap import KeyGroup
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.help import HelpScreen
from astrolens.tui.screens.interest_asker import InterestAsker
from astrolens.tui.screens.line_asker import LineAsker
from astrolens.tui.screens.log import LogView
from astrolens.tui.screens.models import ModelsView
from astrolens.tui.screens.overview import OverviewView
from astrolens.tui.screens.promotion_asker import PromotionAsker
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.screens.saved_filters import SavedFilters
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.screens.similar import SimilarScreen
from astrolens.tui.screens.site_asker import SiteAsker
from astrolens.tui.screens.sky import SkyView
from astrolens.tui.screens.transients import TransientsView
from astrolens.tui.widgets.candidate_list import CandidateList
from astrolens.tui.widgets.filter_line import FilterLine
from astrolens.tui.widgets.point_chart import PointChart
from astrolens.tui.widgets.row_list import RowList
from astrolens.tui.widgets.sky_chart import SkyChart
from astrolens.tui.widgets.versions import Versions


def all_groups(everywhere: Sequence[BindingType]) -> tuple[KeyGroup, ...]:
    """Groups of keys, those for everywhere first."""
    candidates = CandidatesView.NAME
    return (
        KeyGroup(title="Everywhere", bindings=_bindings(everywhere)),
        _view("Overview", OverviewView, OverviewView.BINDINGS),
        _view("Candidates", CandidatesView, (*CandidatesView.BINDINGS, *CandidateList.BINDINGS)),
        KeyGroup(
            title="Filter line", bindings=_bindings(FilterLine.BINDINGS), over=candidates, opened_by="filter"
        ),
        KeyGroup(
            title="Saved filters",
            bindings=_bindings(SavedFilters.BINDINGS),
            over=candidates,
            opened_by="saved_filters",
        ),
        KeyGroup(title="Card", bindings=_bindings(CardScreen.BINDINGS), over=candidates, opened_by="open"),
        KeyGroup(
            title="Similar", bindings=_bindings(SimilarScreen.BINDINGS), over=candidates, opened_by="similar"
        ),
        _view("Review", ReviewView, ReviewView.BINDINGS),
        _view("Transients", TransientsView, (*TransientsView.BINDINGS, *AskedView.BINDINGS)),
        _view("Sky", SkyView, (*SkyView.BINDINGS, *SkyChart.BINDINGS, *AskedView.BINDINGS)),
        KeyGroup(
            title="Map of embeddings",
            bindings=_bindings(PointChart.BINDINGS),
            over=SkyView.NAME,
            opened_by="other",
        ),
        _view("Models", ModelsView, (*ModelsView.BINDINGS, *Versions.BINDINGS, *AskedView.BINDINGS)),
        _view("Log", LogView, (*LogView.BINDINGS, *RowList.BINDINGS)),
        _view("Settings", SettingsView, (*SettingsView.BINDINGS, *RowList.BINDINGS, *AskedView.BINDINGS)),
        KeyGroup(title="Open in", bindings=_bindings(SiteAsker.BINDINGS)),
        KeyGroup(
            title="How interesting",
            bindings=_bindings(InterestAsker.BINDINGS),
            over=candidates,
            opened_by="interest",
        ),
        KeyGroup(title="Another model", bindings=_bindings(PromotionAsker.BINDINGS)),
        KeyGroup(title="Line to type in", bindings=_bindings(LineAsker.BINDINGS)),
        KeyGroup(title="Help", bindings=_bindings(HelpScreen.BINDINGS)),
    )


def _view(title: str, view: type[object], bindings: Iterable[BindingType]) -> KeyGroup:
    return KeyGroup(title=title, bindings=_bindings(bindings), view=str(getattr(view, "NAME", "")))


def _bindings(bindings: Iterable[BindingType]) -> tuple[Binding, ...]:
    return tuple(binding for binding in bindings if isinstance(binding, Binding))
