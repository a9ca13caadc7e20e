"""What this person said in this session: pending until the daemon has it on disk."""

from dataclasses import dataclass
from enum import StrEnum

from astrolens.api.wire import CandidateRow, LabelRow
from astrolens.domain.review import LabelValue


class MarkState(StrEnum):
    """How far a label is."""

    PENDING = "pending"
    SAVED = "saved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the list shows for one picture instead of what its page said."""

    value: str | None
    interest: int | None
    state: MarkState


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStep:
    """One label that can be taken back."""

    label_id: int
    image_id: int
    before: Mark
    row_index: int | None


class Marks:
    """Labels of this session by picture, and the steps back."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}
        self._before: dict[int, Mark] = {}
        self._steps: list[UndoStep] = []
        self.pending = 0
        self.version = 0  # grows with every change
        self.saved_count = 0

    def shown(self, row: CandidateRow) -> Mark | None:
        """What to show for a row; None when nobody judged it."""
        mark = self._marks.get(row["id"])
        if mark is not None:
            return mark if mark.value is not None or mark.state is not MarkState.SAVED else None
        if row["label"] is None:
            return None
        return Mark(value=row["label"], interest=row["interest"], state=MarkState.SAVED)

    def begin(self, row: CandidateRow, value: LabelValue, interest: int | None) -> None:
        """A key was pressed; nothing is saved yet."""
        self.version += 1
        before = self._marks.get(row["id"])
        if before is None or before.state is MarkState.REFUSED:
            before = Mark(value=row["label"], interest=row["interest"], state=MarkState.SAVED)
        if before.state is MarkState.SAVED:
            self._before[row["id"]] = before
        self._marks[row["id"]] = Mark(value=value, interest=interest, state=MarkState.PENDING)
        self.pending += 1

    def save(self, label: LabelRow, row_index: int | None) -> None:
        """The daemon has it on disk."""
        self.version += 1
        image_id = label["image_id"]
        before = self._before.get(image_id, Mark(value=None, interest=None, state=MarkState.SAVED))
        self._steps.append(
            UndoStep(label_id=label["label_id"], image_id=image_id, before=before, row_index=row_index)
        )
        saved = Mark(value=label["value"], interest=label["interest"], state=MarkState.SAVED)
        self._marks[image_id] = self._before[image_id] = saved
        self.pending -= 1
        self.saved_count += 1

    def refuse(self, image_id: int) -> None:
        """It did not reach the disk."""
        self.version += 1
        before = self._before.get(image_id)
        self._marks[image_id] = Mark(
            value=before.value if before else None,
            interest=before.interest if before else None,
            state=MarkState.REFUSED,
        )
        self.pending -= 1

    def newest_step(self) -> UndoStep | None:
        """The label that an undo takes back."""
        return self._steps[-1] if self._steps else None

    def withdraw(self, step: UndoStep) -> None:
        """The daemon took it back."""
        self.version += 1
        self._steps.remove(step)
        self._marks[step.image_id] = self._before[step.image_id] = step.before
        self.saved_count -= 1
