"""Labels of this session: pending, saved, refused, taken back."""

from astrolens.api.wire import LabelRow
from astrolens.domain.review import LabelValue
from astrolens.tui.marks import Marks, MarkState
from tests.tui.fake_daemon import candidate


def stored(label_id: int, image_id: int, value: str) -> LabelRow:
    return LabelRow(
        label_id=label_id,
        image_id=image_id,
        value=value,
        reviewer="ana",
        made_at="2026-11-21T00:00:00Z",
        interest=None,
        note="",
        withdrawn=False,
    )


def test_a_label_counts_only_when_saved() -> None:
    marks, row = Marks(), candidate(0, 41)
    assert marks.shown(row) is None
    marks.begin(row, LabelValue.ANOMALY, None)
    shown = marks.shown(row)
    assert shown is not None
    assert shown.state is MarkState.PENDING
    assert marks.pending == 1
    assert marks.saved_count == 0
    marks.save(stored(1, row["id"], "anomaly"), 0)
    shown = marks.shown(row)
    assert shown is not None
    assert shown.state is MarkState.SAVED
    assert marks.pending == 0
    assert marks.saved_count == 1


def test_undo_brings_back_what_was_there() -> None:
    marks, row = Marks(), candidate(2, 41)  # an artefact already
    marks.begin(row, LabelValue.ANOMALY, None)
    marks.save(stored(1, row["id"], "anomaly"), 2)
    marks.begin(row, LabelValue.NORMAL, None)
    marks.save(stored(2, row["id"], "normal"), 2)
    for expected in ("anomaly", "artefact"):
        step = marks.newest_step()
        assert step is not None
        marks.withdraw(step)
        shown = marks.shown(row)
        assert shown is not None
        assert shown.value == expected
    assert marks.newest_step() is None


def test_undo_of_a_first_label_leaves_none() -> None:
    marks, row = Marks(), candidate(0, 41)
    marks.begin(row, LabelValue.UNSURE, None)
    marks.save(stored(1, row["id"], "unsure"), 0)
    step = marks.newest_step()
    assert step is not None
    marks.withdraw(step)
    assert marks.shown(row) is None


def test_a_refused_label_says_so_until_it_is_given_again() -> None:
    marks, row = Marks(), candidate(0, 41)
    marks.begin(row, LabelValue.NORMAL, 3)
    marks.refuse(row["id"])
    shown = marks.shown(row)
    assert shown is not None
    assert shown.state is MarkState.REFUSED
    assert marks.pending == 0
    marks.begin(row, LabelValue.NORMAL, 3)
    marks.save(stored(1, row["id"], "normal"), 0)
    step = marks.newest_step()
    assert step is not None
    assert step.before.value is None
