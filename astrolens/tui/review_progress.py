"""How far one person is: what was judged in this session, what was refused, and the counts above the picture."""

from collections.abc import Iterable

from astrolens.api.wire import CandidateRow
from astrolens.api.wire_review import QueueReply, StepReply


class ReviewProgress:
    """Changed by keys and by what the daemon says about them."""

    def __init__(self) -> None:
        self.reply: QueueReply | None = None
        self.judged: set[int] = set()
        self.refused: dict[int, str] = {}
        self.interest: int | None = None  # waits for the word that it belongs to

    def judge(self, image_ids: Iterable[int]) -> None:
        """A key was pressed for these pictures."""
        self.interest = None
        for image_id in image_ids:
            self.judged.add(image_id)
            self.refused.pop(image_id, None)

    def keep(self, rows: Iterable[CandidateRow], reason: str) -> None:
        """The daemon did not save what was said about these pictures."""
        for row in rows:
            self.refused[row["id"]] = reason
            self.judged.discard(row["id"])

    def count(self, labels: int) -> None:
        """So many labels more are on disk, or fewer; how many wait is known to the daemon."""
        if self.reply is None:
            return
        changed = self.reply.copy()
        changed["labels"] = max(0, changed["labels"] + labels)
        changed["today"] = max(0, changed["today"] + labels)
        if labels > 0:
            changed["undo"], changed["redo"] = changed["undo"] + 1, 0
        self.reply = changed

    def step(self, step: StepReply, *, redone: bool) -> None:
        """The daemon undid or redid something."""
        self.count((1 if redone else -1) * len(step["labels"]))
        if self.reply is not None:
            self.reply["undo"], self.reply["redo"] = step["undo"], step["redo"]
        for label in step["labels"]:
            if redone:
                self.judged.add(label["image_id"])
            else:
                self.judged.discard(label["image_id"])
