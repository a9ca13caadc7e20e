"""The keys of the review, by importance."""

from typing import TYPE_CHECKING

from textual.binding import Binding

from astrolens.tui.live import Live
from astrolens.tui.messages import RedoWanted, UndoWanted
from astrolens.tui.widgets.review_strip import ReviewStrip

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[None]
else:
    _Screen = object


def review_bindings() -> tuple[Binding, ...]:
    """Every key of view 3 but those of its picture."""
    return (
        Binding("a", "label('anomaly')", "anomaly", tooltip="this is an anomaly"),
        Binding("n", "label('normal')", "normal", tooltip="this is normal"),
        Binding("x", "label('artefact')", "artefact", tooltip="this is an artefact"),
        Binding("d", "label('unsure')", "unsure", tooltip="unsure what this is"),
        Binding("0", "interest(0)", "interest", key_display="0-5", tooltip="how interesting, 0 to 5"),
        *(Binding(str(degree), f"interest({degree})", show=False) for degree in range(1, 6)),
        Binding("u", "undo", "undo", tooltip="take the newest step back"),
        Binding("right", "skip(1)", "skip", tooltip="next picture without a word"),
        Binding("t", "tag", "tag", tooltip="put a tag on this picture"),
        Binding("e", "note", "note", tooltip="write a note on this picture"),
        Binding("ctrl+r", "redo", "redo", tooltip="do again what was undone last"),
        Binding("left", "skip(-1)", "back", tooltip="picture before"),
        Binding("h", "heat", "heat map", tooltip="where in the picture the oddity lies"),
        Binding("space", "mark", "mark", tooltip="mark a similar picture, to judge it with this one"),
        Binding("V", "mark_range", "mark range", tooltip="mark similar pictures up to the cursor"),
        Binding("full_stop", "strip(1)", "next similar", key_display=".", tooltip="next similar picture"),
        Binding("comma", "strip(-1)", "similar before", key_display=",", tooltip="similar picture before"),
        Binding("enter", "open", "card", tooltip="everything about this picture"),
        Binding("w", "words", "words", tooltip="let the language model describe this picture"),
        Binding(
            "R", "order('audit')", "by chance", tooltip="only pictures drawn by chance, or the usual queue"
        ),
        Binding(
            "D", "order('disputed')", "disputed", tooltip="only where people do not agree, or the usual queue"
        ),
        Binding(
            "K",
            "order('calibration')",
            "samples",
            tooltip="only the oddest of calibration samples that nobody has labelled, or the usual queue",
        ),
        Binding("g", "again", "newer", tooltip="read the queue again, with what is newer"),
        Binding("escape", "leave_review", "list", tooltip="back to the candidates"),
    )


class StripKeys(_Screen):
    """Mixed into a screen that holds a `ReviewStrip`."""

    _live: Live

    def action_strip(self, step: int) -> None:
        """The cursor among the similar pictures."""
        self._or_say(done=self.query_one(ReviewStrip).move(step))

    def action_mark(self) -> None:
        """Mark a similar picture."""
        self._or_say(done=self.query_one(ReviewStrip).toggle())

    def action_mark_range(self) -> None:
        """Mark similar pictures up to the cursor."""
        self._or_say(done=self.query_one(ReviewStrip).toggle_range())

    def _or_say(self, *, done: bool) -> None:
        if not done:
            self._live.say("nothing similar to mark here")


class StepKeys(_Screen):
    """Mixed into a screen that takes steps back."""

    def action_undo(self) -> None:
        """Take this person's newest step back."""
        self.post_message(UndoWanted())

    def action_redo(self) -> None:
        """Do again what was undone last."""
        self.post_message(RedoWanted())
