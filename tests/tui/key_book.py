"""What every key is for: how to come to where it works, and what it must change there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.widgets import Input

from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.widgets.candidate_list import CandidateList
from astrolens.tui.widgets.filter_line import FilterLine
from astrolens.tui.widgets.picture_pane import PicturePane
from astrolens.tui.widgets.point_chart import PointChart
from astrolens.tui.widgets.review_strip import ReviewStrip
from astrolens.tui.widgets.sky_chart import SkyChart
from astrolens.tui.widgets.versions import Versions
from tests.tui.conftest import Terminal

Probe = Callable[[Terminal], object]


@dataclass(frozen=True)
class Step:
    """A key, what it must change, and what is pressed first to come to where it works."""

    key: str
    probe: Probe
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """All keys of one class: how to come to it, then each key."""

    to: tuple[str, ...]
    steps: tuple[Step, ...]
    size: tuple[int, int] = (120, 40)
    needs: Callable[[Terminal], object] = lambda _t: True
    letters: bool = True  # whether letters are free: not where one types

    def keys(self) -> set[str]:
        """Those that are pressed for themselves."""
        return {step.key for step in self.steps}


def each(keys: str, probe: Probe, *first: str) -> tuple[Step, ...]:
    """The same probe for several keys."""
    return tuple(Step(key, probe, first) for key in keys.split())


def of_screen(name: str) -> Probe:
    """What an attribute of the screen is."""
    return lambda t: getattr(t.app.screen, name, None)


def of_widget(kind: type[Any], name: str) -> Probe:
    """What an attribute of the only widget of a kind is."""
    return lambda t: str(getattr(t.app.screen.query_one(kind), name))


def screen(t: Terminal) -> object:
    return type(t.app.screen)


def labels(t: Terminal) -> object:
    return [
        (label["image_id"], label["value"], label["interest"], label["withdrawn"])
        for label in t.daemon.labels
    ]


def degree(t: Terminal) -> object:
    return getattr(t.app.screen, "_interest", None), labels(t)


def asked(word: str) -> Probe:
    """How often the daemon was asked for something."""
    return lambda t: sum(word in one for one in (*t.daemon.asked, *t.daemon.views.asked))


def notice(t: Terminal) -> object:
    return t.app.live.notice


def look(t: Terminal) -> object:
    return t.app.album.view


def warm(t: Terminal) -> object:
    return t.app.screen.query_one(PicturePane).picture.warm


def reviewed(t: Terminal) -> object:
    row = t.app.screen.queue.row if isinstance(t.app.screen, ReviewView) else None
    return None if row is None else row["id"]


def strip(t: Terminal) -> object:
    one = t.app.screen.query_one(ReviewStrip)
    return one._cursor, [row["id"] for row in one.marked]


def question(t: Terminal) -> object:
    line = t.app.screen.query_one(FilterLine)
    assert isinstance(t.app.screen, CandidatesView)
    return t.app.screen.question, line.has_class("-open"), line.query_one(Input).value


def scrolled(selector: str) -> Probe:
    """How far something is scrolled."""
    return lambda t: t.app.screen.query_one(selector).scroll_offset.y


def focused(t: Terminal) -> object:
    return t.app.focused


def card_row(t: Terminal) -> object:
    return t.app.screen.row["id"] if isinstance(t.app.screen, CardScreen) else None


PICTURE = (
    *each("s S l L c C i", look),
    *each("left_square_bracket right_square_bracket right_curly_bracket left_curly_bracket", look),
    *each("plus equals_sign plus minus shift+right shift+left shift+up shift+down b N z", look),
)
JUDGE = each("a n x d", labels)
LIST = "[1 of 41]"

BOOK: Mapping[str, Walk] = {
    "AstroLensApp": Walk(
        to=(),
        steps=(
            *each("2 4 5 6 7 8 1", screen),
            *each("p", lambda t: t.daemon.stats["state"]),
            *each("question_mark", screen),
            *each("f1 colon", screen, "escape"),
            *each("ctrl+p", screen, "[Search for commands]", "escape", "escape"),
            *each("ctrl+e", notice, "[Search for commands]", "escape", "escape"),
            *each("R ctrl+s", notice),
            *each("y", lambda t: t.app.clipboard, "2", LIST),
            *each("o", asked("browser")),
            *each("O", screen),
            *each("3", screen, "escape"),
            *each("q", lambda t: t.app.return_code),
        ),
    ),
    "OverviewView": Walk(to=(), steps=each("s", screen)),
    "CandidatesView": Walk(
        to=("2", LIST),
        steps=(
            *JUDGE,
            *each("u", labels),
            *each("m r v", question),
            *each("g", asked("candidates?")),
            *each("slash", question),
            *each("escape", question, *"sigma>1", "enter", "[of 7]"),
            *each("enter", screen),
            *each("f i s", screen, "escape"),
        ),
    ),
    "CandidateList": Walk(
        to=("2", LIST),
        steps=each(
            "j k down up pagedown pageup ctrl+d ctrl+u end home G less_than_sign greater_than_sign",
            of_widget(CandidateList, "cursor"),
        ),
    ),
    "FilterLine": Walk(
        to=("2", LIST, "slash"),
        steps=(
            *each("tab", question, "s", "o", "u"),
            *each("enter", question, "s", "d", "s", "s"),
            *each("escape", question, "[of 7]", "slash"),
        ),
        letters=False,
    ),
    "SavedFilters": Walk(
        to=("2", LIST, "slash", *"sigma>1", "enter", "[of 7]", "f", "[by name]"),
        steps=(
            *each("j k down up", of_screen("cursor")),
            *each("s", screen),
            *each("x", lambda t: dict(t.daemon.saved), "escape"),
            *each("delete", lambda t: dict(t.daemon.saved)),
            *each("enter", screen),
            *each("escape f", screen, "f"),
        ),
    ),
    "CardScreen": Walk(
        to=("2", LIST, "enter", "[asinh  99.5 %]"),
        steps=(
            *each("h", warm),
            *each("w", notice),
            *PICTURE,
            *JUDGE,
            *each("u", labels),
            *each("j right k left", card_row),
            *each("0 1 2 3 4 5", degree),
            *each("escape", screen),
            *each("enter", screen, "enter"),
        ),
        needs=lambda t: t.app.album.why(1) is not None,
    ),
    "SimilarScreen": Walk(
        to=("2", LIST, "s", "[0.967]"),
        steps=(
            *each("l right j down h left k up", focused),
            *each("enter", screen),
            *each("escape", screen, "escape"),
            *each("s", screen, "s"),
        ),
        needs=lambda t: t.app.focused is not None,
    ),
    "ReviewView": Walk(
        to=("3", "[asked because it is odd]"),
        steps=(
            *each("h", warm),
            *each("w", notice),
            *PICTURE,
            *each("full_stop space full_stop comma full_stop V", strip),
            *each("0 1 2 3 4 5", lambda t: t.app.screen.progress.interest),  # type: ignore[attr-defined]
            *each("right left", reviewed),
            *JUDGE,
            *each("u ctrl+r", labels),
            *each("D", of_screen("order")),
            *each("R", of_screen("order"), "D"),
            *each("K", of_screen("order"), "R"),
            *each("g", asked("review/queue"), "R"),
            *each("t", screen),
            *each("e enter", screen, "escape"),
            *each("escape", screen, "escape"),
        ),
        needs=lambda t: t.app.album.why(1) is not None and "asinh" in t.screen(),
    ),
    "TransientsView": Walk(
        to=("4", "[Scorr 8.2]"),
        steps=(
            *each("right j down left k up", of_screen("_index")),
            *each("b", of_screen("_blinking")),
            *each("z", of_screen("_zoom")),
            *each("enter", lambda t: t.app.screen.has_class("-light")),
        ),
    ),
    "AskedView": Walk(to=("4", "[Scorr 8.2]"), steps=each("r", asked("transients"))),
    "SkyView": Walk(to=("5", "[searched]"), steps=each("e", of_screen("_among"))),
    "SkyChart": Walk(
        to=("5", "[searched]"),
        steps=(
            *each("h left l right k up j down n N", of_widget(SkyChart, "cursor")),
            *each("enter", screen),
        ),
    ),
    "PointChart": Walk(
        to=("5", "[searched]", "e", "[likeness]"),
        steps=(
            *each("h l k j left right up down H L K J", of_widget(PointChart, "cursor")),
            *each("shift+left shift+right shift+up shift+down", of_widget(PointChart, "cursor")),
            *each("v escape", of_widget(PointChart, "corners")),
            *each("enter", screen, *("H",) * 20, *("K",) * 20, "v", *("L",) * 20, *("J",) * 20, "v"),
        ),
    ),
    "ModelsView": Walk(
        to=("6", "[night-school]", "j"),
        steps=(
            *each("pagedown pageup ctrl+d ctrl+u end home G", scrolled("Reading")),
            *each("c", asked("compare")),
            *each("P", screen),
            *each("u", screen, "escape"),
        ),
        size=(80, 24),
    ),
    "Versions": Walk(to=("6", "[night-school]"), steps=each("j k down up", of_widget(Versions, "cursor"))),
    "PromotionAsker": Walk(
        to=("6", "[night-school]", "j", "P", "[A paired test]"),
        steps=(
            *each("down up pagedown pageup", scrolled("#consent-words")),
            *each("escape", screen),
            *each("enter", asked("promote"), "P", "[A paired test]"),
        ),
        size=(60, 12),
        letters=False,
    ),
    "LogView": Walk(
        to=("7", "[key-29]"),
        steps=(
            *each("f", of_screen("_following")),
            *each("t T", of_screen("_group")),
            *each("l", of_screen("_level")),
            *each("o", notice, "l", "l", "[all that is kept]"),
            *each("enter", screen),
        ),
    ),
    "RowList": Walk(
        to=("7", "[key-29]"),
        steps=each(
            "k up j down pageup ctrl+u pagedown ctrl+d home end home G",
            lambda t: t.app.screen.query_one("#log").cursor,  # type: ignore[attr-defined]
        ),
        size=(120, 24),
    ),
    "SettingsView": Walk(
        to=("8", "[daemon.log_level]"),
        steps=(
            *each("c", of_screen("_only_changed")),
            *each("R", asked("reload")),
            *each("s", of_screen("_sources")),
            *each("space", asked("hold")),
            *each("n", asked("poll")),
        ),
    ),
    "SiteAsker": Walk(
        to=("2", LIST),
        steps=(*each("a s l", asked("browser"), "O"), *each("escape", screen, "O")),
    ),
    "InterestAsker": Walk(
        to=("2", LIST, "a"),
        steps=(*each("0 1 2 3 4 5", labels, "k", "i"), *each("escape", screen, "i")),
        needs=lambda t: len(t.daemon.labels) == 1,
    ),
    "LineAsker": Walk(
        to=("3", "[asked because it is odd]", "t"), steps=each("escape", screen), letters=False
    ),
    "HelpScreen": Walk(
        to=("question_mark", "[type to find]"),
        steps=(
            *each("down up pagedown pageup", scrolled("#help-keys")),
            *each("escape", screen),
            *each("f1 enter", screen, "question_mark"),
        ),
        size=(80, 24),
        letters=False,
    ),
}
