"""An app for a pseudo-terminal that shows strangers' strings in seventeen kinds of widgets, frame after frame.

``python -m tests.tui.injection.gallery FILE cleaned|raw``: FILE holds one JSON list of strings for each frame.
"""

import json
import sys
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import (
    Button,
    DataTable,
    Input,
    Label,
    ListItem,
    ListView,
    Log,
    OptionList,
    RichLog,
    Static,
    Tab,
    Tabs,
    TextArea,
    Tree,
)

from astrolens.domain.text import clean
from astrolens.tui.widgets.live_text import TextBlock

KINDS = (
    "static", "label", "button", "cell", "heading", "option", "branch", "input", "placeholder", "area", "log",
    "rich log", "tab", "title", "subtitle", "item", "block",
)  # fmt: skip
ROWS, COLUMNS = 70, 100


class Gallery(App[int]):
    """One widget of each kind; the stamp at the top tells the frame."""

    CSS = """
    Screen { overflow: hidden; }
    #all { height: 1fr; }
    #all > * { height: 3; border: none; margin: 0; padding: 0; min-width: 100%; width: 100%; }
    #framed { height: 3; border: solid white; }
    #tabs { height: 3; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, frames: list[list[str]], *, cleaned: bool) -> None:
        super().__init__()
        self._frames = frames
        self._cleaned = cleaned
        self._number = 0

    def compose(self) -> ComposeResult:
        """Everything, empty."""
        yield Static("", id="stamp", markup=False)
        yield VerticalScroll(
            Static("", id="static", markup=False),
            Label("", id="label", markup=False),
            Button(Content(""), id="button"),
            DataTable(id="table", show_row_labels=False),
            OptionList(id="options", markup=False),
            Tree(Text(""), id="tree"),
            Input(id="input"),
            Input(id="empty"),
            TextArea(id="area"),
            Log(id="log"),
            RichLog(id="richlog", markup=False, wrap=False),
            Tabs(Tab(Content("-"), id="tab"), id="tabs"),
            Static("", id="framed", markup=False),
            ListView(ListItem(Label("", id="item", markup=False)), id="items"),
            TextBlock(id="block"),
            id="all",
        )

    def on_mount(self) -> None:
        """Begin."""
        self.call_after_refresh(self._next)

    def _safe(self, words: str) -> str:
        return clean(words, 90) if self._cleaned else words

    def _next(self) -> None:
        if self._number == len(self._frames):
            self.exit(0)
            return
        words = [self._safe(one) for one in self._frames[self._number]]
        self._show(dict(zip(KINDS, words, strict=True)))
        self.query_one("#stamp", Static).update(Text(f"frame {self._number:05d}."))
        self._number += 1
        # Two refreshes: the first may only lay out what the second draws.
        self.call_after_refresh(lambda: self.call_after_refresh(self._next))

    def _show(self, words: dict[str, str]) -> None:
        self.query_one("#static", Static).update(Text(words["static"], no_wrap=True))
        self.query_one("#label", Label).update(Text(words["label"], no_wrap=True))
        self.query_one("#button", Button).label = Content(words["button"])
        table = self.query_one(DataTable)
        table.clear(columns=True)
        table.add_column(Text(words["heading"], no_wrap=True))
        table.add_row(Text(words["cell"], no_wrap=True))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_option(Content(words["option"]))
        self.query_one(Tree).root.set_label(Text(words["branch"], no_wrap=True))
        self.query_one("#input", Input).value = words["input"]
        self.query_one("#empty", Input).placeholder = words["placeholder"]
        self.query_one(TextArea).text = words["area"]
        log = self.query_one("#log", Log)
        log.clear()
        log.write_line(words["log"])
        rich_log = self.query_one("#richlog", RichLog)
        rich_log.clear()
        rich_log.write(Text(words["rich log"], no_wrap=True))
        self.query_one("#tab", Tab).label = Content(words["tab"])
        framed = self.query_one("#framed", Static)
        framed.border_title = Text(words["title"])
        framed.border_subtitle = Text(words["subtitle"])
        self.query_one("#item", Label).update(Text(words["item"], no_wrap=True))
        self.query_one("#block", TextBlock).show([Text(words["block"], no_wrap=True)])


def main() -> None:
    """Show every frame and leave."""
    frames = json.loads(Path(sys.argv[1]).read_text(encoding="ascii"))
    app = Gallery(frames, cleaned=sys.argv[2] == "cleaned")
    result = app.run()
    sys.exit(app.return_code or result or 0)


if __name__ == "__main__":
    main()
