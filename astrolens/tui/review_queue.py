"""The pictures that one person goes through: those behind, the one on the screen, and those ahead."""

from collections.abc import Collection, Iterable

from astrolens.api.wire import CandidateRow
from astrolens.domain.review import AskedBecause


class ReviewQueue:
    """Rows in the order in which they are shown. Nothing is ever moved or taken out under the person's eyes."""

    def __init__(self) -> None:
        self._rows: list[CandidateRow] = []
        self._because: dict[int, AskedBecause] = {}
        self._at = 0

    def __len__(self) -> int:
        """Pictures behind, on the screen and ahead."""
        return len(self._rows)

    @property
    def row(self) -> CandidateRow | None:
        """The picture on the screen; None behind the last one."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    def because(self, image_id: int) -> AskedBecause:
        """Why a picture is asked."""
        return self._because.get(image_id, AskedBecause.CHOSEN)

    def add(self, rows: Iterable[tuple[CandidateRow, AskedBecause]]) -> int:
        """Put new rows at the end; how many were not here yet."""
        before = len(self._rows)
        for row, because in rows:
            if row["id"] not in self._because:
                self._rows.append(row)
                self._because[row["id"]] = because
        return len(self._rows) - before

    def ahead(self, most: int) -> tuple[CandidateRow, ...]:
        """The next pictures."""
        return tuple(self._rows[self._at + 1 : self._at + 1 + most])

    def left(self) -> int:
        """How many come after the one on the screen."""
        return max(0, len(self._rows) - self._at - 1)

    def besides(self, judged: Collection[int]) -> int:
        """How many are not among what was judged in this session."""
        return sum(row["id"] not in judged for row in self._rows)

    def go(self, step: int) -> bool:
        """Forth or back; False at an end. One place behind the last picture says that there is no more."""
        wanted = max(0, min(self._at + step, len(self._rows)))
        moved = wanted != self._at
        self._at = wanted
        return moved

    def advance(self, judged: Collection[int]) -> None:
        """On to the next picture that was not judged in this session."""
        self.go(1)
        while (row := self.row) is not None and row["id"] in judged:
            self.go(1)

    def find(self, image_id: int) -> bool:
        """Go to a picture; False when it is not here."""
        for index, row in enumerate(self._rows):
            if row["id"] == image_id:
                self._at = index
                return True
        return False

    def put(self, row: CandidateRow) -> None:
        """Show a picture now, before the one on the screen."""
        if not self.find(row["id"]):
            self._rows.insert(self._at, row)
            self._because[row["id"]] = AskedBecause.CHOSEN


def reason_of(word: str) -> AskedBecause:
    """Why a picture is asked, also when the daemon knows reasons that this terminal does not."""
    return AskedBecause(word) if word in set(AskedBecause) else AskedBecause.CHOSEN
