"""A screen on which the keys always go to something that is seen."""

from typing import ClassVar

from textual.screen import Screen


class KeepsKeys(Screen[None]):
    """Below every screen that shows only a line or two in a window as large as a stamp.

    Textual gives the keys of a screen that comes back to the first widget that could take them, whether it is seen
    or not, and takes them from one that is hidden for good.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""

    def on_screen_resume(self) -> None:
        """Textual's hook."""
        self._take_keys()

    def on_resize(self) -> None:
        """Textual's hook; what is drawn for the new size decides what can have the keys."""
        self.call_after_refresh(self._take_keys)

    def _take_keys(self) -> None:
        if self.focused is None and self.is_current:
            self.focus_next()
