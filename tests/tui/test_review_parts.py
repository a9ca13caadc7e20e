"""The parts of the review that need no screen: queue, counts, words, and why there is no picture."""

from rich.text import Text

from astrolens.api.wire_review import OpinionsReply, QueueOrder, QueueReply, StepReply
from astrolens.domain.review import AskedBecause
from astrolens.tui.facts import Facts
from astrolens.tui.marks import Mark, MarkState
from astrolens.tui.review_empty import why_no_picture
from astrolens.tui.review_keys import review_bindings
from astrolens.tui.review_progress import ReviewProgress
from astrolens.tui.review_queue import ReviewQueue
from astrolens.tui.review_words import (
    head_parts,
    odds,
    order_words,
    own_line,
    people,
    review_lines,
    step_words,
)
from tests.tui.fake_daemon import a_description, candidate, detail_of
from tests.tui.fake_why import why_of
from tests.tui.still import still_live
from tests.tui.test_marks import stored


def a_reply(**changes: object) -> QueueReply:
    reply = QueueReply(
        rows=[],
        reviewer="vera",
        audit_every=10,
        waiting=26,
        labels=31,
        today=14,
        withdrawn=2,
        undo=31,
        redo=2,
    )
    reply.update(changes)  # type: ignore[typeddict-item]
    return reply


def a_step(**changes: object) -> StepReply:
    step = StepReply(done=True, reviewer="vera", labels=[], remarks=[], shown=[], undo=1, redo=1)
    step.update(changes)  # type: ignore[typeddict-item]
    return step


def filled(count: int = 5) -> ReviewQueue:
    queue = ReviewQueue()
    assert queue.add((candidate(n, 41), AskedBecause.AUDIT) for n in range(count)) == count
    return queue


def shown(queue: ReviewQueue) -> int | None:
    return None if queue.row is None else queue.row["id"]


def test_nobody_is_in_the_queue_twice_and_nothing_moves() -> None:
    queue = filled()
    assert (
        queue.add(
            [(candidate(2, 41), AskedBecause.INTERESTING), (candidate(9, 41), AskedBecause.INTERESTING)]
        )
        == 1
    )
    assert (len(queue), shown(queue), queue.left()) == (6, 1, 5)
    assert queue.because(3) is AskedBecause.AUDIT
    assert queue.because(999) is AskedBecause.CHOSEN
    assert [row["id"] for row in queue.ahead(2)] == [2, 3]


def test_on_past_what_was_judged_back_and_to_the_end() -> None:
    queue = filled()
    queue.advance({2, 3})
    assert shown(queue) == 4
    assert queue.go(-2)
    assert shown(queue) == 2, "going back shows what was judged"
    assert queue.go(99)
    assert shown(queue) is None
    assert not queue.go(1)
    assert queue.find(5)
    assert not queue.find(99)
    queue.put(candidate(20, 41))
    assert (shown(queue), len(queue)) == (21, 6)
    assert queue.go(1)
    assert shown(queue) == 5


def test_counts_follow_what_the_daemon_says() -> None:
    progress = ReviewProgress()
    progress.count(1)
    progress.reply = a_reply()
    progress.interest = 3
    progress.judge([1, 2])
    assert progress.interest is None
    progress.count(2)
    assert (progress.reply["labels"], progress.reply["waiting"]) == (33, 26), "how many wait the daemon knows"
    assert (progress.reply["undo"], progress.reply["redo"]) == (32, 0)
    progress.keep([candidate(0, 41)], "full")
    assert (progress.judged, progress.refused) == ({2}, {1: "full"})
    progress.step(a_step(labels=[stored(1, 2, "normal")], undo=7, redo=3), redone=False)
    assert (progress.judged, progress.reply["labels"], progress.reply["undo"]) == (set(), 32, 7)
    progress.step(a_step(labels=[stored(1, 2, "normal")]), redone=True)
    assert progress.judged == {2}


def test_words_of_the_line_above() -> None:
    live = still_live()
    assert order_words(QueueOrder.MIXED, 10) == "interesting first, 1 in 10 by chance"
    assert order_words(QueueOrder.MIXED, 0) == "interesting first"
    parts = " ".join(part.plain for _, part in head_parts(live, a_reply(), QueueOrder.MIXED))
    assert "14 today, 26 wait" in parts
    assert "vera: 31 labels, 31 can be undone" in parts
    assert head_parts(live, None, QueueOrder.MIXED)[0][1].plain == "reading the queue"


def test_how_odd_in_pictures() -> None:
    row = candidate(0, 41)
    assert odds(row) == "fewer than 1 in 1,000 normals looks odder"
    row["p_value"] = 0.012
    assert odds(row) == "about 12 in 1,000 normals look odder"
    row["p_value"] = 0.0019
    assert odds(row) == "about 2 in 1,000 normals look odder"
    row["p_value"] = 0.0012
    assert odds(row) == "about 1 in 1,000 normals looks odder"
    row["p_value"] = None
    assert odds(row) == "not judged by the detectors yet"


def test_own_word_is_pending_saved_or_refused() -> None:
    live = still_live()
    for state, said in (
        (MarkState.PENDING, "on its way"),
        (MarkState.SAVED, "saved"),
        (MarkState.REFUSED, "not saved: full"),
    ):
        mark = Mark(value="anomaly", interest=4, state=state)
        assert said in own_line(live, mark, None, "full")[0].plain
    assert "now say what it is" in own_line(live, None, 3, "")[0].plain
    assert own_line(live, None, None, "") == []


def test_the_column_says_everything_and_cleans_it() -> None:
    live = still_live()
    facts = Facts(live.palette, live.glyphs, 52)
    said = OpinionsReply(
        image_id=1,
        opinions=[stored(1, 1, "anomaly"), {**stored(2, 1, "normal"), "reviewer": "e\x1b[2Jva"}],
        counts={"anomaly": 1, "normal": 1},
        disputed=True,
        remarks=[
            {"remark_id": 1, "image_id": 1, "kind": "tag", "words": "ri\x07ng", "reviewer": "v", "made_at": "t", "withdrawn": False}
        ],
    )  # fmt: skip
    assert people(facts, said)[0].plain == "people do not agree: 1 anomaly, 1 normal"
    row = candidate(0, 41)
    detail = detail_of(row)
    detail["description"] = a_description(words="two\x1b nuclei")
    lines = review_lines(facts, row, AskedBecause.AUDIT, [Text("own")], detail, why_of(detail), said)
    text = "\n".join(line.plain for line in lines)
    assert "\x1b" not in text
    assert "\x07" not in text
    for part in ("asked by chance", "own", "AI, unverified", "odd shape", "catalogues", "tags", "14:02:11.3"):
        assert part in text
    assert len(review_lines(facts, row, AskedBecause.AUDIT, [], None, None, None)) == 3


def test_what_a_step_did() -> None:
    two = [stored(1, 1, "normal"), stored(2, 2, "normal")]
    assert step_words(a_step(labels=two), redone=True) == "again: normal (2 pictures)"
    assert step_words(a_step(done=False), redone=False) == "nothing to undo"
    assert step_words(a_step(done=False), redone=True) == "nothing to redo"


def test_why_there_is_no_picture() -> None:
    live = still_live()

    def why(
        reply: QueueReply | None, order: QueueOrder = QueueOrder.MIXED, error: str = "", reading: bool = False
    ) -> str:
        return " ".join(why_no_picture(live, reply, order, error, reading=reading))

    assert "could not be read: locked" in why(None, error="locked")
    assert why(None) == "Reading the queue."
    assert "Nobody disagrees" in why(a_reply(), QueueOrder.DISPUTED)
    assert "every picture" in why(a_reply(), QueueOrder.AUDIT)
    assert "All that is asked about" in why(a_reply(), QueueOrder.CALIBRATION)
    assert "26 pictures wait for a word of yours" in why(a_reply())
    assert "Nothing waits for you: 31" in why(a_reply(waiting=0))
    assert live.stats is not None
    live.stats["images"] = 0
    for source in live.stats["sources"]:
        source["calibrated"] = False
    assert "No source is calibrated yet" in why(a_reply(), QueueOrder.CALIBRATION)
    assert "No picture has come in yet" in why(a_reply(labels=0))


def test_every_key_has_words_for_help() -> None:
    keys = [binding.key for binding in review_bindings()]
    assert len(set(keys)) == len(keys)
    assert all(binding.tooltip or binding.action.startswith("interest") for binding in review_bindings())
