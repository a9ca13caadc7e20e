"""What people said as far as this terminal knows: pending until the daemon has it on disk."""

from dataclasses import dataclass
from enum import StrEnum

from astrolens.api.wire import CandidateRow, LabelRow
from astrolens.api.wire_review import ShownRow
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
    by: str | None = None  # who said it; None for what was said here


class Marks:
    """Labels of this session by picture; which steps can be undone is known to the daemon."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}
        self._before: dict[int, Mark] = {}
        self._places: dict[int, int] = {}
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
        return Mark(value=row["label"], interest=row["interest"], state=MarkState.SAVED, by=row["reviewer"])

    def begin(self, row: CandidateRow, value: LabelValue, interest: int | None) -> None:
        """A key was pressed; nothing is saved yet."""
        self.version += 1
        before = self._marks.get(row["id"])
        if before is None or before.state is MarkState.REFUSED:
            before = self._before.get(row["id"]) or Mark(
                value=row["label"], interest=row["interest"], state=MarkState.SAVED, by=row["reviewer"]
            )
        if before.state is MarkState.SAVED:
            self._before[row["id"]] = before
        self._marks[row["id"]] = Mark(value=value, interest=interest, state=MarkState.PENDING)
        self.pending += 1

    def save(self, label: LabelRow, row_index: int | None) -> None:
        """The daemon has it on disk."""
        self.version += 1
        image_id = label["image_id"]
        if row_index is not None:
            self._places[image_id] = row_index
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
            by=before.by if before else None,
        )
        self.pending -= 1

    def mine(self, image_id: int) -> Mark | None:
        """What was said in this session; None when nothing was, or when it was taken back."""
        mark = self._marks.get(image_id)
        if mark is None or (mark.state is MarkState.SAVED and (mark.value is None or mark.by is not None)):
            return None
        return mark

    def place(self, image_id: int) -> int | None:
        """Where the list showed a picture when it was judged; None when it was not judged in the list."""
        return self._places.get(image_id)

    def settle(self, now: ShownRow, reviewer: str) -> None:
        """The daemon said to ``reviewer`` which word holds, after an undo or a redo; a label on its way is still shown."""
        self.version += 1
        by = None if now["reviewer"] == reviewer else now["reviewer"]
        holds = Mark(value=now["label"], interest=now["interest"], state=MarkState.SAVED, by=by)
        self._before[now["image_id"]] = holds
        mark = self._marks.get(now["image_id"])
        if mark is None or mark.state is not MarkState.PENDING:
            self._marks[now["image_id"]] = holds

    def count(self, labels: int) -> None:
        """So many labels more hold, or fewer."""
        self.version += 1
        self.saved_count = max(0, self.saved_count + labels)
