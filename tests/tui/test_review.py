"""View 3: one picture, one key; pending, saved, refused; steps back and forth; marks; words."""

import asyncio

from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.widgets.cutout import Cutout
from astrolens.tui.widgets.picture_pane import PicturePane
from astrolens.tui.widgets.review_strip import ReviewStrip
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon


def review(t: Terminal) -> ReviewView:
    assert isinstance(t.app.screen, ReviewView)
    return t.app.screen


def shown(t: Terminal) -> int | None:
    row = review(t).queue.row
    return None if row is None else row["id"]


async def until_picture(t: Terminal, image_id: int) -> None:
    await t.until(lambda: shown(t) == image_id, f"picture {image_id}, not {shown(t)}")


async def test_one_key_per_decision_goes_on_and_says_why_it_was_asked(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.until_shown("asked because it is odd")
        picture = t.app.screen.query_one(PicturePane).picture
        await t.until(lambda: picture.drawn is not None)
        for number, key in enumerate("anxd", start=1):
            assert shown(t) == number
            await t.press(key)
        await t.until(lambda: len(t.daemon.labels) == 4)
        assert [(label["image_id"], label["value"]) for label in t.daemon.labels] == [
            (1, "anomaly"), (2, "normal"), (3, "artefact"), (4, "unsure"),
        ]  # fmt: skip
        because = [label["asked_because"] for label in t.daemon.labels]
        assert because == ["interesting", "interesting", "audit", "interesting"]
        await t.until_shown("4 today, 37 wait")
        await t.until_shown("login: 4 labels, 4 can be undone")


async def test_a_degree_waits_for_the_word_or_joins_it(terminal: OpenTerminal) -> None:
    async with terminal(view="review") as t:
        await until_picture(t, 1)
        for degree in range(6):
            here = degree + 1
            await t.press(str(degree))
            await t.until_shown(f"interest {degree}: now say what it is")
            await t.press("a")
            await t.until(lambda wanted=2 * degree + 1: len(t.daemon.labels) == wanted)  # type: ignore[misc]
            assert t.daemon.labels[-1]["interest"] == degree
            await until_picture(t, here + 1)
            await t.press("left")
            await until_picture(t, here)
            await t.press(str(5 - degree))
            await t.until(lambda wanted=2 * degree + 2: len(t.daemon.labels) == wanted)  # type: ignore[misc]
            last = t.daemon.labels[-1]
            assert (last["image_id"], last["value"], last["interest"]) == (here, "anomaly", 5 - degree)
            await until_picture(t, here + 1)


async def test_undo_brings_the_picture_back_and_redo_says_it_again(terminal: OpenTerminal) -> None:
    async with terminal(view="review") as t:
        await until_picture(t, 1)
        await t.press("a", "n", "x")
        await t.until(lambda: len(t.daemon.labels) == 3)
        await t.press("u")
        await until_picture(t, 3)
        await t.press("u", "u")
        await until_picture(t, 1)
        assert all(label["withdrawn"] for label in t.daemon.labels)
        await t.until_shown("taken back: anomaly")
        await t.press("ctrl+r")
        await t.until_shown("again: anomaly")
        assert [label["value"] for label in t.daemon.labels if not label["withdrawn"]] == ["anomaly"]
        await t.press("u")
        await t.until(lambda: all(label["withdrawn"] for label in t.daemon.labels))
        await t.press("u")
        await t.until_shown("nothing to undo")


async def test_a_step_of_a_former_session_comes_back_on_the_screen(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("j", "j", "j", "a")
        await t.until(lambda: t.daemon.labels)
        await t.press("3")
        await t.until(lambda: t.app.screen.query("#review-picture"))
        await until_picture(t, 1)
        await t.press("u")
        await until_picture(t, 4)
        await t.press("ctrl+r", "right")
        await until_picture(t, 1)


async def test_a_label_is_pending_until_it_is_on_disk(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        t.daemon.label_gate = asyncio.Event()
        await t.press("a")
        await until_picture(t, 2)
        await t.until_shown("1 on the way")
        await t.press("left")
        await t.until_shown("! anomaly  … on its way")
        t.daemon.label_gate.set()
        await t.until_shown("! anomaly  saved")


async def test_a_refused_label_says_why_and_keeps_the_picture(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        t.daemon.label_error = "the disk is full; free some space"
        await t.press("a")
        await until_picture(t, 1)
        await t.until_shown("not saved: the disk is full")
        t.daemon.label_error = None
        await t.press("a")
        await until_picture(t, 2)
        await t.until(lambda: len(t.daemon.labels) == 1)
        await t.daemon.stop()
        await t.until(lambda: not t.app.live.attached)
        await t.press("n")
        assert shown(t) == 2, "the picture stays while the daemon is away"
        await t.until_shown("not saved: the daemon is away")


async def test_skip_and_back_and_the_end(terminal: OpenTerminal) -> None:
    async with terminal(view="review", total=3) as t:
        await until_picture(t, 1)
        await t.press("right", "right")
        await until_picture(t, 3)
        await t.press("left")
        await until_picture(t, 2)
        await t.press("left", "left")
        await t.until_shown("this is the first one")
        await t.press("a", "n", "x")
        await t.until_shown("Nothing waits for you: 3 pictures judged")
        await t.press("a")
        await t.until_shown("there is no picture here")
        await t.press("right", "h", "t", "e", "w", "enter", "4", "full_stop", "space", "V")
        assert shown(t) is None
        t.daemon.total = 5
        await t.press("g")
        await until_picture(t, 4)


async def test_the_queue_is_read_on(terminal: OpenTerminal) -> None:
    def small(daemon: FakeDaemon) -> None:
        daemon.review.limit = 15

    async with terminal(view="review", prepare=small) as t:
        await until_picture(t, 1)
        for number in range(1, 19):
            await until_picture(t, number)
            await t.press("n")
        await until_picture(t, 19)
        assert sum(one.startswith("review/queue") for one in t.daemon.asked) >= 2


async def test_similar_pictures_are_marked_and_judged_in_one_step(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        strip = t.app.screen.query_one(ReviewStrip)
        await t.until(lambda: len(strip._rows) == 10, "similar pictures")
        assert all(picture.display for picture in list(strip.query(Cutout))[: strip.room()])
        await t.press("space", "full_stop", "full_stop", "comma", "V")
        await t.until_shown("3 marked")
        assert [row["id"] for row in strip.marked] == [4, 7, 10]
        await t.press("n")
        await t.until(lambda: len(t.daemon.labels) == 4)
        assert [label["image_id"] for label in t.daemon.labels] == [1, 4, 7, 10]
        await until_picture(t, 2)
        await t.press("u")
        await t.until(lambda: all(label["withdrawn"] for label in t.daemon.labels))
        await t.until_shown("taken back")


async def test_tags_and_notes(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.press("t", *"ring", "enter")
        await t.until_shown("tags          ring")
        await t.press("e", "a", "x", "enter")
        await t.until_shown("login notes   ax")
        assert [(one["kind"], one["words"]) for one in t.daemon.review.remarks] == [
            ("tag", "ring"),
            ("note", "ax"),
        ]
        assert not t.daemon.labels, "keys in a line are letters"
        await t.press("t", "escape")
        await until_picture(t, 1)


async def test_disagreement_is_shown_and_can_be_filtered(terminal: OpenTerminal) -> None:
    def dispute(daemon: FakeDaemon) -> None:
        daemon.review.others[7] = [("ana", "anomaly"), ("jan", "normal")]

    async with terminal(size=(120, 40), view="review", prepare=dispute) as t:
        await until_picture(t, 1)
        await t.press("D")
        await until_picture(t, 7)
        await t.until_shown("people do not agree: 1 anomaly, 1 normal")
        await t.until_shown("ana           ! anomaly")
        await t.until_shown("where people do not agree")
        await t.press("D")
        await until_picture(t, 1)
        await t.press("R")
        await until_picture(t, 41)
        await t.until_shown("asked by chance")
        await t.press("R")
        await until_picture(t, 1)


async def test_the_word_of_another_person_is_shown_when_it_comes(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.until(lambda: "opinions 1" in t.daemon.asked)
        t.daemon.review.others[1] = [("eva", "artefact")]
        await t.daemon.happen("labelled", 1, value="artefact", reviewer="eva")
        await t.until_shown("eva           x artefact")


async def test_card_words_and_the_way_back(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.press("w")
        await t.until_shown("writes (AI, unverified)")
        await t.press("enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.press("escape", "escape")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))


async def test_heat(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        picture = t.app.screen.query_one(PicturePane).picture
        await t.press("h")
        await t.until_shown("the heat map is still on its way")
        await t.until(lambda: "why 1" in t.daemon.asked and t.app.album.why(1) is not None)
        await t.press("h")
        await t.until(lambda: picture.warm)


async def test_every_size_lives(terminal: OpenTerminal) -> None:
    async with terminal(size=(20, 5), view="review") as t:
        await until_picture(t, 1)
        sizes = ((20, 5), (40, 12), (60, 18), (80, 24), (120, 40), (300, 80))
        for number, (width, height) in enumerate(sizes, start=1):
            await t.pilot.resize_terminal(width, height)
            await t.until(lambda wanted=height: len(t.screen().split("\n")) == wanted)  # type: ignore[misc]
            await t.press("a")
            await until_picture(t, number + 1)
            if width >= 60:
                await t.until(lambda: "σ" in t.screen())


async def test_a_queue_that_cannot_be_read_says_so_and_is_read_again(terminal: OpenTerminal) -> None:
    def broken(daemon: FakeDaemon) -> None:
        daemon.review.queue_error = "the store is locked; try again"

    async with terminal(size=(120, 40), view="review", prepare=broken) as t:
        await t.until_shown("The queue could not be read: the store is locked")
        t.daemon.review.queue_error = None
        await until_picture(t, 1)


async def test_only_what_normal_is_learnt_from(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.press("K")
        await until_picture(t, 5)
        await t.until_shown("the oddest of calibration samples")
        await t.until_shown("asked as one of its calibration's oddest")
        await t.press("n")
        await t.until(lambda: t.daemon.labels)
        assert t.daemon.labels[0]["asked_because"] == "calibration"
        await t.press("R")
        await until_picture(t, 41)
        await t.press("K")
        await until_picture(t, 6)
        await t.press("K")
        await until_picture(t, 1)


async def test_the_counts_above_are_those_of_the_daemon(terminal: OpenTerminal) -> None:
    def few_wait(daemon: FakeDaemon) -> None:
        daemon.review.waiting = lambda: 30  # what is judged here is normal: none of those that wait

    async with terminal(size=(120, 40), view="review", prepare=few_wait) as t:
        await t.until_shown("0 today, 30 wait")
        await t.press("n", "n")
        await t.until_shown("2 today, 30 wait")
        await t.press("t", *"ring", "enter")
        await t.until_shown("login: 2 labels, 3 can be undone")
        t.daemon.review.waiting = lambda: 31
        await t.daemon.happen("finding", 3, source="sdss", sigma=4.2, key="new", decision="anomaly")
        await t.until_shown("2 today, 31 wait")


async def test_a_key_that_needs_a_picture_says_that_there_is_none(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review", total=0) as t:
        for key in ("a", "4", "h", "t", "e", "w", "enter", "z", "s", "plus"):
            t.app.live.notice = None
            await t.press(key)
            assert t.app.live.notice is not None, key
            assert "there is no picture" in t.app.live.notice.words, key


async def test_the_end_of_a_queue_is_told_from_an_empty_one(terminal: OpenTerminal) -> None:
    def dispute(daemon: FakeDaemon) -> None:
        daemon.review.others[7] = [("ana", "anomaly"), ("jan", "normal")]

    async with terminal(size=(120, 40), view="review", total=9, prepare=dispute) as t:
        await until_picture(t, 1)
        await t.press("D")
        await until_picture(t, 7)
        await t.press("right")
        await t.until_shown("That was all: 1 picture on which people do not agree.")
        await t.press("R")
        await until_picture(t, 9)
        await t.press(*("right",) * 9)
        await t.until_shown("9 pictures that you skipped still wait.")


async def test_several_taken_back_are_counted(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        strip = t.app.screen.query_one(ReviewStrip)
        await t.until(lambda: len(strip._rows) == 10, "similar pictures")
        await t.press("space", "space", "n")
        await t.until(lambda: len(t.daemon.labels) == 3)
        await t.until_shown("saved: normal (3 pictures)")
        await t.press("u")
        await t.until_shown("taken back: normal (3 pictures)")


async def test_what_was_reviewed_is_in_the_report(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="review") as t:
        await until_picture(t, 1)
        await t.press("a")
        await until_picture(t, 2)
        await t.until_shown("1 today")
        report = t.app.live.session.report()
        assert "2 findings looked at, 1 label," in report
        assert "| 1 | sdss |" in report


async def test_why_there_is_no_picture_is_said_to_its_end(terminal: OpenTerminal) -> None:
    def broken(daemon: FakeDaemon) -> None:
        daemon.review.queue_error = (
            "the store is locked by another program; try again in a minute, or ask who it is"
        )

    async with terminal(size=(60, 18), view="review", prepare=broken) as t:
        await t.until_shown("ask who it is")
