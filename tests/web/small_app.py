"""The smallest app that can be served: says hello, and what was pressed."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Label


class SmallApp(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Label("hello from the terminal", id="line")

    def on_key(self, event: events.Key) -> None:
        """Say it."""
        self.query_one("#line", Label).update(f"pressed {event.key}")


if __name__ == "__main__":
    SmallApp().run()
