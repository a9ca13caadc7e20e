"""Labels of this session: pending, saved, refused, taken back."""

from astrolens.api.wire import LabelRow
from astrolens.api.wire_review import ShownRow
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


def now(image_id: int, value: str | None) -> ShownRow:
    return ShownRow(image_id=image_id, label=value, reviewer=None if value is None else "ana", interest=None)


def test_what_the_daemon_says_after_an_undo_is_shown() -> None:
    marks, row = Marks(), candidate(2, 41)  # an artefact already
    marks.begin(row, LabelValue.ANOMALY, None)
    marks.save(stored(1, row["id"], "anomaly"), 2)
    assert marks.place(row["id"]) == 2
    marks.settle(now(row["id"], "artefact"), "vera")
    shown = marks.shown(row)
    assert shown is not None
    assert shown.value == "artefact"
    marks.settle(now(row["id"], None), "vera")
    assert marks.shown(row) is None
    assert marks.mine(row["id"]) is None


def test_a_label_on_its_way_outlives_an_undo_of_the_one_before() -> None:
    marks, row = Marks(), candidate(0, 41)
    marks.begin(row, LabelValue.UNSURE, None)
    marks.settle(now(row["id"], None), "vera")
    mark = marks.mine(row["id"])
    assert mark is not None
    assert (mark.value, mark.state) == ("unsure", MarkState.PENDING)
    marks.refuse(row["id"])
    shown = marks.shown(row)
    assert shown is not None
    assert (shown.value, shown.state) == (None, MarkState.REFUSED)


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
    assert marks.saved_count == 1
    marks.count(-1)
    marks.count(-1)
    assert marks.saved_count == 0


def test_the_word_of_another_person_is_not_mine() -> None:
    marks, row = Marks(), candidate(2, 41)
    mark = marks.shown(row)
    assert mark is not None
    assert (mark.value, mark.by) == ("artefact", "ana")
    marks.begin(row, LabelValue.ANOMALY, None)
    marks.save(stored(1, row["id"], "anomaly"), 2)
    mark = marks.mine(row["id"])
    assert mark is not None
    assert mark.by is None
    marks.settle(now(row["id"], "artefact"), "vera")
    assert marks.mine(row["id"]) is None, "what is left is what ana said"
    marks.settle(now(row["id"], "artefact"), "ana")
    mark = marks.mine(row["id"])
    assert mark is not None
    assert mark.by is None
